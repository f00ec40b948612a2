import type { ObjectChange } from './change.ts';
import type { NotComparable } from './coverage.ts';
import type { Nouns } from './noise/row.ts';

/** One side of a comparison. */
export interface Compared {
  /** File name of the archive, or the address of the cluster. */
  readonly name: string;
  /** When its export began, as ISO 8601 in UTC. */
  readonly time: string;
}

/**
 * All that comparing two archives finds; what every form of output is made from.
 * The objects come one after the other, so that memory does not follow their number.
 */
export interface Comparison {
  readonly before: Compared;
  readonly after: Compared;
  /** Sentences about differences between the two sides that affect the whole comparison. */
  readonly notes: readonly string[];
  readonly notComparable: readonly NotComparable[];
  /** By project (cluster-scoped objects first), type and name. Can be iterated once. */
  readonly objects: AsyncIterable<ObjectChange>;
  /** Counts the objects that were returned so far, and those that are not shown. */
  readonly tally: Tally;
}

/** How many objects were added, changed and removed, and where. */
export interface Totals {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  /** Number of projects in which there was any. */
  readonly projects: number;
  /** Objects of cluster-scoped types among them. */
  readonly clusterScoped: number;
}

/** Counts differences while they are returned, and what is not shown. */
export class Tally {
  readonly notShown = new NotShownCount();
  readonly #counts = { added: 0, changed: 0, removed: 0 };
  readonly #projects = new Set<string>();
  #clusterScoped = 0;

  add({ change, project }: Pick<ObjectChange, 'change' | 'project'>): void {
    this.#counts[change] += 1;
    if (project === null) this.#clusterScoped += 1;
    else this.#projects.add(project);
  }

  get totals(): Totals {
    return { ...this.#counts, projects: this.#projects.size, clusterScoped: this.#clusterScoped };
  }
}

/** Whether anything was different. */
export function isDifferent({ added, changed, removed }: Totals): boolean {
  return added + changed + removed > 0;
}

/** How many objects or fields are not shown for one reason. */
export interface NotShown {
  readonly nouns: Nouns;
  readonly count: number;
}

/** Counts by reason what a comparison does not show, so that nothing is hidden silently. */
export class NotShownCount {
  readonly #counts = new Map<string, { nouns: Nouns; count: number }>();
  #objects = 0;
  /** Fields that match --ignore and differ. */
  ignoredFields = 0;

  /** An object that differs and is not shown. */
  object(nouns: Nouns): void {
    this.#objects += 1;
    this.field(nouns);
  }

  /** An object that differs in ignored fields only. */
  ignoredObject(): void {
    this.#objects += 1;
  }

  /** A field that differs and is not shown, in an object that may have other differences. */
  field(nouns: Nouns): void {
    const own = this.#counts.get(nouns[1]) ?? { nouns, count: 0 };
    own.count += 1;
    this.#counts.set(nouns[1], own);
  }

  /** Adds what another comparison has hidden. */
  addAll(other: NotShownCount): void {
    this.#objects += other.#objects;
    this.ignoredFields += other.ignoredFields;
    for (const { nouns, count } of other.reasons) {
      const own = this.#counts.get(nouns[1]) ?? { nouns, count: 0 };
      this.#counts.set(nouns[1], { nouns, count: own.count + count });
    }
  }

  /** Objects that differ and are not counted as differences. */
  get objects(): number {
    return this.#objects;
  }

  /** By reason, highest count first. */
  get reasons(): readonly NotShown[] {
    return [...this.#counts.values()].sort((a, b) => b.count - a.count || (a.nouns[1] < b.nouns[1] ? -1 : 1));
  }
}
