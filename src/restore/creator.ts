import { ApiError } from '../cluster/api-error.ts';
import type { Created } from '../cluster/write.ts';
import { isImageStream, withoutImageTags } from '../restore-rules/image-streams.ts';
import type { Item } from '../restore-rules/item.ts';
import type { Outcome } from '../restore-rules/outcome.ts';
import { printFields } from '../restore-rules/print.ts';
import { BY_REACH, type Reach, UNLIMITED } from '../restore-rules/reach/reach.ts';
import type { ExistingObjects } from './existing.ts';
import { liveObject } from './live-object.ts';
import type { MissingPermissions } from './missing-permissions.ts';
import { appliedBody, restoreManagers } from './ownership.ts';
import { deletedAnd, type Replacements } from './replacing.ts';
import { type Attempt, ended, failedForNow, type Sending } from './sending.ts';
import { failureText, warningNotes } from './server-messages.ts';
import type { ClusterAccess, RestoreOptions } from './settings.ts';
import { completeStream, writeStatus } from './status.ts';

const NO_ACCESS = 'no permission to read or create it; it may exist in the cluster';

/** After a deletion, the name is free once; if it is taken again, a later round tries again. */
const LOOKS = 3;
const REFUSALS = new Set([400, 403, 422, 500]);

/** The result of a create; if the object exists, also why the server refused the new one. */
type Sent =
  | Extract<Created, { kind: 'created' }>
  | (Extract<Created, { kind: 'exists' }> & { readonly refusal: string | null });

/** Creates an object that was rewritten, or reconciles the one that exists. */
export class Creator {
  readonly #cluster: ClusterAccess;
  readonly #options: RestoreOptions;
  readonly #permissions: MissingPermissions;
  readonly #existing: ExistingObjects;
  readonly #replacements: Replacements;
  readonly #createdProjects: Set<string>;
  /** Paths of objects that this run has created, which count as created when they are compared again. */
  readonly #own = new Set<string>();

  /** @param createdProjects gets the names of the projects that this run creates */
  constructor(
    cluster: ClusterAccess,
    options: RestoreOptions,
    permissions: MissingPermissions,
    existing: ExistingObjects,
    replacements: Replacements,
    createdProjects: Set<string>,
  ) {
    this.#cluster = cluster;
    this.#options = options;
    this.#permissions = permissions;
    this.#existing = existing;
    this.#replacements = replacements;
    this.#createdProjects = createdProjects;
  }

  /**
   * Creates an object, or reconciles the one that exists.
   *
   * @throws ApiError, ConnectionError
   */
  async create(sending: Sending): Promise<Attempt> {
    const missing = sending.limits.withheld ?? this.#permissions.reason(sending.item, 'create');
    if (missing !== null) return await this.#withoutCreating(sending, missing);
    try {
      return await this.#createOrReconcile(sending);
    } catch (error) {
      if (!this.#replacements.hasDeleted(sending.path)) throw error;
      return failedForNow(sending, deletedAnd(failureText(error, sending.item)));
    }
  }

  async #createOrReconcile(sending: Sending): Promise<Attempt> {
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
      const bytes = await this.#cluster.writer.read(path);
      const known = { ours: this.#own.has(path), refusal: made.refusal };
      const reconciled =
        bytes === null ? null : await this.#existing.reconcile(sending, liveObject(bytes), known);
      if (reconciled !== null) return reconciled;
    }
    return failedForNow(sending, 'another client keeps creating and deleting it');
  }

  async #created(sending: Sending, warnings: readonly string[]): Promise<Attempt> {
    const notes = [...warningNotes(warnings, sending.item)];
    if (!this.#options.apply) return ended(sending, 'created', { notes });
    const { item } = sending;
    if (item.type === 'namespaces') this.#createdProjects.add(item.name);
    if (sending.status !== null) this.#own.add(sending.path);
    if (isImageStream(item)) notes.push(...(await completeStream(this.#cluster, sending)));
    notes.push(...(await restoreManagers(this.#cluster, sending)));
    notes.push(...(await writeStatus(this.#cluster, this.#permissions, sending)));
    return ended(sending, 'created', { notes });
  }

  /**
   * Creates an object under the name of its only manager. Null if it has none, or the server refused
   * this: then a POST shows why.
   */
  async #applied(sending: Sending): Promise<Created | null> {
    // Before an object is replaced, a POST validates the new one.
    if (this.#options.existing === 'replace' || isImageStream(sending.item)) return null;
    const sole = sending.managers?.sole ?? null;
    const body = sole === null ? null : appliedBody(sending);
    if (sole === null || body === null) return null;
    try {
      return await this.#cluster.writer.createAs(sole, sending.path, body);
    } catch (error) {
      if (error instanceof ApiError) return null;
      throw error;
    }
  }

  /**
   * Before a server reports that an object exists, it reports an exceeded quota, a port that is taken, or
   * a missing webhook. So after such a refusal, the object is looked up.
   */
  async #sent({ collection, path, item }: Sending, body: Buffer): Promise<Sent> {
    const { writer } = this.#cluster;
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

  /** An object that may not be created can exist and be equal. */
  async #withoutCreating(sending: Sending, missing: string): Promise<Attempt> {
    const { item, dependency, limits } = sending;
    const isBlind = this.#permissions.reason(item, 'get') !== null;
    const bytes = isBlind ? null : await this.#cluster.writer.read(sending.path);
    const known = { ours: false, refusal: missing };
    const reconciled =
      bytes === null ? null : await this.#existing.reconcile(sending, liveObject(bytes), known);
    if (reconciled !== null) return reconciled;
    // A dependency may exist. If it does not, the objects that need it fail and say so.
    if (isBlind && (dependency || item.type === 'namespaces'))
      return ended({ ...sending, limits: UNLIMITED }, 'excluded', { rule: 'no-access', reason: NO_ACCESS });
    if (limits.withheld !== null) return ended(sending, 'excluded', byReach(limits.withheld, limits.reach));
    return ended(sending, 'failed', { reason: missing });
  }
}

/** The form in which an object is created. */
function firstForm(item: Item): Item['fields'] {
  return isImageStream(item) ? withoutImageTags(item.fields) : item.fields;
}

/** The details of an object that is not created, since it reaches beyond the restored projects. */
export function byReach(reason: string, reach: readonly Reach[]): Partial<Outcome> {
  return { rule: BY_REACH, reason, reach };
}
