import type { Change } from '../changes/change.ts';
import { ApiError } from '../cluster/api-error.ts';
import { keptFromGoing } from '../cluster/waiting.ts';
import type { Fields } from '../json/value.ts';
import { keepingValues, labelPath } from '../restore-rules/edit.ts';
import { differences, type InPlace, inPlace, shortfall } from '../restore-rules/in-place.ts';
import { lossWith } from '../restore-rules/irreplaceable.ts';
import type { Item } from '../restore-rules/item.ts';
import { printFields } from '../restore-rules/print.ts';
import { keepingReach, type ReachContext, reachBeyond } from '../restore-rules/reach/reach.ts';
import type { Note, RewriteOptions } from '../restore-rules/rewrite.ts';
import { mergedIntoShared } from '../restore-rules/shared-objects.ts';
import { type LiveObject, liveObject } from './live-object.ts';
import type { MissingPermissions } from './missing-permissions.ts';
import { restoreManagers } from './ownership.ts';
import type { Replacements } from './replacing.ts';
import { type Attempt, ended, failedForNow, type Sending } from './sending.ts';
import { failureText, warningNotes } from './server-messages.ts';
import type { ClusterAccess, RestoreOptions } from './settings.ts';
import { hasOtherStatus, writeStatus } from './status.ts';
import { reconcileVolume } from './volumes.ts';

const NOT_ASKED = 'it is a dependency, and existing ones are not changed; --cluster-resources yes changes it';
const LEFT_TO_OTHERS =
  'other projects use it, too; --existing update adds what the copy needs and keeps the rest';
const STAYS: Note = { rule: 'shared', text: 'other projects use it, too: what they need is kept' };
const PARTLY =
  'it still differs after the update: the server, a webhook, a policy or a controller sets these fields';
const TOO_MUCH = 'the object in the cluster has too many values to be compared';

/** Another client that keeps writing the object could prevent an update for ever. */
const CONFLICTS = 5;
/** Messages of the server about fields that cannot be changed. */
const IMMUTABLE =
  /immutable|may not (?:be )?change|cannot (?:be )?change|can ?not be updated|updates to \S+ spec for fields other than|may not be updated|once set|field can only be set/i;

/** What is known about an object that exists. */
interface Known {
  /** This run has created it. */
  readonly ours: boolean;
  /** Why it could not be created: the message of the server, or a missing verb; null if nothing prevents it. */
  readonly refusal: string | null;
}

/** Reconciles existing objects with those of the archive. */
export class ExistingObjects {
  readonly #cluster: ClusterAccess;
  readonly #options: RestoreOptions;
  readonly #permissions: MissingPermissions;
  readonly #replacements: Replacements;
  readonly #reachContext: ReachContext;
  readonly #created: ReadonlySet<string>;

  /** @param created projects that this run has created */
  constructor(
    cluster: ClusterAccess,
    options: RestoreOptions,
    permissions: MissingPermissions,
    replacements: Replacements,
    reachContext: ReachContext,
    created: ReadonlySet<string>,
  ) {
    this.#reachContext = liveContext(reachContext, options.rewriting);
    this.#cluster = cluster;
    this.#options = options;
    this.#permissions = permissions;
    this.#replacements = replacements;
    this.#created = created;
  }

  /**
   * Reconciles an existing object.
   *
   * @returns null if it is gone by now, so that it can be created
   * @throws ApiError, ConnectionError
   */
  async reconcile(given: Sending, live: LiveObject, { ours, refusal }: Known): Promise<Attempt | null> {
    const alone = keptWithin(given, live, this.#reachContext);
    const sending = this.#withOthers(alone, live);
    if (live.isBeingDeleted) return await this.#awaitEnd(sending, live.uid);
    if (live.fields.size === 0) return ended(sending, 'failed', { reason: TOO_MUCH });
    const volume = await reconcileVolume(this.#cluster, this.#options, sending, live);
    if (volume !== null) return volume;
    const { rewriting } = this.#options;
    const planned = inPlace(sending.item, live.fields, rewriting);
    const { changes } = planned;
    // A missing --label alone is no reason to change an object.
    const bare = withoutNewLabels(sending.item, live.fields, rewriting);
    if (changes.length === 0 || (bare !== null && inPlace(bare, live.fields, rewriting).changes.length === 0))
      return await this.#equal(sending, live, ours);
    if (this.#isFilledByControllers(sending.item)) return await this.#update(alone, live, planned);
    const isShared = sending.notes.includes(STAYS);
    const existing = this.#options.existing;
    const isAdding = isShared && existing === 'update';
    if (sending.dependency && !isAdding && existing !== 'skip')
      return ended(sending, 'differs', { reason: NOT_ASKED, changes });
    switch (existing) {
      case 'skip':
        return ended(sending, 'differs', { changes, reason: isShared ? LEFT_TO_OTHERS : null });
      case 'fail':
        return ended(sending, 'failed', { reason: 'it exists and differs', changes });
      case 'update':
        return await this.#update(alone, live, planned);
      case 'replace':
        return await this.#replacements.replace(sending, live, changes, refusal);
    }
  }

  /**
   * Controllers create objects in a new project at once: the default ServiceAccount, pull secrets, CA
   * bundles. In a project that this run has created, they are updated whatever --existing says.
   */
  #isFilledByControllers({ project }: Sending['item']): boolean {
    return project !== null && this.#created.has(project);
  }

  async #equal(sending: Sending, live: LiveObject, ours: boolean): Promise<Attempt> {
    // Notes about rewritten fields do not concern an object that is left as it is.
    const quiet = { ...sending, notes: [] };
    // This also completes a run that was killed between object and status.
    if (this.#options.existing === 'fail' || !hasOtherStatus(sending, live.fields))
      return ours ? ended(sending, 'created') : ended(quiet, 'existed');
    const notes = this.#options.apply ? await writeStatus(this.#cluster, this.#permissions, sending) : [];
    if (ours) return ended(sending, 'created', { notes });
    // The note says why it was not written.
    if (notes.length > 0) return ended(quiet, 'existed', { notes });
    const text = 'the archived status, by --status';
    return ended(quiet, 'updated', { notes: [{ rule: 'status', text }] });
  }

  async #awaitEnd(sending: Sending, uid: string): Promise<Attempt | null> {
    const { apply, wait } = this.#options;
    if (!apply)
      return ended(sending, 'created', {
        notes: [{ rule: 'unchecked', text: 'not checked by the server: it is being deleted' }],
      });
    const { writer, signal } = this.#cluster;
    const obstacle = await keptFromGoing(writer, sending.path, uid, wait, signal);
    if (obstacle === null) return null;
    return failedForNow(sending, `it is still being deleted after ${wait / 1000} s, kept by ${obstacle}`);
  }

  /** Makes an object equal to the archive. If it changes in between, it is read and compared again. */
  async #update(alone: Sending, seen: LiveObject, planned: InPlace): Promise<Attempt | null> {
    const missing = this.#permissions.reason(alone.item, 'update');
    if (missing !== null) return ended(alone, 'failed', { reason: missing, changes: planned.changes });
    const { rewriting } = this.#options;
    const { writer } = this.#cluster;
    let [live, plan] = [seen, planned];
    for (let conflicts = 0; ; conflicts++) {
      const sending = this.#withOthers(alone, live);
      try {
        const { body, warnings } = await writer.replace(alone.path, printFields(plan.fields));
        return await this.#updated(sending, { live, plan, after: liveObject(body) }, warnings);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (error.status === 404) return null;
        if (error.status !== 409 || conflicts >= CONFLICTS)
          return this.#refused(sending, live, error, plan.changes);
      }
      const bytes = await writer.read(alone.path);
      if (bytes === null) return null;
      live = liveObject(bytes);
      if (live.isBeingDeleted || live.uid !== seen.uid) return null;
      plan = inPlace(this.#withOthers(alone, live).item, live.fields, rewriting);
      // The update was made before its connection broke, or another client made the same one.
      if (plan.changes.length === 0) return ended(sending, 'updated', { changes: planned.changes });
    }
  }

  async #updated(
    sending: Sending,
    { live, plan, after }: { live: LiveObject; plan: InPlace; after: LiveObject },
    warnings: readonly string[],
  ): Promise<Attempt> {
    const { type } = sending.item;
    const notes = [...warningNotes(warnings, sending.item)];
    const missed = shortfall(plan.fields, after.fields, type);
    if (missed.length > 0) return ended(sending, 'failed', { reason: PARTLY, changes: missed, notes });
    const changes = differences(live.fields, after.fields, type);
    // Only defaults of the server were missing in the archive.
    if (changes.length === 0) return await this.#equal(sending, after, false);
    if (this.#options.apply) {
      notes.push(...(await restoreManagers(this.#cluster, sending)));
      notes.push(...(await writeStatus(this.#cluster, this.#permissions, sending)));
    }
    return ended(sending, 'updated', { changes, notes });
  }

  /**
   * The object to compare with the live one and to send: with the parts that were trimmed and that the live one
   * has, and, for a copy of a project, with what other projects have in it. Unchanged if neither applies.
   */
  #withOthers(sending: Sending, { fields }: LiveObject): Sending {
    const { rewriting } = this.#options;
    const { trimmedBy } = sending.limits;
    const own =
      trimmedBy.length === 0
        ? sending
        : { ...sending, item: keepingReach(sending.item, fields, trimmedBy, this.#reachContext.isRestored) };
    // An object in the copied project is not shared.
    if (own.from !== null) return own;
    const item = mergedIntoShared(own.item, fields, rewriting, !own.dependency);
    return item === null ? own : { ...own, item, notes: [...own.notes, STAYS] };
  }

  #refused(sending: Sending, live: LiveObject, error: ApiError, changes: readonly Change[]): Attempt {
    const said = failureText(error, sending.item);
    if (error.status !== 422) {
      if (error.status === 409) return failedForNow(sending, `${said}; other clients keep changing it`);
      throw error;
    }
    const isImmutable =
      IMMUTABLE.test(error.serverMessage) && lossWith(sending.item.type, live.fields) === null;
    const advice = isImmutable ? '; --existing replace deletes it and creates it again' : '';
    return ended(sending, 'failed', { reason: `${said}${advice}`, changes });
  }
}

/** An object whose reach lists only what the live one does not have yet. */
function keptWithin(sending: Sending, { fields }: LiveObject, context: ReachContext): Sending {
  const { limits } = sending;
  if (limits.reach.length === 0) return sending;
  const reach = reachBeyond(limits.reach, fields, context);
  const rules = new Set(reach.map(({ rule }) => rule));
  const known = new Set(limits.reach.flatMap(({ rule }) => (rules.has(rule) ? [] : [rule])));
  const notes = sending.notes.filter(({ rule }) => !known.has(rule));
  return { ...sending, notes, limits: { ...limits, reach } };
}

/** An object without the labels of `--label` that the live one lacks; null if there are no such options. */
function withoutNewLabels(item: Item, live: Fields, { overrides }: RewriteOptions): Item | null {
  const paths = [...overrides.labels.keys()].map(labelPath);
  return paths.length === 0 ? null : { ...item, fields: keepingValues(item.fields, live, paths) };
}

/** The context for objects of the cluster, in which projects may have other names. */
function liveContext(context: ReachContext, { mapping }: RewriteOptions): ReachContext {
  const before = new Map([...mapping].map(([from, to]) => [to, from]));
  const isRestored = (project: string) => {
    const source = before.get(project) ?? (mapping.has(project) ? null : project);
    return source !== null && context.isRestored(source);
  };
  return { ...context, isRestored };
}
