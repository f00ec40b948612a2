import type { Change } from '../changes/change.ts';
import { bookkeepingOf } from '../changes/noise/rules.ts';
import { ObjectComparer } from '../changes/object-changes.ts';
import type { Item } from '../restore-rules/item.ts';
import { printFields } from '../restore-rules/print.ts';
import { normalForm, type RewriteOptions } from '../restore-rules/rewrite.ts';
import { fieldsOf } from './archive-items.ts';

/**
 * Finds what differs between objects of a cluster and what a restore sends. Unlike `diff`, it
 * passes over nothing that a restore can put back: a certificate that was renewed since is another one.
 */
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
    const { type } = item;
    const comparer = this.#comparers.get(type) ?? new ObjectComparer(type, HIDDEN, bookkeepingOf(type));
    this.#comparers.set(type, comparer);
    return [...comparer.changes(this.#normal(item, there), this.#normal(item, wanted))];
  }

  #normal(item: Item, bytes: Buffer): Buffer {
    return printFields(normalForm({ ...item, fields: fieldsOf(bytes) }, this.#options).fields);
  }
}

const HIDDEN = { noise: false, secrets: false };
