import { ApiError } from '../cluster/api-error.ts';
import { isStored, type ServedType } from '../cluster/served.ts';
import type { Created } from '../cluster/write.ts';
import { MOST_VALUES } from '../json/parse-value.ts';
import type { ArchiveIndex } from '../restore-rules/archive-index.ts';
import { isImageStream, streamStatusOf, withoutImageTags } from '../restore-rules/image-streams.ts';
import { type Item, identityMistake } from '../restore-rules/item.ts';
import { BY_PREFERENCE, type Outcome } from '../restore-rules/outcome.ts';
import { printFields } from '../restore-rules/print.ts';
import {
  BY_REACH,
  limitReach,
  mayReach,
  type Reach,
  type ReachContext,
  UNLIMITED,
} from '../restore-rules/reach/reach.ts';
import { type Note, rewrite } from '../restore-rules/rewrite.ts';
import { excludedBy } from '../restore-rules/selection/preference.ts';
import { versionAdvice } from '../restore-rules/versions.ts';
import { collectionOf, itemPath } from '../types/api-paths.ts';
import type { ArchivedItem } from './archive-items.ts';
import type { DryRunGaps } from './dry-run-gaps.ts';
import type { ExistingObjects } from './existing.ts';
import { completeStream } from './image-streams.ts';
import { liveObject } from './live-object.ts';
import type { MissingPermissions } from './missing-permissions.ts';
import type { Owners } from './owners.ts';
import { appliedBody, managersOf, restoreManagers } from './ownership.ts';
import { deletedAnd, type Replacements } from './replacing.ts';
import { type Attempt, ended, failedForNow, outcomeOf, type Sending, unchecked } from './sending.ts';
import { findServed, type ServedItem } from './served-item.ts';
import { failureText, warningNotes } from './server-messages.ts';
import type { ClusterAccess, RestoreOptions } from './settings.ts';
import { statusOf, writeStatus } from './status.ts';
import type { Target } from './survey.ts';
import type { UnusedOptions } from './unused-options.ts';

/** What a restorer works with. */
export interface Tools {
  readonly cluster: ClusterAccess;
  readonly options: RestoreOptions;
  readonly archiveIndex: ArchiveIndex;
  readonly reachContext: ReachContext;
  readonly permissions: MissingPermissions;
  readonly gaps: DryRunGaps;
  readonly owners: Owners;
  readonly existing: ExistingObjects;
  readonly replacements: Replacements;
  readonly unused: UnusedOptions;
  /** Projects that this run has created. */
  readonly created: Set<string>;
}

const NO_ACCESS = 'you may neither read nor create it; the cluster may have it';

/** parseValue makes no values of it, and what cannot be looked into is not sent. */
const TOO_MUCH = `it has more than ${MOST_VALUES} values`;
/** A deletion that is waited for makes room once; if the name is taken again, a later round looks. */
const LOOKS = 3;
const REFUSALS = new Set([400, 403, 422, 500]);

/** What came of a create, with what the server has against it where something is in its place. */
type Sent =
  | Extract<Created, { kind: 'created' }>
  | (Extract<Created, { kind: 'exists' }> & { readonly refusal: string | null });

/** What of a sending is known before its type is. */
type Origin = Pick<Sending, 'from' | 'status' | 'streamStatus' | 'managers' | 'dependency' | 'limits'>;

/** Restores one object at a time: exclude → rewrite → relink → create → reconcile. */
export class Restorer {
  readonly #tools: Tools;
  /** Paths of what this run has created, so that a second look does not call it somebody else's. */
  readonly #own = new Set<string>();

  constructor(tools: Tools) {
    this.#tools = tools;
  }

  /**
   * What became of an object of the archive.
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
    // In another version fields may have other names, so that their managers own nothing there.
    const managers =
      options.apply && found.item === item ? managersOf(item.managedFields, item.fields) : null;
    const limits = limited ?? UNLIMITED;
    const notes = [...found.notes, ...(limited?.notes ?? []), ...rewriting.notes];
    // What may not be created may not become so by an update either.
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
    const { options, permissions, gaps, owners } = this.#tools;
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
    return await this.#create({ item, served, collection, path, notes: [...notes, ...relinked], ...origin });
  }

  async #create(sending: Sending): Promise<Attempt> {
    const { permissions, replacements } = this.#tools;
    const missing = sending.limits.withheld ?? permissions.reason(sending.item, 'create');
    if (missing !== null) return await this.#withoutCreating(sending, missing);
    try {
      return await this.#createOrReconcile(sending);
    } catch (error) {
      if (!replacements.hasDeleted(sending.path)) throw error;
      return failedForNow(sending, deletedAnd(failureText(error, sending.item)));
    }
  }

  async #createOrReconcile(sending: Sending): Promise<Attempt> {
    const { cluster, existing } = this.#tools;
    const { path } = sending;
    const applied = await this.#applied(sending);
    if (applied?.kind === 'created')
      return await this.#created({ ...sending, managers: null }, applied.warnings);
    const body = printFields(firstForm(sending.item));
    for (let look = 0; look < LOOKS; look++) {
      const made =
        look === 0 && applied !== null ? { ...applied, refusal: null } : await this.#sent(sending, body);
      if (made.kind === 'created') return await this.#created(sending, made.warnings);
      if (made.ours) this.#own.add(path);
      const bytes = await cluster.writer.read(path);
      const known = { ours: this.#own.has(path), refusal: made.refusal };
      const reconciled = bytes === null ? null : await existing.reconcile(sending, liveObject(bytes), known);
      if (reconciled !== null) return reconciled;
    }
    return failedForNow(sending, 'another client keeps creating and deleting it');
  }

  async #created(sending: Sending, warnings: readonly string[]): Promise<Attempt> {
    const { cluster, options, permissions, created } = this.#tools;
    const notes = [...warningNotes(warnings, sending.item)];
    if (!options.apply) return ended(sending, 'created', { notes });
    const { item } = sending;
    if (item.type === 'namespaces') created.add(item.name);
    if (sending.status !== null) this.#own.add(sending.path);
    if (isImageStream(item)) notes.push(...(await completeStream(cluster, sending)));
    notes.push(...(await restoreManagers(cluster, sending)));
    notes.push(...(await writeStatus(cluster, permissions, sending)));
    return ended(sending, 'created', { notes });
  }

  /**
   * What came of creating an object under the name of its manager; null where that is not to be
   * done, or the server did not take it so: then it says to a POST what it has against it.
   */
  async #applied(sending: Sending): Promise<Created | null> {
    // To be replaced, an object has to be refused by a POST, which validates it before.
    if (this.#tools.options.existing === 'replace' || isImageStream(sending.item)) return null;
    const sole = sending.managers?.sole ?? null;
    const body = sole === null ? null : appliedBody(sending);
    if (sole === null || body === null) return null;
    try {
      return await this.#tools.cluster.writer.createAs(sole, sending.path, body);
    } catch (error) {
      if (error instanceof ApiError) return null;
      throw error;
    }
  }

  /**
   * A server says that a quota is full, a port taken or a webhook missing before it says that the
   * object itself exists: after a refusal, that is looked up.
   */
  async #sent({ collection, path, item }: Sending, body: Buffer): Promise<Sent> {
    const { writer } = this.#tools.cluster;
    try {
      const made = await writer.create(collection, item.name, body);
      return made.kind === 'created' ? made : { ...made, refusal: null };
    } catch (error) {
      if (!(error instanceof ApiError) || !REFUSALS.has(error.status)) throw error;
      const live = await writer.read(path).catch(() => null);
      if (live === null) throw error;
      return { kind: 'exists', ours: false, refusal: failureText(error, item) };
    }
  }

  /** What may not be created may exist and be equal. */
  async #withoutCreating(sending: Sending, missing: string): Promise<Attempt> {
    const { existing, permissions } = this.#tools;
    const { item, dependency, limits } = sending;
    const isBlind = permissions.reason(item, 'get') !== null;
    const bytes = isBlind ? null : await this.#tools.cluster.writer.read(sending.path);
    const known = { ours: false, refusal: missing };
    const reconciled = bytes === null ? null : await existing.reconcile(sending, liveObject(bytes), known);
    if (reconciled !== null) return reconciled;
    // The cluster may have what others depend on, and then it reaches no further. If it does not, they will say what they miss.
    if (isBlind && (dependency || item.type === 'namespaces'))
      return ended({ ...sending, limits: UNLIMITED }, 'excluded', { rule: 'no-access', reason: NO_ACCESS });
    if (limits.withheld !== null) return ended(sending, 'excluded', byReach(limits.withheld, limits.reach));
    return ended(sending, 'failed', { reason: missing });
  }
}

/** What is sent first of an object. */
function firstForm(item: Item): Item['fields'] {
  return isImageStream(item) ? withoutImageTags(item.fields) : item.fields;
}

/** Why a type cannot have objects where the archive has one. */
function misplacement(served: ServedType, { project, kind }: Item): string | null {
  const { resource, namespaced } = served;
  if (!isStored(served)) return `${resource} cannot be stored: ${kind} is a request-only resource`;
  if (namespaced && project === null) return `${resource} stand in projects, not at the top of an archive`;
  if (!namespaced && project !== null) return `${resource} stand in no project`;
  return null;
}

function byReach(reason: string, reach: readonly Reach[]): Partial<Outcome> {
  return { rule: BY_REACH, reason, reach };
}

function excluded(item: Item, rule: string, reason: string): Attempt {
  return { outcome: outcomeOf(item, null, 'excluded', { rule, reason }), again: false };
}
