import type { Fields } from '../json/value.ts';
import { brief } from '../words/names.ts';
import { type ArchiveIndex, EMPTY_INDEX } from './archive-index.ts';
import { withoutBookkeeping } from './bookkeeping.ts';
import { listAt, textAt } from './edit.ts';
import type { Item } from './item.ts';
import {
  type ChangeRow,
  NO_OVERRIDES,
  type RewriteOptions,
  type RuleContext,
  type SkipRow,
  type TypeFacts,
} from './rule.ts';
import { rulesOf, type TypeRules } from './rule-table.ts';

export type { ArchiveIndex } from './archive-index.ts';
export type { RewriteOptions } from './rule.ts';

/** Notes of one rule about one object; an archive may bring any number. */
const MOST_NOTES = 50;
/** Characters that a note quotes. */
const LONGEST_NOTE = 500;
/** Most types have a status subresource. */
const USUAL: TypeFacts = { hasStatus: true };

/** A change by a rule, for the report. */
export interface Note {
  readonly rule: string;
  readonly text: string;
  /** The value of an option that had an effect here: OLD of `--replace OLD=NEW`. */
  readonly met?: string;
}

/** The object to create, or why it is excluded. */
export type Rewriting =
  | { readonly kind: 'restored'; readonly item: Item; readonly notes: readonly Note[] }
  | { readonly kind: 'excluded'; readonly rule: string; readonly reason: string };

/**
 * An object as it is to be created where it is restored: see rule-table.ts for the
 * rules. Its project is the new one. If the archive has the object's status, `fields` must include it, since
 * only the status shows whether a run has finished. Never throws.
 */
export function rewrite(
  item: Item,
  options: RewriteOptions,
  archiveIndex: ArchiveIndex,
  facts = USUAL,
): Rewriting {
  return rewriteBy(rulesOf(item.type), item, options, archiveIndex, facts);
}

/** The same with the given rules. */
export function rewriteBy(
  { skips, changes }: TypeRules,
  item: Item,
  options: RewriteOptions,
  archiveIndex: ArchiveIndex,
  facts = USUAL,
): Rewriting {
  const target = (project: string) => options.mapping.get(project) ?? project;
  const context: RuleContext = { options, archiveIndex, facts, item, target };
  const skip = skips.find((row) => row.skips(item, context));
  if (skip !== undefined) return { kind: 'excluded', rule: skip.rule, reason: skip.reason };
  const notes: Note[] = [];
  const fields = changes.reduce((left, row) => applied(left, row, context, notes), item.fields);
  const project = item.project === null ? null : target(item.project);
  const name = textAt(fields, 'metadata', 'name') ?? item.name;
  const { type, apiVersion, kind } = item;
  return { kind: 'restored', item: { project, type, apiVersion, kind, name, fields }, notes };
}

function applied(fields: Fields, row: ChangeRow, context: RuleContext, notes: Note[]): Fields {
  const { rule, reason } = row;
  const taken = new Map<string, Note>();
  let more = 0;
  const after = row.change(fields, context, (what, met) => {
    const text = `${brief(what, LONGEST_NOTE)}: ${reason}`;
    // Without a note of it, an option would be reported as unused.
    const isFirst = () => met !== undefined && ![...taken.values()].some((note) => note.met === met);
    if (taken.size < MOST_NOTES || isFirst())
      taken.set(text, met === undefined ? { rule, text } : { rule, text, met });
    else if (!taken.has(text)) more += 1;
  });
  if (row.silent) return after;
  if (taken.size === 0 && after !== fields) notes.push({ rule, text: reason });
  notes.push(...taken.values());
  if (more > 0) notes.push({ rule, text: `${more} more of this kind` });
  return after;
}

/** The rule that would leave an object of the cluster out of a restore, judged by the object alone; null if there is none. */
export function skipOf(item: Item, options: RewriteOptions): SkipRow | null {
  const target = (project: string) => project;
  const context: RuleContext = { options, archiveIndex: EMPTY_INDEX, facts: USUAL, item, target };
  return rulesOf(item.type).skips.find((row) => row.skips(item, context)) ?? null;
}

/**
 * An object of the cluster without the fields that a restore would not send: a field that the rules remove
 * from the archived object is not a difference if the server has set it.
 */
export function normalForm(item: Item, options: RewriteOptions): Item {
  const context: RuleContext = {
    options: { ...options, mapping: new Map(), replacements: [], overrides: NO_OVERRIDES, suspend: false },
    archiveIndex: EMPTY_INDEX,
    // A status is never a difference, with or without a subresource.
    facts: USUAL,
    item: { ...item, managedFields: listAt(item.fields, 'metadata', 'managedFields') },
    target: (project) => project,
  };
  const fields = rulesOf(item.type).changes.reduce(
    (left, row) => row.change(left, context, () => {}),
    item.fields,
  );
  return { ...item, fields: withoutBookkeeping(fields, item.type) };
}
