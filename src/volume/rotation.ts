import { Failure } from '../words/failure.ts';
import { readManifests } from './catalogue.ts';
import type { Naming } from './names.ts';
import { applyRetention, type RetentionPolicy, type Ruling } from './retention.ts';
import { removeFile } from './store.ts';

/** What a rotation keeps and removes, and what it could not remove, the newest first. */
export interface Rotation {
  readonly keep: readonly Ruling[];
  readonly remove: readonly Ruling[];
  /** Of those to be removed; the reason is what went wrong. */
  readonly failed: readonly Ruling[];
}

/**
 * Applies the retention policy to the archives of a naming. One that cannot be
 * read is kept: whether it is the last good one cannot be told.
 *
 * @param apply false only reports
 * @throws Failure where the volume cannot be read
 */
export async function rotate(
  volume: string,
  naming: Naming,
  policy: RetentionPolicy,
  now: Date,
  apply: boolean,
): Promise<Rotation> {
  const catalogue = await readManifests(volume, naming);
  const told = catalogue.map(({ archive, reading, time }) => ({
    file: archive.file,
    time,
    complete: reading.kind === 'manifest' && reading.manifest.complete,
    unreadable: reading.kind === 'unreadable' ? reading.reason : null,
  }));
  const ruled = applyRetention(
    told.filter(({ unreadable }) => unreadable === null),
    policy,
    now,
  );
  const unread = told.flatMap(({ file, unreadable }) =>
    unreadable === null ? [] : [{ file, reason: `it cannot be read: ${unreadable}` }],
  );
  const rank = new Map(catalogue.map(({ archive }, index) => [archive.file, index]));
  const keep = [...ruled.keep, ...unread].sort((a, b) => (rank.get(a.file) ?? 0) - (rank.get(b.file) ?? 0));
  const failed: Ruling[] = [];
  for (const { archive } of apply ? catalogue : []) {
    if (!ruled.remove.some(({ file }) => file === archive.file)) continue;
    try {
      await removeFile(archive.path);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      failed.push({ file: archive.file, reason: error.message });
    }
  }
  return { keep, remove: ruled.remove, failed };
}
