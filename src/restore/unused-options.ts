import type { Item } from '../restore-rules/item.ts';
import type { Note, RewriteOptions } from '../restore-rules/rewrite.ts';
import { isRebound } from '../restore-rules/rules/storage.ts';

const STORED = new Set(['persistentvolumeclaims', 'persistentvolumes']);

/**
 * Sees what is restored, and finds the options that met nothing: with a mistyped one, a copy would go
 * on using what it was to leave.
 */
export class UnusedOptions {
  readonly #replacements: Set<RewriteOptions['replacements'][number]>;
  readonly #classes: Set<string>;

  constructor({ replacements, rebindStorageClasses }: RewriteOptions) {
    this.#replacements = new Set(replacements);
    this.#classes = new Set(rebindStorageClasses);
  }

  /** @param notes what the rules did to it */
  see({ type, fields }: Pick<Item, 'type' | 'fields'>, notes: readonly Note[]): void {
    for (const pair of this.#replacements)
      if (notes.some(({ met }) => met === pair.from)) this.#replacements.delete(pair);
    if (!STORED.has(type)) return;
    for (const glob of this.#classes) if (isRebound(fields, [glob])) this.#classes.delete(glob);
  }

  /** A sentence each. */
  lines(): readonly string[] {
    return [
      ...[...this.#replacements].map(({ from }) => `--replace ${from}: it is in nothing that was restored`),
      ...[...this.#classes].map(
        (glob) => `--rebind-storage-class ${glob}: no claim or volume is of such a class`,
      ),
    ];
  }
}
