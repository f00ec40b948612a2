import { ApiError } from '../cluster/api-error.ts';
import { field, listField, stringField } from '../cluster/unverified.ts';
import { collectionPath } from '../types/api-paths.ts';
import { ownerMetadata } from './owners.ts';
import type { ClusterAccess } from './settings.ts';

/** Objects with whose end claims go, and the data on their volumes. */
export type ClaimOwners =
  /** By uid, with the place of a claim: `shop/data-0`. */
  { readonly kind: 'known'; readonly owners: ReadonlyMap<string, string> } | { readonly kind: 'forbidden' };

interface Reference {
  readonly owner: unknown;
  readonly project: string;
  readonly claim: string;
}

/**
 * Who owns claims, itself or through others: an operator's object owns a StatefulSet,
 * which may own the claims of its pods (persistentVolumeClaimRetentionPolicy). The
 * garbage collector deletes them one after the other.
 *
 * @param project null: in the whole cluster
 * @throws ApiError, ConnectionError
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#persistentvolumeclaim-retention
 */
export async function claimOwners(cluster: ClusterAccess, project: string | null): Promise<ClaimOwners> {
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

/** Null where the owner is gone, or may not be seen. */
async function metadataOf(cluster: ClusterAccess, { owner, project }: Reference): Promise<unknown> {
  try {
    return await ownerMetadata(cluster, owner, project);
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return null;
    throw error;
  }
}
