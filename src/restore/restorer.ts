import { isStored, type ServedType } from '../cluster/served.ts';
import { MOST_VALUES } from '../json/parse-value.ts';
import type { ArchiveIndex } from '../restore-rules/archive-index.ts';
import { type Item, identityMistake } from '../restore-rules/item.ts';
import { BY_PREFERENCE } from '../restore-rules/outcome.ts';
import { printFields } from '../restore-rules/print.ts';
import { type Note, rewrite } from '../restore-rules/rewrite.ts';
import { excludedBy } from '../restore-rules/selection/preference.ts';
import { collectionOf, itemPath } from '../types/paths.ts';
import type { Creator } from './creating.ts';
import type { DryRunGaps } from './dry-run-gaps.ts';
import { unchecked } from './existing.ts';
import type { LateOwners } from './late-owners.ts';
import { type Attempt, outcomeOf, type Sending } from './sending.ts';
import { failureText } from './server-said.ts';
import type { ClusterAccess, RestoreOptions } from './settings.ts';
import { statusPatch } from './status.ts';
import type { UnusedWords } from './unused-words.ts';

/** What a restorer works with. */
export interface Tools {
  readonly cluster: ClusterAccess;
  readonly options: RestoreOptions;
  readonly archiveIndex: ArchiveIndex;
  readonly gaps: DryRunGaps;
  readonly owners: LateOwners;
  readonly creator: Creator;
  readonly unused: UnusedWords;
}

/** parseValue makes no values of it, and what cannot be looked into is not sent. */
const TOO_MUCH = `it has more than ${MOST_VALUES} values`;

/** Restores one object at a time: exclude → rewrite → relink → send → settle. */
export class Restorer {
  readonly #tools: Tools;

  constructor(tools: Tools) {
    this.#tools = tools;
  }

  /**
   * What became of an object of the archive.
   *
   * @param dependency it is not changed where it is there
   * @throws nothing but defects and the signal's reason
   */
  async restore(item: Item, dependency: boolean): Promise<Attempt> {
    const { options, archiveIndex } = this.#tools;
    const mistake = identityMistake(item) ?? (item.fields.size === 0 ? TOO_MUCH : null);
    if (mistake !== null)
      return { outcome: outcomeOf(item, null, 'failed', { reason: mistake }), again: false };
    const unwanted = options.preference === null ? null : excludedBy(options.preference, item);
    if (unwanted !== null) return excluded(item, BY_PREFERENCE, unwanted);
    const rewriting = rewrite(item, options.rewriting, archiveIndex);
    if (rewriting.kind === 'excluded') return excluded(item, rewriting.rule, rewriting.reason);
    this.#tools.unused.see(item, rewriting.notes);
    const from = rewriting.item.project === item.project ? null : item.project;
    const status = options.hasStatus(item.type) ? statusPatch(item) : null;
    try {
      return await this.#put(rewriting.item, rewriting.notes, { from, status, dependency });
    } catch (error) {
      const reason = failureText(error, item);
      const missed = options.apply ? null : this.#tools.gaps.whyMissed(reason);
      const notes = [...rewriting.notes, ...(missed === null ? [] : [unchecked(missed)])];
      const told = missed === null ? { reason, notes } : { notes };
      const outcome = outcomeOf(rewriting.item, from, missed === null ? 'failed' : 'created', told);
      return { outcome, again: missed === null };
    }
  }

  async #put(
    wanted: Item,
    notes: readonly Note[],
    told: Pick<Sending, 'from' | 'status' | 'dependency'>,
  ): Promise<Attempt> {
    const { from } = told;
    const { cluster, options, gaps, owners, creator } = this.#tools;
    const served = await cluster.types.find(wanted.apiVersion, wanted.type.split('.', 1)[0] ?? '');
    const why = options.apply ? null : gaps.whyUnchecked(wanted, served !== null);
    if (why !== null) {
      const told = { notes: [...notes, unchecked(why)] };
      return { outcome: outcomeOf(wanted, from, 'created', told), again: false };
    }
    if (served === null) {
      const reason = `the server does not serve ${wanted.type} in version ${wanted.apiVersion}`;
      return { outcome: outcomeOf(wanted, from, 'failed', { notes, reason }), again: true };
    }
    const misplaced = misplacement(served, wanted);
    if (misplaced !== null)
      return { outcome: outcomeOf(wanted, from, 'failed', { notes, reason: misplaced }), again: false };
    const collection = collectionOf(served, wanted.project);
    const path = itemPath(collection, wanted.name);
    const relinked = await owners.relink(wanted, path);
    const { item } = relinked;
    const body = printFields(item.fields);
    const all = [...notes, ...relinked.notes];
    const sending: Sending = { item, served, collection, path, body, notes: all, ...told };
    return await creator.create(sending);
  }
}

/** Why a type cannot have objects where the archive has one. */
function misplacement(served: ServedType, { project, kind }: Item): string | null {
  const { resource, namespaced } = served;
  if (!isStored(served)) return `${resource} cannot be stored: ${kind} is a request-only resource`;
  if (namespaced && project === null) return `${resource} stand in projects, not at the top of an archive`;
  if (!namespaced && project !== null) return `${resource} stand in no project`;
  return null;
}

function excluded(item: Item, rule: string, reason: string): Attempt {
  return { outcome: outcomeOf(item, null, 'excluded', { rule, reason }), again: false };
}
