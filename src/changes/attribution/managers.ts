import { hasKey, itemsOf, memberOf, membersOf, textAt } from '../../json/members.ts';
import { OPEN_LIST, OPEN_OBJECT, skipSpace, valueEnd } from '../../json/scan.ts';
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
  /** Reads them from the bytes of the entry. */
  readonly fields: () => FieldSet;
}

/** What the server wrote down about an object; see docs/design.md, `_metadata`. */
export interface ObjectMetadata {
  readonly uid: string | null;
  /** As the API server wrote it; null if it is no time. */
  readonly creationTimestamp: string | null;
  readonly managers: readonly ManagerEntry[];
}

/** Larger managedFields are not from an API server, which accepts objects of at most 1.5 MB. */
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

/** The first byte of `null`. */
const NULL = 0x6e;

const NOWHERE = -1;

/**
 * Reads an item of `_metadata/`. Entries of managedFields that are malformed or too large are ignored.
 *
 * @param item a valid document (see documentMistake)
 */
export function readMetadata(item: Buffer): ObjectMetadata {
  const found = { uid: NOWHERE, creationTimestamp: NOWHERE, managedFields: NOWHERE };
  const metadata = memberOf(item, skipSpace(item, 0, item.length), 'metadata');
  if (metadata !== null) findMembers(item, metadata, found);
  const created = textIn(item, found.creationTimestamp);
  return {
    uid: textIn(item, found.uid),
    creationTimestamp: created === null || serverTime(created) === null ? null : created,
    managers: managersAt(item, found.managedFields),
  };
}

/**
 * The uid in an item of `_metadata/`; null if it has none.
 *
 * @param item a valid document (see documentMistake)
 */
export function readUid(item: Uint8Array): string | null {
  const metadata = memberOf(item, skipSpace(item, 0, item.length), 'metadata');
  return metadata === null ? null : textAt(item, memberOf(item, metadata, 'uid'));
}

function managersAt(item: Buffer, at: number): readonly ManagerEntry[] {
  if (at === NOWHERE || item[at] !== OPEN_LIST) return [];
  if (valueEnd(item, at, item.length) - at > LARGEST) return [];
  const entries: ManagerEntry[] = [];
  let count = 0;
  for (const entryAt of itemsOf(item, at)) {
    count += 1;
    if (count > MOST_ENTRIES) return [];
    const entry = entryOf(item, entryAt);
    if (entry !== null) entries.push(entry);
  }
  return entries;
}

function entryOf(item: Buffer, at: number): ManagerEntry | null {
  const found = {
    manager: NOWHERE,
    operation: NOWHERE,
    subresource: NOWHERE,
    time: NOWHERE,
    fieldsV1: NOWHERE,
  };
  findMembers(item, at, found);
  const manager = textIn(item, found.manager);
  const operation = textIn(item, found.operation);
  const subresource = isMissing(item, found.subresource) ? '' : textIn(item, found.subresource);
  const time = textIn(item, found.time);
  if (manager === null || !isName(manager) || manager === UNKNOWN_OWNERS) return null;
  if (operation !== 'Apply' && operation !== 'Update') return null;
  if (subresource === null || subresource.length > LONGEST_NAME) return null;
  if (time === null && !(isMissing(item, found.time) && subresource === SCALE)) return null;
  if (time !== null && serverTime(time) === null) return null;
  if (found.fieldsV1 === NOWHERE || item[found.fieldsV1] !== OPEN_OBJECT) return null;
  let fields: FieldSet | null = null;
  return {
    manager,
    operation,
    subresource: subresource === '' ? null : subresource,
    time,
    fields: () => {
      fields ??= new FieldSet(item, found.fieldsV1);
      return fields;
    },
  };
}

function isName(text: string): boolean {
  return text !== '' && text.length <= LONGEST_NAME;
}

/** Sets each key of `found` to the offset of the value that the object at `at` has there, in one walk. */
function findMembers(bytes: Buffer, at: number, found: Record<string, number>): void {
  if (bytes[at] !== OPEN_OBJECT) return;
  const keys = Object.keys(found);
  for (const [keyAt, valueAt] of membersOf(bytes, at)) {
    const key = keys.find((each) => hasKey(bytes, keyAt, each));
    // If a key occurs several times, the last one counts, as in JSON.parse().
    if (key !== undefined) found[key] = valueAt;
  }
}

function textIn(bytes: Buffer, at: number): string | null {
  return at === NOWHERE ? null : textAt(bytes, at);
}

/** Whether a value is missing or null. */
function isMissing(bytes: Buffer, at: number): boolean {
  return at === NOWHERE || bytes[at] === NULL;
}
