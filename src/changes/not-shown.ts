import type { Nouns } from './noise/row.ts';

/** How many objects, or fields, were passed over for one reason. */
export interface NotShown {
  readonly nouns: Nouns;
  readonly count: number;
}

/** Counts by reason what a comparison passes over, so that nothing is hidden in silence. */
export class NotShownCount {
  readonly #counts = new Map<string, { nouns: Nouns; count: number }>();
  #objects = 0;
  /** Fields that --ignore names and that were not the same. */
  ignoredFields = 0;

  /** An object that differs and is passed over. */
  object(nouns: Nouns): void {
    this.#objects += 1;
    this.field(nouns);
  }

  /** An object that differs in ignored fields alone. */
  ignoredObject(): void {
    this.#objects += 1;
  }

  /** A field that differs and is passed over, in an object that may differ elsewhere. */
  field(nouns: Nouns): void {
    const own = this.#counts.get(nouns[1]) ?? { nouns, count: 0 };
    own.count += 1;
    this.#counts.set(nouns[1], own);
  }

  /** Objects that differ and are not counted among the differences. */
  get objects(): number {
    return this.#objects;
  }

  /** By reason, the most first. */
  get reasons(): readonly NotShown[] {
    return [...this.#counts.values()].sort((a, b) => b.count - a.count || (a.nouns[1] < b.nouns[1] ? -1 : 1));
  }
}
