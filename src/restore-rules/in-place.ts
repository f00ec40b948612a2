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
 * An object as it replaces the one that exists: the archived object, and from the live one
 * only what a restore would not have sent in the first place (the rules take it out of either
 * one), since it belongs to the server or to a controller. What others added is not kept.
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
 * What an update did not reach: what the server, a webhook or a policy made of the object that was
 * sent. A field that the server gives a default is no difference; a label, an annotation, a key
 * of data or an item of a list has none.
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
 * What a server did not keep of the object that was sent, or did not give back as it was: as shortfall, but
 * from what was sent to what is there.
 */
export function loss(sent: Fields, after: Fields, type: string): readonly Change[] {
  return differences(sent, after, type).filter(
    (change) => !isDefault(change, 'added') && !isEmptyLost(change, 'removed'),
  );
}

/** @param kind of the changes that the server makes by adding something */
function isDefault({ kind: own, path }: Change, kind: Change['kind']): boolean {
  if (own !== kind) return false;
  const [root] = path;
  const last = path.at(-1);
  if (root?.kind !== 'key' || CONTENT.has(root.key)) return false;
  return last?.kind === 'key' && !path.some((step) => step.kind === 'key' && WORDS.has(step.key));
}

/** Below these, keys are somebody's own words. */
const WORDS = new Set(['labels', 'annotations', 'matchLabels', 'nodeSelector', 'selector']);

/** Null, `{}` and `[]` say nothing, and a server may leave them out. */
function isEmptyLost(change: Change, kind: 'added' | 'removed'): boolean {
  return (
    change.kind === kind && (change.kind === 'added' || change.kind === 'removed') && isEmpty(change.value)
  );
}

function isEmpty(value: Value): boolean {
  return value === null || (isFields(value) && value.size === 0) || (isList(value) && value.length === 0);
}

/**
 * `own` with what the rules took out of `live`.
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
  // Where a list of texts went whole (addresses of a Service), it is one value, not several.
  const isOne = normal === undefined && !live.some(isFields);
  return isOne ? own : keptItems(own, live, isList(normal) ? normal : []);
}

/** The rules leave the items of a list in their order, so that those that they took out are found by walking both. */
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
 * The position of the item that stands for a live one, or -1: the one that is equal but for what
 * rules took out of it, else by its identity, else by its place among those without one.
 */
function pairOf(own: List, item: Value, left: Value | null, at: number): number {
  const equal = left === null ? -1 : own.findIndex((each) => same(each, left));
  if (equal >= 0) return equal;
  const found = own.findIndex((each) => isSameItem(each, item));
  if (found >= 0 || left === null || hasIdentity(item)) return found;
  const live = own[at];
  return live === undefined || hasIdentity(live) ? -1 : at;
}

/** Whether a value is another one, less what rules took out of it. */
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

/** A status that stands in a plain field is a state all the same. */
function withLiveStatus(fields: Fields, live: Fields): Fields {
  const status = live.get('status');
  return status === undefined || fields.get('status') === status
    ? fields
    : new Map(fields).set('status', status);
}

/**
 * Whoever holds an object by a finalizer has something to clean up outside of it, and would never
 * get to it.
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
