import type { ServedType } from '../cluster/served.ts';
import type { Fields, Value } from '../json/value.ts';
import type { Item } from '../restore-rules/item.ts';
import type { Outcome, Result } from '../restore-rules/outcome.ts';
import type { Limited } from '../restore-rules/reach/reach.ts';
import type { Note } from '../restore-rules/rewrite.ts';
import { objectPath } from '../types/archive-paths.ts';
import type { Managers } from './ownership.ts';

/** An object as it is sent. */
export interface Sending {
  readonly item: Item;
  readonly served: ServedType;
  readonly collection: string;
  readonly path: string;
  readonly notes: readonly Note[];
  /** The project in the archive, if it is restored as another one. */
  readonly from: string | null;
  /** The archived status; null if it is not written. */
  readonly status: Value | null;
  /** The archived status of an ImageStream, which is always written, since it lists the images. */
  readonly streamStatus: Fields | null;
  /** The archived managers of its fields; null if none of them used server-side apply. */
  readonly managers: Managers | null;
  /** It is only restored because others depend on it: if it exists, it is not changed. */
  readonly dependency: boolean;
  /** How it is kept within the restored projects. */
  readonly limits: Pick<Limited, 'withheld' | 'reach' | 'trimmedBy'>;
}

/** The result of an attempt. */
export interface Attempt {
  readonly outcome: Outcome;
  /** It may succeed when other objects exist. */
  readonly again: boolean;
}

/** Where an object is restored, for messages: `shop/deployments.apps/web`. */
export function placeText({ project, type, name }: Pick<Item, 'project' | 'type' | 'name'>): string {
  return objectPath(project, type, name);
}

/** A row of the report about an object. */
export function outcomeOf(
  { project, type, kind, name }: Item,
  from: string | null,
  result: Result,
  details: Partial<Outcome> = {},
): Outcome {
  const nothing = { rule: null, reason: null, notes: [], changes: [], reach: [] };
  return { result, project, type, kind, name, from, ...nothing, ...details };
}

/** An attempt that is not repeated. */
export function ended(sending: Sending, result: Result, details: Partial<Outcome> = {}): Attempt {
  const notes = [...sending.notes, ...(details.notes ?? [])];
  const isWritten = result === 'created' || result === 'updated';
  const reach = sending.limits.reach.map((each) => ({ ...each, restored: each.restored && isWritten }));
  return {
    outcome: outcomeOf(sending.item, sending.from, result, { ...details, notes, reach }),
    again: false,
  };
}

/** A failure that may succeed in a later round. */
export function failedForNow(sending: Sending, reason: string): Attempt {
  return { ...ended(sending, 'failed', { reason }), again: true };
}

/** A note that the server could not validate the object in a dry run. */
export function unchecked(why: string): Note {
  return { rule: 'unchecked', text: `not checked by the server: ${why}` };
}
