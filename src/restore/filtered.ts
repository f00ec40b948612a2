import { memberOf, textAt } from '../json/members.ts';
import { skipSpace } from '../json/scan.ts';
import { readHead } from '../types/identity.ts';
import type { Reading } from './archive-items.ts';

/** A program that changes objects or drops them, as `--filter` of a backup. */
export interface ObjectFilter {
  /**
   * @param objects a JSON text each
   * @param nameOf names the object of an index, for messages
   * @returns for each: leave it out, as it is, or this instead
   * @throws Error that says for which object the program fails
   */
  run(
    objects: readonly Buffer[],
    nameOf: (index: number) => string,
  ): Promise<ReadonlyArray<'out' | 'same' | Buffer>>;
}

/** A filtered object, or why it is not restored. */
export type Filtered = Reading & { readonly verdict: 'restored' | 'dropped' | { readonly failed: string } };

/** Objects are filtered in batches, since starting a process costs more than filtering an object. */
const MOST_OBJECTS = 200;
const MOST_BYTES = 1024 * 1024;

/**
 * Filters objects in batches. An object for which the filter fails is not restored, since the filter
 * may be meant to remove something from it.
 *
 * @throws what reading throws; the signal's reason
 */
export async function* filtered(
  readings: AsyncIterable<Reading>,
  filter: ObjectFilter | null,
  signal: AbortSignal,
): AsyncGenerator<Filtered> {
  let held: Reading[] = [];
  let bytes = 0;
  for await (const reading of readings) {
    if (filter === null) {
      yield { ...reading, verdict: 'restored' };
      continue;
    }
    held.push(reading);
    bytes += reading.item.bytes.length;
    if (held.length < MOST_OBJECTS && bytes < MOST_BYTES) continue;
    yield* await filteredTogether(held, filter, signal);
    [held, bytes] = [[], 0];
  }
  if (filter !== null && held.length > 0) yield* await filteredTogether(held, filter, signal);
}

async function filteredTogether(
  readings: readonly Reading[],
  filter: ObjectFilter,
  signal: AbortSignal,
): Promise<readonly Filtered[]> {
  try {
    const objects = readings.map(({ item }) => item.bytes);
    const verdicts = await filter.run(objects, (index) => nameOf(readings[index]));
    return readings.map((reading, at) => judged(reading, verdicts[at] ?? 'out'));
  } catch (error) {
    signal.throwIfAborted();
    const [only, ...others] = readings;
    if (only !== undefined && others.length === 0)
      return [{ ...only, verdict: { failed: error instanceof Error ? error.message : String(error) } }];
    // Filtered one by one, to find the object that fails.
    const alone: Filtered[] = [];
    for (const reading of readings) alone.push(...(await filteredTogether([reading], filter, signal)));
    return alone;
  }
}

function judged(reading: Reading, verdict: 'out' | 'same' | Buffer): Filtered {
  if (verdict === 'out') return { ...reading, verdict: 'dropped' };
  if (verdict === 'same') return { ...reading, verdict: 'restored' };
  const { item } = reading;
  const head = readHead(verdict, 'the result');
  const isSame =
    typeof head !== 'string' &&
    head.name === item.name &&
    head.kind === item.kind &&
    namespaceOf(verdict) === namespaceOf(item.bytes);
  if (!isSame) {
    const failed = '--filter: a filter may change or drop an object, but not its kind, name or namespace';
    return { ...reading, verdict: { failed } };
  }
  return { ...reading, item: item.changedTo(verdict, head), verdict: 'restored' };
}

function nameOf(reading: Reading | undefined): string {
  return reading === undefined ? '' : `${reading.item.type}/${reading.item.name}`;
}

function namespaceOf(object: Buffer): string | null {
  const metadata = memberOf(object, skipSpace(object, 0, object.length), 'metadata');
  return metadata === null ? null : textAt(object, memberOf(object, metadata, 'namespace'));
}
