import type { Item } from './item.ts';
import { type Owner, ownersOf } from './owners.ts';
import { CLAIMS, type Step, stepOf } from './steps.ts';

export { type Step, stepOf } from './steps.ts';

/** Owners of owners that are followed; no cluster has so many. */
const DEEPEST = 100;

/** An object as far as its place in the order depends on it. */
export interface Head {
  readonly project: string | null;
  readonly type: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly owners: readonly Owner[];
}

/** Objects of one step that may go at the same time. */
export interface Stage<T> {
  readonly step: Step;
  readonly members: readonly T[];
}

/** What the order has to know of an object. */
export function headOf({ project, type, apiVersion, kind, name, fields }: Item): Head {
  return { project, type, apiVersion, kind, name, owners: ownersOf(fields) };
}

/**
 * All objects in the order in which they are to be restored: step by step, and within a
 * step owners before owned. What is owned by an object of a later step waits for it, but
 * for claims and what goes before them. Owners that own each other are broken up.
 */
export function inOrder<T extends Head>(
  heads: readonly T[],
  isLate: (head: T) => boolean,
): readonly Stage<T>[] {
  const places = new Places(heads, isLate);
  const stages = new Map<string, { step: Step; layer: number; members: T[] }>();
  for (const head of heads) {
    const { step, layer } = places.of(head);
    const key = `${step.number} ${layer}`;
    const stage = stages.get(key) ?? { step, layer, members: [] };
    stages.set(key, stage);
    stage.members.push(head);
  }
  return [...stages.values()].sort((a, b) => a.step.number - b.step.number || a.layer - b.layer);
}

interface PlaceInOrder {
  readonly step: Step;
  readonly layer: number;
}

class Places<T extends Head> {
  readonly #byKey: ReadonlyMap<string, T>;
  readonly #isLate: (head: T) => boolean;
  readonly #known = new Map<T, PlaceInOrder>();

  constructor(heads: readonly T[], isLate: (head: T) => boolean) {
    this.#isLate = isLate;
    this.#byKey = new Map(heads.map((head) => [keyOf(head, head.project), head]));
  }

  of(head: T, depth = 0): PlaceInOrder {
    const known = this.#known.get(head);
    if (known !== undefined) return known;
    const own: PlaceInOrder = { step: stepOf(head.type, this.#isLate(head)), layer: 0 };
    // Stands while its owners are looked at, so that a circle ends.
    this.#known.set(head, own);
    if (own.step.number <= CLAIMS || depth > DEEPEST) return own;
    const place = head.owners.reduce((place, owner) => {
      const found = this.#byKey.get(keyOf(owner, head.project)) ?? this.#byKey.get(keyOf(owner, null));
      return found === undefined || found === head ? place : after(place, this.of(found, depth + 1));
    }, own);
    this.#known.set(head, place);
    return place;
  }
}

function after(place: PlaceInOrder, owner: PlaceInOrder): PlaceInOrder {
  if (owner.step.number < place.step.number) return place;
  if (owner.step.number > place.step.number) return { step: owner.step, layer: owner.layer + 1 };
  return { step: place.step, layer: Math.max(place.layer, owner.layer + 1) };
}

/** Owners are named by group and kind; the version may be another one. */
function keyOf({ apiVersion, kind, name }: Owner, project: string | null): string {
  const group = apiVersion.includes('/') ? apiVersion.split('/', 1)[0] : '';
  return `${project ?? ''}/${group}/${kind}/${name}`;
}
