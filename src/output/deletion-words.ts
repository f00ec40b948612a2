import type { Change, ObjectChange } from '../changes/change.ts';
import { pathText } from '../changes/path.ts';
import type { Value } from '../json/value.ts';
import { DELETION, serverTime } from '../types/deletion.ts';
import { clock } from './age.ts';

const PATH = `metadata.${DELETION}`;

/**
 * The old and the new value of a deletionTimestamp in words, null where there was none:
 * `being deleted since 2026-11-20 14:32 UTC`. Null for any other change, and where a value is
 * not a time.
 */
export function deletionTexts(change: Change): { before: string | null; after: string | null } | null {
  if (pathText(change.path) !== PATH) return null;
  if (change.kind === 'added' || change.kind === 'removed') {
    const text = sinceText(change.value);
    if (text === null) return null;
    return change.kind === 'added' ? { before: null, after: text } : { before: text, after: null };
  }
  if (change.kind !== 'changed') return null;
  const [before, after] = [sinceText(change.before), sinceText(change.after)];
  return before === null || after === null ? null : { before, after };
}

/**
 * ` (being deleted since 2026-11-20 14:32 UTC)`, to stand behind the name of an object that has
 * come, gone or changed; empty where it is not being deleted, or where its changes say so.
 */
export function deletionNote(told: Told): string {
  const text = sinceText(told.beingDeletedSince);
  if (text === null || told.changes.some((each) => deletionTexts(each) !== null)) return '';
  return ` (${told.change === 'removed' ? 'was ' : ''}${text})`;
}

/** An object that has changed, or a version in its history. */
type Told = Pick<ObjectChange, 'changes' | 'beingDeletedSince'> & Partial<Pick<ObjectChange, 'change'>>;

/** `being deleted since 2026-11-20 14:32 UTC`; null for what is not a time. */
export function sinceText(value: Value): string | null {
  const time = typeof value === 'string' ? serverTime(value) : null;
  return time === null ? null : `being deleted since ${clock(time, 'UTC')}`;
}
