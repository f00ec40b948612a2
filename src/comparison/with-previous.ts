import { readManifests } from '../archive/catalogue.ts';
import type { Manifest } from '../archive/manifest.ts';
import type { Naming } from '../archive/names.ts';
import type { NotComparable } from '../changes/coverage.ts';
import type { Ignored } from '../changes/ignored.ts';
import type { Totals } from '../changes/tally.ts';
import { Failure } from '../snapshot/failure.ts';
import { compareArchives } from './compare.ts';
import { Side } from './side.ts';

/** What comparing a new archive with the one before came to. */
export type WithPrevious =
  | { readonly kind: 'first' }
  | {
      readonly kind: 'compared';
      readonly archive: string;
      readonly totals: Totals;
      /** Objects that differ and are not counted: see NotShownCount. */
      readonly notShown: number;
      readonly notComparable: readonly NotComparable[];
    }
  /** The one before could not be read; that is no reason to lose the new one. */
  | { readonly kind: 'failed'; readonly reason: string; readonly hint: string | null };

/** What `diff` compares that is given no option but --ignore, so that its numbers are those of the manifest. */
const EVERYTHING = {
  hasProject: () => true,
  hasType: () => true,
  hasName: () => true,
  labels: null,
  status: false,
  noise: false,
  secrets: false,
  details: false,
} as const;

/**
 * Compares an archive that is not published yet with the newest one before it.
 *
 * @param provided the path of a zip with all type files and checksums
 * @param manifest what its manifest will tell
 * @param ignored fields that do not count
 * @throws the signal's reason, nothing else: the new archive is worth more than its comparison
 */
export async function compareWithPrevious(
  provided: string,
  manifest: Manifest,
  volume: string,
  naming: Naming,
  ignored: readonly Ignored[],
  signal: AbortSignal,
): Promise<WithPrevious> {
  try {
    return await compare(provided, manifest, volume, naming, ignored, signal);
  } catch (error) {
    signal.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: 'failed', reason, hint: error instanceof Failure ? error.hint : null };
  }
}

async function compare(
  provided: string,
  manifest: Manifest,
  volume: string,
  naming: Naming,
  ignored: readonly Ignored[],
  signal: AbortSignal,
): Promise<WithPrevious> {
  const startedAt = Date.parse(manifest.startedAt);
  // An archive of the future comes from a clock that was wrong once.
  const previous = (await readManifests(volume, naming)).find(
    ({ time }) => time.getTime() <= startedAt,
  )?.archive;
  if (previous === undefined) return { kind: 'first' };
  const after = await Side.open(provided, manifest);
  let before: Side | null = null;
  try {
    before = await Side.open(previous.path);
    const names = { before: previous.file, after: '' };
    const { objects, notComparable, tally } = compareArchives(
      before,
      after,
      names,
      { ...EVERYTHING, ignored },
      signal,
    );
    for await (const _ of objects);
    const { totals, notShown } = tally;
    return { kind: 'compared', archive: previous.file, totals, notShown: notShown.objects, notComparable };
  } finally {
    before?.close();
    after.close();
  }
}
