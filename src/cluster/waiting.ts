import { setTimeout as sleep } from 'node:timers/promises';
import { fields, list, text } from './fields.ts';
import type { Writer } from './write.ts';

const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 1000;

/**
 * Asks again and again, with longer pauses, until the answer is not null.
 *
 * @param milliseconds null is returned when so many have passed
 * @throws what `ask` throws; the signal's reason
 */
export async function waitUntil<T>(
  ask: () => Promise<T | null>,
  milliseconds: number,
  signal: AbortSignal,
): Promise<T | null> {
  const end = performance.now() + milliseconds;
  for (let pause = FIRST_PAUSE; ; pause = Math.min(LONGEST_PAUSE, pause * 2)) {
    const found = await ask();
    if (found !== null) return found;
    const left = end - performance.now();
    if (left <= 0) return null;
    await sleep(Math.min(pause, left), undefined, { signal });
  }
}

/**
 * Waits until the object of this uid is gone, whoever deleted it.
 *
 * @returns what keeps it after so long: `its finalizers: a, b`; null where it is gone
 */
export async function keptFromGoing(
  writer: Writer,
  path: string,
  uid: string,
  milliseconds: number,
  signal: AbortSignal,
): Promise<string | null> {
  let there: unknown = null;
  const gone = await waitUntil(
    async () => {
      const bytes = await writer.read(path);
      there = bytes === null ? null : JSON.parse(bytes.toString());
      return there === null || text(fields(there, 'metadata'), 'uid') !== uid ? true : null;
    },
    milliseconds,
    signal,
  );
  return gone === null ? obstacle(there) : null;
}

/** A namespace tells in conditions what is still in it; anything else has finalizers. */
function obstacle(object: unknown): string {
  const said = list(fields(object, 'status'), 'conditions')
    .filter((condition) => text(condition, 'status') === 'True')
    .map((condition) => text(condition, 'message'))
    .filter((message) => message !== '');
  if (said.length > 0) return said.join('; ');
  const finalizers = [
    ...list(fields(object, 'metadata'), 'finalizers'),
    ...list(fields(object, 'spec'), 'finalizers'),
  ];
  return finalizers.length === 0 ? 'nothing that it tells' : `its finalizers: ${finalizers.join(', ')}`;
}
