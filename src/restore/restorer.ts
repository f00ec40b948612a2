import { isStored, type ServedType } from '../cluster/served.ts';
import { MOST_VALUES } from '../json/parse-value.ts';
import type { ArchiveIndex } from '../restore-rules/archive-index.ts';
import { isImageStream, streamStatusOf } from '../restore-rules/image-streams.ts';
import { type Item, identityMistake } from '../restore-rules/item.ts';
import { BY_PREFERENCE } from '../restore-rules/outcome.ts';
import { limitReach, mayReach, type ReachContext, UNLIMITED } from '../restore-rules/reach/reach.ts';
import { type Note, rewrite } from '../restore-rules/rewrite.ts';
import { excludedBy } from '../restore-rules/selection/preference.ts';
import { versionAdvice } from '../restore-rules/versions.ts';
import { collectionOf, itemPath } from '../types/api-paths.ts';
import type { ArchivedItem } from './archive-items.ts';
import { byReach, type Creator } from './creator.ts';
import type { DryRunGaps } from './dry-run-gaps.ts';
import type { MissingPermissions } from './missing-permissions.ts';
import type { Owners } from './owners.ts';
import { managersOf } from './ownership.ts';
import { type Attempt, outcomeOf, type Sending, unchecked } from './sending.ts';
import { findServed, type ServedItem } from './served-item.ts';
import { failureText } from './server-messages.ts';
import type { ClusterAccess, RestoreOptions } from './settings.ts';
import { statusOf } from './status.ts';
import type { Target } from './survey.ts';
import type { UnusedOptions } from './warnings.ts';

/** What a restorer works with. */
export interface Tools {
  readonly cluster: ClusterAccess;
  readonly options: RestoreOptions;
  readonly archiveIndex: ArchiveIndex;
  readonly reachContext: ReachContext;
  readonly permissions: MissingPermissions;
  readonly gaps: DryRunGaps;
  readonly owners: Owners;
  readonly creator: Creator;
  readonly unused: UnusedOptions;
}

/** parseValue leaves it as text, and an object that cannot be checked is not sent. */
const TOO_MUCH = `it has more than ${MOST_VALUES} values`;
/** The parts of a Sending that are known before its type is looked up. */
type Origin = Pick<Sending, 'from' | 'status' | 'streamStatus' | 'managers' | 'dependency' | 'limits'>;

/** Restores one object at a time: exclude → rewrite → relink → create → reconcile. */
export class Restorer {
  readonly #tools: Tools;

  constructor(tools: Tools) {
    this.#tools = tools;
  }

  /**
   * Restores an object of the archive.
   *
   * @param target why it is restored: a dependency is not changed where it exists, and only what was
   *   asked for explicitly may reach beyond the restored projects
   * @throws nothing but defects and the signal's reason
   */
  async restore(
    item: ArchivedItem,
    { dependency, explicit }: Pick<Target, 'dependency' | 'explicit'>,
  ): Promise<Attempt> {
    const { options, archiveIndex, reachContext, gaps } = this.#tools;
    const mistake = identityMistake(item) ?? (item.fields.size === 0 ? TOO_MUCH : null);
    if (mistake !== null)
      return { outcome: outcomeOf(item, null, 'failed', { reason: mistake }), again: false };
    const unwanted = options.preference === null ? null : excludedBy(options.preference, item);
    if (unwanted !== null) return excluded(item, BY_PREFERENCE, unwanted);
    let found: ServedItem;
    try {
      found = await findServed(this.#tools.cluster.types, item);
    } catch (error) {
      return { outcome: outcomeOf(item, null, 'failed', { reason: failureText(error, item) }), again: true };
    }
    const { served } = found;
    const limited =
      explicit || !mayReach(item.type, item.project) ? null : limitReach(found.item, reachContext);
    const rewriting = rewrite(
      limited?.item ?? found.item,
      options.rewriting,
      archiveIndex,
      served ?? undefined,
    );
    if (rewriting.kind === 'excluded') return excluded(item, rewriting.rule, rewriting.reason);
    this.#tools.unused.see(item, rewriting.notes);
    const from = rewriting.item.project === item.project ? null : item.project;
    const status = options.hasStatus(item.type) ? statusOf(item) : null;
    // In another version, fields may have other names, so that their managers own nothing.
    const managers =
      options.apply && found.item === item && item.mayBeApplied
        ? managersOf(item.managedFields, item.fields)
        : null;
    const limits = limited ?? UNLIMITED;
    const notes = [...found.notes, ...(limited?.notes ?? []), ...rewriting.notes];
    // What a create may not do, an update may not do either.
    const isLeft = dependency || limits.withheld !== null;
    try {
      const streamStatus = isImageStream(item) ? streamStatusOf(item) : null;
      const origin = { from, status, streamStatus, managers, dependency: isLeft, limits };
      return await this.#put(rewriting.item, served, notes, origin);
    } catch (error) {
      const reason = failureText(error, item);
      const missed = options.apply ? null : gaps.whyMissed(reason);
      const all = [...notes, ...(missed === null ? [] : [unchecked(missed)])];
      const details = missed === null ? { reason, notes: all } : { notes: all, reach: limits.reach };
      const outcome = outcomeOf(rewriting.item, from, missed === null ? 'failed' : 'created', details);
      return { outcome, again: missed === null };
    }
  }

  async #put(
    rewritten: Item,
    served: ServedType | null,
    notes: readonly Note[],
    origin: Origin,
  ): Promise<Attempt> {
    const { options, permissions, gaps, owners, creator } = this.#tools;
    const why = options.apply ? null : gaps.whyUnchecked(rewritten, served !== null);
    const failed = (reason: string) => outcomeOf(rewritten, origin.from, 'failed', { notes, reason });
    const unrequested = permissions.whyUnrequested(rewritten.project);
    if (unrequested !== null) return { outcome: failed(unrequested), again: false };
    const { withheld, reach } = origin.limits;
    if (withheld !== null && (why !== null || served === null))
      return {
        outcome: outcomeOf(rewritten, origin.from, 'excluded', byReach(withheld, reach)),
        again: false,
      };
    if (why !== null) {
      const details = { notes: [...notes, unchecked(why)], reach };
      return { outcome: outcomeOf(rewritten, origin.from, 'created', details), again: false };
    }
    if (served === null) {
      const { type, apiVersion } = rewritten;
      const unserved = gaps.whyUnserved(type);
      if (unserved !== null) return { outcome: failed(unserved), again: true };
      const reason = `the server does not serve ${type} in version ${apiVersion}; ${versionAdvice(rewritten)}`;
      return { outcome: failed(reason), again: true };
    }
    const misplaced = misplacement(served, rewritten);
    if (misplaced !== null) return { outcome: failed(misplaced), again: false };
    const collection = collectionOf(served, rewritten.project);
    const path = itemPath(collection, rewritten.name);
    const { item, notes: relinked } = await owners.relink(rewritten, path);
    return await creator.create({
      item,
      served,
      collection,
      path,
      notes: [...notes, ...relinked],
      ...origin,
    });
  }
}

/** Why the object cannot be at this place of the archive; null if it can. */
function misplacement(served: ServedType, { project, kind }: Item): string | null {
  const { resource, namespaced } = served;
  if (!isStored(served)) return `${resource} cannot be stored: ${kind} is a request-only resource`;
  if (namespaced && project === null)
    return `${resource} are namespaced, but this object is at the top level of the archive`;
  if (!namespaced && project !== null)
    return `${resource} are cluster-scoped, but this object is in the folder of a project`;
  return null;
}

function excluded(item: Item, rule: string, reason: string): Attempt {
  return { outcome: outcomeOf(item, null, 'excluded', { rule, reason }), again: false };
}
