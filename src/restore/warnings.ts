import type { Item } from '../restore-rules/item.ts';
import type { Count, Outcome } from '../restore-rules/outcome.ts';
import type { Note, RewriteOptions } from '../restore-rules/rewrite.ts';
import { isRebound } from '../restore-rules/rules/storage.ts';
import type { RestoreOptions } from './settings.ts';
import type { Target } from './survey.ts';

const STORED = new Set(['persistentvolumeclaims', 'persistentvolumes']);

/**
 * Finds options that had no effect: with a mistyped one, a copy would keep using what it was to be
 * separated from.
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
      ...[...this.#replacements].map(({ from }) => `--replace ${from}: no restored object contains it`),
      ...[...this.#classes].map(
        (glob) => `--rebind-storage-class ${glob}: no restored claim or volume has such a class`,
      ),
    ];
  }
}

/** Passes the outcomes on, and warns at the end about what is easily overlooked among them. */
export async function* watched(
  outcomes: AsyncGenerator<Outcome>,
  count: Count,
  unused: UnusedOptions,
  warn: (text: string) => void,
): AsyncGenerator<Outcome> {
  let emptied = 0;
  const unheld = new Set<string>();
  for await (const outcome of outcomes) {
    count.add(outcome);
    if (outcome.result === 'created' && outcome.notes.some(({ rule }) => rule === 'claim-volume')) emptied++;
    if (outcome.notes.some(({ rule }) => rule === 'suspend-unheld')) unheld.add(outcome.type);
    yield outcome;
  }
  for (const line of unused.lines()) warn(line);
  if (emptied > 0)
    warn(
      `Claims with new, EMPTY volumes: ${emptied}; if the old volumes still exist, --rebind-storage-class CLASS attaches them`,
    );
  if (unheld.size > 0)
    warn(`--suspend does not hold ${[...unheld].sort().join(', ')}: their controllers may start pods`);
}

/** The projects that `--suspend` would stop: it is meant for copies. */
export function stoppedProjects(
  targets: readonly Target[],
  { existing, rewriting }: RestoreOptions,
): readonly string[] {
  if (!rewriting.suspend || (existing !== 'update' && existing !== 'replace')) return [];
  const projects = new Set(targets.flatMap(({ project }) => project ?? []));
  return [...projects].filter((project) => !rewriting.mapping.has(project));
}
