import { Damage, Unreadable } from '../archive/format/damage.ts';
import { parseRehearsal, type RehearsalRecord } from '../archive/format/rehearsal-record.ts';
import type { ArchiveFile } from '../archive/reading/archive-file.ts';
import type { ArchiveStore, StoredArchive } from './archive-store.ts';
import type { Naming } from './names.ts';
import { isInFuture } from './retention.ts';

/** A rehearsal of an archive. */
export interface Rehearsed {
  readonly file: string;
  readonly record: RehearsalRecord;
}

/** Whether a kept result says that everything came back. */
export function isProven({ counts }: RehearsalRecord): boolean {
  return counts.differs + counts.refused === 0;
}

/**
 * The result of the last rehearsal of an archive; null if there is none of exactly this content.
 *
 * @throws Failure if the store cannot be read
 */
export async function rehearsalOf(archive: ArchiveFile): Promise<RehearsalRecord | null> {
  const content = (await archive.rehearsal?.read()) ?? null;
  const record = content === null ? null : parseRehearsal(content);
  if (record === null) return null;
  try {
    const reader = await archive.open();
    try {
      return (await reader.digest()) === record.digest ? record : null;
    } finally {
      reader.close();
    }
  } catch (error) {
    // What cannot be read now was another archive, or another content, then.
    if (error instanceof Damage || error instanceof Unreadable) return null;
    throw error;
  }
}

/** Whether there was a successful rehearsal not too long ago. */
export interface RehearsalFreshness {
  /** `failed`: none was successful, but one was made; `stale`: none was made. */
  readonly state: 'fresh' | 'failed' | 'stale';
  /** The last successful one, whatever its age. */
  readonly last: Rehearsed | null;
  /** Those that are recent enough but found something, the newest first. */
  readonly attempts: readonly Rehearsed[];
}

/**
 * Looks for a rehearsal of any archive in the store that ended not more than `maxAge` milliseconds ago and
 * proved the archive. A time in the future proves nothing.
 *
 * @throws Failure if the store cannot be read
 */
export async function checkRehearsed(
  store: ArchiveStore,
  naming: Naming,
  maxAge: number,
  now: Date,
): Promise<RehearsalFreshness> {
  const found: Rehearsed[] = [];
  const archives: readonly StoredArchive[] = await store.list(naming);
  for (const archive of archives) {
    if (archive.hasRehearsal !== true) continue;
    const record = await rehearsalOf(archive);
    if (record !== null && !isInFuture(new Date(record.finishedAt), now))
      found.push({ file: archive.file, record });
  }
  found.sort((a, b) => Date.parse(b.record.finishedAt) - Date.parse(a.record.finishedAt));
  const isRecent = ({ record }: Rehearsed) => now.getTime() - Date.parse(record.finishedAt) <= maxAge;
  const last = found.find(({ record }) => isProven(record)) ?? null;
  const attempts = found.filter((each) => isRecent(each) && !isProven(each.record));
  const state = last !== null && isRecent(last) ? 'fresh' : attempts.length > 0 ? 'failed' : 'stale';
  return { state, last, attempts };
}
