import { ApiError } from '../cluster/api-error.ts';
import type { Created } from '../cluster/write.ts';
import type { ExistingObjects } from './existing.ts';
import type { MissingPermissions } from './missing-permissions.ts';
import { deletedAnd, type Replacements } from './replacing.ts';
import { type Attempt, ended, failedForNow, type Sending } from './sending.ts';
import { failureText, warningNotes } from './server-said.ts';
import type { ClusterAccess, RestoreOptions } from './settings.ts';
import { writeStatus } from './status.ts';

/** A deletion that is waited for makes room once; who finds the place taken again looks again later. */
const LOOKS = 3;
const REFUSALS = new Set([400, 403, 422, 500]);

/** What came of a create, with what the server has against it where something is in its place. */
type Sent =
  | Extract<Created, { kind: 'created' }>
  | (Extract<Created, { kind: 'exists' }> & { readonly refusal: string | null });

/** Creates objects; what is there already is settled with it. */
export class Creator {
  readonly #cluster: ClusterAccess;
  readonly #options: RestoreOptions;
  readonly #permissions: MissingPermissions;
  readonly #existing: ExistingObjects;
  readonly #replacements: Replacements;
  /** Paths of what this run has made, so that a second look does not call it somebody else's. */
  readonly #own = new Set<string>();

  constructor(
    cluster: ClusterAccess,
    options: RestoreOptions,
    permissions: MissingPermissions,
    existing: ExistingObjects,
    replacements: Replacements,
  ) {
    this.#replacements = replacements;
    this.#cluster = cluster;
    this.#options = options;
    this.#permissions = permissions;
    this.#existing = existing;
  }

  /** What became of an object that is sent. Throws ApiError, ConnectionError where it is refused. */
  async create(sending: Sending): Promise<Attempt> {
    const missing = this.#permissions.reason(sending.item, 'create');
    if (missing !== null) return await this.#withoutCreating(sending, missing);
    try {
      return await this.#create(sending);
    } catch (error) {
      if (!this.#replacements.hasDeleted(sending.path)) throw error;
      return failedForNow(sending, deletedAnd(failureText(error, sending.item)));
    }
  }

  async #create(sending: Sending): Promise<Attempt> {
    const { writer } = this.#cluster;
    const { path } = sending;
    for (let look = 0; look < LOOKS; look++) {
      const made = await this.#sent(sending);
      if (made.kind === 'created') {
        const warned = warningNotes(made.warnings, sending.item);
        if (!this.#options.apply) return ended(sending, 'created', { notes: warned });
        if (sending.status !== null) this.#own.add(path);
        const notes = await writeStatus(this.#cluster, this.#permissions, sending);
        return ended(sending, 'created', { notes: [...warned, ...notes] });
      }
      if (made.ours) this.#own.add(path);
      const there = await writer.read(path);
      const told = { ours: this.#own.has(path), refusal: made.refusal };
      const settled = there === null ? null : await this.#existing.settle(sending, there, told);
      if (settled !== null) return settled;
    }
    return failedForNow(sending, 'another client keeps creating and deleting it');
  }

  /**
   * That a quota is full, a port taken or a webhook not there is told before that the
   * object itself is there: who is refused looks whether it is.
   */
  async #sent({ collection, path, item, body }: Sending): Promise<Sent> {
    const { writer } = this.#cluster;
    try {
      const made = await writer.create(collection, item.name, body);
      return made.kind === 'created' ? made : { ...made, refusal: null };
    } catch (error) {
      if (!(error instanceof ApiError) || !REFUSALS.has(error.status)) throw error;
      const there = await writer.read(path).catch(() => null);
      if (there === null) throw error;
      return { kind: 'exists', ours: false, refusal: failureText(error, item) };
    }
  }

  /** Who may not create can still tell what is there. */
  async #withoutCreating(sending: Sending, missing: string): Promise<Attempt> {
    const blind = this.#permissions.reason(sending.item, 'get') !== null;
    const there = blind ? null : await this.#cluster.writer.read(sending.path);
    const told = { ours: false, refusal: missing };
    const settled = there === null ? null : await this.#existing.settle(sending, there, told);
    return settled ?? ended(sending, 'failed', { reason: missing });
  }
}
