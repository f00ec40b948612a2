import { createHash, type Hash } from 'node:crypto';
import type { Change } from '../changes/change.ts';
import { pathText } from '../changes/path.ts';
import { memberOf } from '../json/members.ts';
import { skipSpace, stringEnd } from '../json/scan.ts';
import { canonical } from '../json/value.ts';

/** Objects that are larger are not looked for in other projects: their texts would cost too much. */
const LARGEST = 1024 * 1024;

/**
 * The same text for the same changes; null where they are too large for one.
 *
 * @param size of both versions, in bytes
 * @param beingDeletedSince is shown beside the changes
 */
export function alikeText(
  changes: readonly Change[],
  size: number,
  beingDeletedSince: string | null,
): string | null {
  if (size > LARGEST) return null;
  const hash = createHash('sha256');
  if (beingDeletedSince !== null) part(hash, beingDeletedSince);
  for (const change of changes) {
    part(hash, change.kind, pathText(change.path));
    if (change.kind === 'text') for (const { lines } of change.hunks) part(hash, ...lines);
    else if (change.kind === 'added' || change.kind === 'removed') part(hash, canonical(change.value));
    else part(hash, canonical(change.before), canonical(change.after));
  }
  return hash.digest('base64url');
}

/** The same text for objects that are the same but for their project; null where they are too large. */
export function addedText(bytes: Buffer): string | null {
  if (bytes.length > LARGEST) return null;
  const metadata = memberOf(bytes, skipSpace(bytes, 0, bytes.length), 'metadata');
  const at = metadata === null ? null : memberOf(bytes, metadata, 'namespace');
  if (at === null) return createHash('sha256').update(bytes).digest('base64url');
  const end = bytes[at] === 0x22 ? stringEnd(bytes, at, bytes.length) : at;
  return createHash('sha256').update(bytes.subarray(0, at)).update(bytes.subarray(end)).digest('base64url');
}

function part(hash: Hash, ...texts: readonly string[]): void {
  for (const text of texts) hash.update(`${text.length} ${text}`);
}
