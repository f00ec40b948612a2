import { documentMistake, memberOf, textAt } from '../../json/members.ts';
import { parseValue } from '../../json/parse-value.ts';
import { skipSpace, valueEnd } from '../../json/scan.ts';
import { type Fields, isFields, isList, type Value } from '../../json/value.ts';
import { serverTime } from '../../types/deletion.ts';
import { FieldSet } from './field-set.ts';

/** An entry of an object's managedFields. */
export interface ManagerEntry {
  /** The name that the client gave itself: `kubectl-edit`, `helm`. */
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  /** `status`, `scale`; null for the object itself. */
  readonly subresource: string | null;
  /**
   * When the manager last changed one of its fields, as the API server wrote it: in whole seconds. Null for
   * writes through `scale`, of which the API server notes no time.
   */
  readonly time: string | null;
  readonly fields: FieldSet;
}

/** What the server wrote down about an object; see docs/design.md, `_metadata`. */
export interface ObjectMetadata {
  readonly uid: string | null;
  /** As the API server wrote it; null if it is no time. */
  readonly creationTimestamp: string | null;
  readonly managers: readonly ManagerEntry[];
}

/** Larger managedFields are not from an API server: an object has 1.5 MB with everything in it. */
const LARGEST = 2 * 1024 * 1024;

/** The API server merges entries of Update beyond ten; those of Apply are one per manager. */
const MOST_ENTRIES = 500;

/** The API server refuses longer names of managers and subresources. */
const LONGEST_NAME = 128;

/**
 * What the API server calls the unknown owners of everything that was in an object whose managedFields
 * were empty when somebody applied it: its time says nothing about when they wrote.
 *
 * @see https://github.com/kubernetes/apimachinery/blob/master/pkg/util/managedfields/internal/skipnonapplied.go
 */
const UNKNOWN_OWNERS = 'before-first-apply';

/** @see https://github.com/kubernetes/apimachinery/blob/master/pkg/util/managedfields/scalehandler.go */
const SCALE = 'scale';

/**
 * Reads an item of `_metadata/`. Whatever in it is malformed or too large names nobody.
 *
 * @param item any bytes
 */
export function readMetadata(item: Uint8Array): ObjectMetadata {
  const nothing: ObjectMetadata = { uid: null, creationTimestamp: null, managers: [] };
  if (documentMistake(item) !== null) return nothing;
  const metadata = memberOf(item, skipSpace(item, 0, item.length), 'metadata');
  if (metadata === null) return nothing;
  const created = textAt(item, memberOf(item, metadata, 'creationTimestamp'));
  return {
    uid: textAt(item, memberOf(item, metadata, 'uid')),
    creationTimestamp: created === null || serverTime(created) === null ? null : created,
    managers: managersAt(item, memberOf(item, metadata, 'managedFields')),
  };
}

function managersAt(item: Uint8Array, at: number | null): readonly ManagerEntry[] {
  if (at === null) return [];
  const bytes = item.subarray(at, valueEnd(item, at, item.length));
  if (bytes.length > LARGEST) return [];
  const entries = parseValue(bytes);
  if (!isList(entries) || entries.length > MOST_ENTRIES) return [];
  return entries.flatMap((entry) => (isFields(entry) ? (entryOf(entry) ?? []) : []));
}

function entryOf(entry: Fields): ManagerEntry | null {
  const manager = nameOf(entry.get('manager'));
  const operation = entry.get('operation');
  const subresource = entry.get('subresource') ?? '';
  const time = entry.get('time') ?? null;
  const fields = entry.get('fieldsV1');
  if (manager === null || manager === UNKNOWN_OWNERS) return null;
  if (operation !== 'Apply' && operation !== 'Update') return null;
  if (typeof subresource !== 'string' || subresource.length > LONGEST_NAME) return null;
  if (time === null && subresource !== SCALE) return null;
  if (time !== null && (typeof time !== 'string' || serverTime(time) === null)) return null;
  if (!isFields(fields)) return null;
  const own = { manager, operation, time, fields: new FieldSet(fields) } as const;
  return { ...own, subresource: subresource === '' ? null : subresource };
}

function nameOf(value: Value | undefined): string | null {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_NAME ? value : null;
}
