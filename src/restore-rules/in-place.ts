import type { Change } from '../changes/change.ts';
import { masked } from '../changes/secrecy/mask.ts';
import { valueChanges } from '../changes/value-changes.ts';
import { type Fields, isFields, isList, type List, same, type Value } from '../json/value.ts';
import { EVERYWHERE } from '../plan/pruning-table.ts';
import { withoutBookkeeping } from './bookkeeping.ts';
import { listAt, textAt, without, withValue } from './edit.ts';
import type { Item } from './item.ts';

import { normalForm, type RewriteOptions } from './rewrite.ts';

/** What a PUT of an object sends, and what it changes. */
export interface InPlace {
  readonly fields: Fields;
  /** From the live object to what is sent; secrets masked. */
  readonly changes: readonly Change[];
}

/**
 * The object that replaces an existing one: the archived object, plus the fields of the live one that a
 * restore never sends (the rules remove them), since they belong to the server or to a controller. Fields
 * that others added are not kept.
 *
 * @param item as it would be created
 */
export function inPlace(item: Item, live: Fields, options: RewriteOptions): InPlace {
  const normal = normalForm({ ...item, fields: live }, options).fields;
  const own = withoutBookkeeping(item.fields, item.type);
  const fields = withFinalizers(withLiveStatus(keptFields(own, live, normal), live), live);
  return { fields, changes: differences(live, fields, item.type) };
}

/**
 * What differs between two objects, as `diff` shows it: secrets masked, without the server's
 * own metadata and without status.
 */
export function differences(before: Fields, after: Fields, type: string): readonly Change[] {
  const [own, other] = [comparable(before), comparable(after)];
  if (same(own, other)) return [];
  return [...valueChanges(masked(own, type), masked(other, type))];
}

/**
 * The differences that remain after an update, since the server, a webhook or a policy changed the object.
 * Defaults of the server do not count; labels, annotations, keys of data and items of lists have no
 * defaults.
 */
export function shortfall(sent: Fields, after: Fields, type: string): readonly Change[] {
  return differences(after, sent, type).filter(
    (change) => !isDefault(change, 'removed') && !isEmptyLost(change, 'added'),
  );
}

function comparable(fields: Fields): Fields {
  return without(fields, 'status', ...EVERYWHERE.map(({ path }) => path));
}

const CONTENT = new Set(['metadata', 'data', 'binaryData', 'stringData', 'rules', 'subjects']);

/**
 * The same differences in the other direction: from the object that was sent to the live one.
 */
export function loss(sent: Fields, after: Fields, type: string): readonly Change[] {
  return differences(sent, after, type).filter(
    (change) => !isDefault(change, 'added') && !isEmptyLost(change, 'removed'),
  );
}

/** @param kind of a change by which the server adds something */
function isDefault({ kind: own, path }: Change, kind: Change['kind']): boolean {
  if (own !== kind) return false;
  const [root] = path;
  const last = path.at(-1);
  if (root?.kind !== 'key' || CONTENT.has(root.key)) return false;
  return last?.kind === 'key' && !path.some((step) => step.kind === 'key' && WORDS.has(step.key));
}

/** Below these, users choose the keys. */
const WORDS = new Set(['labels', 'annotations', 'matchLabels', 'nodeSelector', 'selector']);

/** Null, `{}` and `[]` have no effect, and a server may remove them. */
function isEmptyLost(change: Change, kind: 'added' | 'removed'): boolean {
  return (
    change.kind === kind && (change.kind === 'added' || change.kind === 'removed') && isEmpty(change.value)
  );
}

function isEmpty(value: Value): boolean {
  return value === null || (isFields(value) && value.size === 0) || (isList(value) && value.length === 0);
}

/**
 * `own` with the fields that the rules removed from `live`.
 *
 * @param normal live after the rules
 */
function keptFields(own: Fields, live: Fields, normal: Fields): Fields {
  let kept: Map<string, Value> | null = null;
  for (const [key, value] of live) {
    const left = normal.get(key);
    if (left === value) continue;
    const mine = own.get(key);
    const after =
      mine === undefined ? (left === undefined ? value : undefined) : keptValue(mine, value, left);
    if (after !== undefined && after !== mine) kept = (kept ?? new Map(own)).set(key, after);
  }
  return kept ?? own;
}

function keptValue(own: Value, live: Value, normal: Value | undefined): Value {
  if (isFields(own) && isFields(live)) return keptFields(own, live, isFields(normal) ? normal : new Map());
  if (!isList(own) || !isList(live)) return own;
  // If a list of texts was removed as a whole (addresses of a Service), it is one value.
  const isOne = normal === undefined && !live.some(isFields);
  return isOne ? own : keptItems(own, live, isList(normal) ? normal : []);
}

/** The rules keep the order of items, so that removed items are found by walking both lists. */
function keptItems(own: List, live: List, normal: List): List {
  const kept = [...own];
  let at = 0;
  for (const item of live) {
    const left = normal[at];
    const isLeft = left !== undefined && isReduced(left, item);
    if (isLeft) at += 1;
    if (isLeft && left === item) continue;
    const mine = pairOf(own, item, isLeft ? left : null, at - 1);
    const match = own[mine];
    if (match !== undefined) kept[mine] = keptValue(match, item, isLeft ? left : undefined);
    else if (!isLeft) kept.push(item);
  }
  return kept;
}

/**
 * The position of the item that corresponds to a live one, or -1: the item that is equal after the rules, else
 * the one with the same identity, else, for items without identity, the one at the same position.
 */
function pairOf(own: List, item: Value, left: Value | null, at: number): number {
  const equal = left === null ? -1 : own.findIndex((each) => same(each, left));
  if (equal >= 0) return equal;
  const found = own.findIndex((each) => isSameItem(each, item));
  if (found >= 0 || left === null || hasIdentity(item)) return found;
  const live = own[at];
  return live === undefined || hasIdentity(live) ? -1 : at;
}

/** Whether a value is another one without the parts that rules removed. */
function isReduced(left: Value, whole: Value): boolean {
  if (left === whole) return true;
  if (isFields(left) && isFields(whole))
    return [...left].every(([key, each]) => {
      const other = whole.get(key);
      return other !== undefined && isReduced(each, other);
    });
  if (isList(left) && isList(whole)) {
    let at = 0;
    return left.every((each) => {
      while (at < whole.length && !isReduced(each, whole[at] ?? null)) at += 1;
      return at++ < whole.length;
    });
  }
  return same(left, whole);
}

/** Items are paired by name; ports without one by their number and protocol. */
function isSameItem(own: Value, live: Value): boolean {
  if (!isFields(own) || !isFields(live)) return same(own, live);
  const [name, other] = [textAt(own, 'name'), textAt(live, 'name')];
  if (name !== null || other !== null) return name === other;
  const port = own.get('port');
  if (port === undefined) return same(own, live);
  return same(port, live.get('port') ?? null) && protocolOf(own) === protocolOf(live);
}

function hasIdentity(item: Value): boolean {
  return !isFields(item) || item.has('name') || item.has('port');
}

function protocolOf(port: Fields): string {
  return textAt(port, 'protocol') ?? 'TCP';
}

/** A status without a subresource is observed state, too. */
function withLiveStatus(fields: Fields, live: Fields): Fields {
  const status = live.get('status');
  return status === undefined || fields.get('status') === status
    ? fields
    : new Map(fields).set('status', status);
}

/**
 * A controller with a finalizer has to clean up something outside of the object, which it could not do
 * if the finalizer were removed.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/finalizers/
 */
function withFinalizers(fields: Fields, live: Fields): Fields {
  const own = listAt(fields, 'metadata', 'finalizers');
  const added = listAt(live, 'metadata', 'finalizers').filter(
    (each) => !own.some((other) => same(each, other)),
  );
  return added.length === 0 ? fields : withValue(fields, 'metadata.finalizers', [...own, ...added]);
}
