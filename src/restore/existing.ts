import type { Change } from '../changes/change.ts';
import { ApiError } from '../cluster/api-error.ts';
import { fields, text } from '../cluster/fields.ts';
import { keptFromGoing } from '../cluster/waiting.ts';
import { isRebound } from '../restore-rules/rules/storage.ts';
import { Differences } from './difference.ts';
import type { MissingPermissions } from './missing-permissions.ts';
import { boundToAnother, outlivedItsClaim, reservation } from './released-volumes.ts';
import type { Replacements } from './replacing.ts';
import { type Attempt, ended, failedForNow, type Sending } from './sending.ts';
import { failureText, warningNotes } from './server-said.ts';
import type { ClusterAccess, RestoreOptions } from './settings.ts';
import { LEFT_TO_OTHERS, withOthers } from './shared.ts';
import { lacksStatus, writeStatus } from './status.ts';

const NOT_ASKED = 'others need it and it is there; --cluster-resources yes changes it, too';

/** What is known of an object that is there. */
interface Told {
  /** It was made by this very run. */
  readonly ours: boolean;
  /** What the server, or a missing verb, has against creating it anew; null where that is nothing. */
  readonly refusal: string | null;
}

/** Deals with objects that are there already. */
export class ExistingObjects {
  readonly #cluster: ClusterAccess;
  readonly #options: RestoreOptions;
  readonly #permissions: MissingPermissions;
  readonly #differences: Differences;
  readonly #replacements: Replacements;

  constructor(
    cluster: ClusterAccess,
    options: RestoreOptions,
    permissions: MissingPermissions,
    replacements: Replacements,
  ) {
    this.#cluster = cluster;
    this.#options = options;
    this.#permissions = permissions;
    this.#differences = new Differences(options.rewriting);
    this.#replacements = replacements;
  }

  /**
   * What becomes of an object that is there.
   *
   * @param there its bytes
   * @returns null where it has gone, so that it can be created
   * @throws ApiError, ConnectionError
   */
  async settle(alone: Sending, there: Buffer, { ours, refusal }: Told): Promise<Attempt | null> {
    const sending = withOthers(alone, there, this.#options.rewriting);
    const isShared = sending !== alone;
    const object: unknown = JSON.parse(there.toString());
    const metadata = fields(object, 'metadata');
    const uid = text(metadata, 'uid');
    if (text(metadata, 'deletionTimestamp') !== '') return await this.#awaitEnd(sending, uid);
    const { rebindStorageClasses } = this.#options.rewriting;
    const other = boundToAnother(sending.item, object);
    if (other !== null) {
      const isWanted =
        isRebound(sending.item.fields, rebindStorageClasses) || this.#options.existing !== 'skip';
      const reason = `it is the volume of ${other}, which keeps it`;
      return ended(sending, isWanted ? 'failed' : 'differs', { reason });
    }
    if (outlivedItsClaim(sending.item, object, rebindStorageClasses)) return await this.#reserve(sending);
    const changes = this.#differences.between(sending.item, there, sending.body);
    if (changes.length === 0) return await this.#equal(sending, there, ours);
    const isAdding = isShared && this.#options.existing === 'update';
    if (sending.dependency && !isAdding && this.#options.existing !== 'skip')
      return ended(sending, 'differs', { reason: NOT_ASKED, changes });
    switch (this.#options.existing) {
      case 'skip':
        return ended(sending, 'differs', { changes, reason: isShared ? LEFT_TO_OTHERS : null });
      case 'fail':
        return ended(sending, 'failed', { reason: 'it is there and differs', changes });
      case 'update':
        return await this.#update(sending, there, changes);
      case 'replace':
        return await this.#replacements.replace(sending, uid, changes, refusal);
    }
  }

  async #equal(sending: Sending, there: Buffer, ours: boolean): Promise<Attempt> {
    // A run that was killed between object and status is completed by the next one.
    const notes =
      this.#options.apply && lacksStatus(there)
        ? await writeStatus(this.#cluster, this.#permissions, sending)
        : [];
    // What was rewritten says nothing about an object that is left as it is.
    return ended(ours ? sending : { ...sending, notes: [] }, ours ? 'created' : 'existed', { notes });
  }

  async #reserve(sending: Sending): Promise<Attempt> {
    if (this.#options.apply) await this.#cluster.writer.merge(sending.path, reservation(sending.item));
    const note = {
      rule: 'volume-claim-uid',
      text: 'it is there, released by its claim, and reserved for it again',
    };
    return ended({ ...sending, notes: [] }, 'updated', { notes: [note] });
  }

  async #awaitEnd(sending: Sending, uid: string): Promise<Attempt | null> {
    const { apply, wait } = this.#options;
    if (!apply) return ended(sending, 'created', { notes: [unchecked('it is being deleted')] });
    const { writer, signal } = this.#cluster;
    const obstacle = await keptFromGoing(writer, sending.path, uid, wait, signal);
    if (obstacle === null) return null;
    return failedForNow(sending, `it is still being deleted after ${wait / 1000} s, kept by ${obstacle}`);
  }

  async #update(sending: Sending, there: Buffer, wanted: readonly Change[]): Promise<Attempt> {
    const missing = this.#permissions.reason(sending.item, 'patch');
    if (missing !== null) return ended(sending, 'failed', { reason: missing, changes: wanted });
    try {
      const { writer } = this.#cluster;
      const after = await writer.apply(sending.path, sending.body, this.#options.forceConflicts);
      const changes = this.#differences.between(sending.item, there, after.body);
      const notes = warningNotes(after.warnings, sending.item);
      if (changes.length > 0) return ended(sending, 'updated', { changes, notes });
      const reason = 'an update adds and changes, but takes nothing away that others wrote';
      return ended(sending, 'differs', { reason, changes: wanted });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const said = failureText(error, sending.item);
      if (error.status === 409)
        return ended(sending, 'failed', { reason: `${said}; --force-conflicts takes these fields over` });
      if (error.status !== 422) throw error;
      return ended(sending, 'failed', {
        reason: `${said}; what may not be changed takes --existing replace`,
        changes: wanted,
      });
    }
  }
}

/** The server was not asked in a dry run, since something is not there yet. */
export function unchecked(why: string) {
  return { rule: 'unchecked', text: `not checked by the server: ${why}` };
}
