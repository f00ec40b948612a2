import type { Change } from '../changes/change.ts';
import { ApiError } from '../cluster/api-error.ts';
import { field, listField, stringField } from '../cluster/unverified.ts';
import { keptFromGoing, waitUntil } from '../cluster/waiting.ts';
import type { Created } from '../cluster/write.ts';
import { lossWith } from '../restore-rules/irreplaceable.ts';
import type { Result } from '../restore-rules/outcome.ts';
import { printFields } from '../restore-rules/print.ts';
import { collectionPath } from '../types/api-paths.ts';
import type { LiveObject } from './live-object.ts';
import type { MissingPermissions } from './missing-permissions.ts';
import { ownerMetadata } from './owners.ts';
import { restoreManagers } from './ownership.ts';
import { type Attempt, ended, failedForNow, placeText, type Sending } from './sending.ts';
import { failureText, warningNotes } from './server-messages.ts';
import type { ClusterAccess, RestoreOptions } from './settings.ts';
import { writeStatus } from './status.ts';

/** Refusals that the existing object itself can cause: it counts in the quota, and has the port and the address. */
const MAKES_ROOM = /exceeded quota|already allocated/;

/** The reason of a failure after which the object is missing. */
export function deletedAnd(then: string): string {
  return `it was deleted, and creating it again failed: ${then}`;
}

/** Deletes objects and creates them again, unless more would be lost with them. */
export class Replacements {
  readonly #cluster: ClusterAccess;
  readonly #options: RestoreOptions;
  readonly #permissions: MissingPermissions;
  readonly #warn: (text: string) => void;
  /** By project. Claims are restored before their possible owners are replaced. */
  readonly #claimOwners = new Map<string | null, Promise<ClaimOwners>>();
  /** Paths of objects that were deleted and could not be created again at once. */
  readonly #deleted = new Set<string>();

  constructor(
    cluster: ClusterAccess,
    options: RestoreOptions,
    permissions: MissingPermissions,
    warn: (text: string) => void,
  ) {
    this.#cluster = cluster;
    this.#options = options;
    this.#permissions = permissions;
    this.#warn = warn;
  }

  /**
   * Replaces an object that differs, or says why not.
   *
   * @param live the object that exists
   * @param refusal why the server refuses the new object; null if it does not
   * @throws ApiError, ConnectionError
   */
  async replace(
    sending: Sending,
    live: LiveObject,
    changes: readonly Change[],
    refusal: string | null,
  ): Promise<Attempt> {
    const { uid } = live;
    const whyNot = await this.#whyNot(sending, live, refusal);
    if (whyNot !== null) return ended(sending, whyNot.result, { reason: whyNot.reason, changes });
    const details = { changes, notes: [{ rule: 'replaced', text: 'deleted and created again' }] };
    if (!this.#options.apply) return ended(sending, 'updated', details);
    const { item, path } = sending;
    const { writer, signal } = this.#cluster;
    this.#warn(`Deleting ${placeText(item)} to create it again`);
    await writer.remove(path, uid);
    this.#deleted.add(path);
    const obstacle = await keptFromGoing(writer, path, uid, this.#options.wait, signal);
    if (obstacle !== null) return failedForNow(sending, `its deletion does not end: kept by ${obstacle}`);
    try {
      const made = await this.#created(sending);
      if (made.kind === 'exists')
        return failedForNow(sending, 'it was deleted, but another client created it again at once');
      this.#deleted.delete(path);
      const warned = warningNotes(made.warnings, item);
      const managers = await restoreManagers(this.#cluster, sending);
      const status = await writeStatus(this.#cluster, this.#permissions, sending);
      const notes = [...details.notes, ...warned, ...managers, ...status];
      return ended(sending, 'updated', { ...details, notes });
    } catch (error) {
      return failedForNow(sending, deletedAnd(failureText(error, item)));
    }
  }

  async #whyNot(
    sending: Sending,
    live: LiveObject,
    refusal: string | null,
  ): Promise<{ readonly result: Result; readonly reason: string } | null> {
    const missing = this.#permissions.reason(sending.item, 'delete');
    if (missing !== null) return { result: 'failed', reason: missing };
    if (refusal !== null && !MAKES_ROOM.test(refusal)) {
      const reason = `not deleted, since the new object is refused: ${refusal}`;
      return { result: 'failed', reason };
    }
    const loss = await this.#lossWith(sending, live);
    return loss === null
      ? null
      : { result: 'differs', reason: `never deleted, since ${loss}; --existing update changes it in place` };
  }

  /** For a moment, a quota may still count the deleted object, and its port may be taken. */
  async #created({ collection, item }: Sending): Promise<Created> {
    const { writer, signal } = this.#cluster;
    const body = printFields(item.fields);
    let refused: ApiError | null = null;
    const create = async () => {
      try {
        return await writer.create(collection, item.name, body);
      } catch (error) {
        if (!(error instanceof ApiError) || !MAKES_ROOM.test(error.serverMessage)) throw error;
        refused = error;
        return null;
      }
    };
    const made = await waitUntil(create, this.#options.wait, signal);
    if (made === null) throw refused;
    return made;
  }

  /** Whether the object was deleted and could not be created again at once. */
  hasDeleted(path: string): boolean {
    return this.#deleted.has(path);
  }

  /** What else would be lost with an object; null if nothing. */
  async #lossWith({ item: { type, project } }: Sending, live: LiveObject): Promise<string | null> {
    const loss = lossWith(type, live.fields);
    if (loss !== null) return `${loss} would be lost`;
    const asked = this.#claimOwners.get(project) ?? claimOwners(this.#cluster, project);
    this.#claimOwners.set(project, asked);
    asked.catch(() => this.#claimOwners.delete(project));
    const found = await asked;
    if (found.kind === 'forbidden')
      return 'claims that it owns may be deleted, too: the verb list on persistentvolumeclaims is missing';
    const claim = found.owners.get(live.uid);
    return claim === undefined ? null : `claim ${claim} and its data would be deleted, too`;
  }
}

/** The objects that own claims: if one is deleted, so are the claims and their data. */
type ClaimOwners =
  /** By uid, with the place of a claim: `shop/data-0`. */
  { readonly kind: 'known'; readonly owners: ReadonlyMap<string, string> } | { readonly kind: 'forbidden' };

interface Reference {
  readonly owner: unknown;
  readonly project: string;
  readonly claim: string;
}

/**
 * The direct and indirect owners of claims: an operator's object owns a StatefulSet,
 * which may own the claims of its pods (persistentVolumeClaimRetentionPolicy). The
 * garbage collector deletes them one after the other.
 *
 * @param project null: in the whole cluster
 * @throws ApiError, ConnectionError
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#persistentvolumeclaim-retention
 */
async function claimOwners(cluster: ClusterAccess, project: string | null): Promise<ClaimOwners> {
  let claims: unknown;
  try {
    claims = await cluster.client.get(collectionPath('v1', 'persistentvolumeclaims', project));
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return { kind: 'forbidden' };
    throw error;
  }
  const open = listField(claims, 'items').flatMap((claim): Reference[] => {
    const metadata = field(claim, 'metadata');
    const namespace = stringField(metadata, 'namespace');
    return referencesIn(metadata, namespace, `${namespace}/${stringField(metadata, 'name')}`);
  });
  const owners = new Map<string, string>();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const uid = stringField(next.owner, 'uid');
    if (owners.has(uid)) continue;
    owners.set(uid, next.claim);
    const metadata = await metadataOf(cluster, next);
    if (metadata !== null) open.push(...referencesIn(metadata, next.project, next.claim));
  }
  return { kind: 'known', owners };
}

/** The ownerReferences in metadata of the live cluster, which is unverified JSON, for the search above. */
function referencesIn(metadata: unknown, project: string, claim: string): Reference[] {
  return listField(metadata, 'ownerReferences').map((owner) => ({ owner, project, claim }));
}

/** Null if the owner is gone or may not be read. */
async function metadataOf(cluster: ClusterAccess, { owner, project }: Reference): Promise<unknown> {
  try {
    return await ownerMetadata(cluster, owner, project);
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return null;
    throw error;
  }
}
