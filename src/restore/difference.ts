import type { Change } from '../changes/change.ts';
import { ObjectComparer } from '../changes/object-changes.ts';
import type { Item } from '../restore-rules/item.ts';
import { normalForm } from '../restore-rules/normal-form.ts';
import { printFields } from '../restore-rules/print.ts';
import type { RewriteOptions } from '../restore-rules/rewrite.ts';
import { fieldsOf } from './archive-items.ts';

/** Tells what differs between objects of a cluster and what a restore sends. */
export class Differences {
  readonly #options: RewriteOptions;
  readonly #comparers = new Map<string, ObjectComparer>();

  constructor(options: RewriteOptions) {
    this.#options = options;
  }

  /**
   * The differences, as `diff` shows them, values of Secrets masked.
   *
   * @param there the object's bytes as the server gives them
   * @param wanted bytes of the same object
   */
  between(item: Item, there: Buffer, wanted: Buffer): readonly Change[] {
    const comparer = this.#comparers.get(item.type) ?? new ObjectComparer(item.type, HIDDEN);
    this.#comparers.set(item.type, comparer);
    return [...comparer.changes(this.#normal(item, there), this.#normal(item, wanted))];
  }

  #normal(item: Item, bytes: Buffer): Buffer {
    return printFields(normalForm({ ...item, fields: fieldsOf(bytes) }, this.#options).fields);
  }
}

const HIDDEN = { noise: false, secrets: false };
