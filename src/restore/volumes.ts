import { field, stringField } from '../cluster/unverified.ts';
import { waitUntil } from '../cluster/waiting.ts';
import type { Fields } from '../json/value.ts';
import { textAt } from '../restore-rules/edit.ts';
import type { Item } from '../restore-rules/item.ts';
import type { RewriteOptions } from '../restore-rules/rewrite.ts';
import { isRebound, isStaticVolume } from '../restore-rules/rules/storage.ts';
import { collectionPath, itemPath } from '../types/api-paths.ts';
import type { ClusterAccess } from './settings.ts';

/**
 * Takes the uid of a claim that is gone out of a volume, which is then reserved for the next one of its name, in the
 * project that it comes back in.
 */
export function reservation(wanted: Item): Buffer {
  return Buffer.from(
    JSON.stringify({ spec: { claimRef: { ...claimOf(wanted.fields), uid: null, resourceVersion: null } } }),
  );
}

/** The claim that a volume of the cluster is bound to, where that is another than the archive has for it, or null. */
export function boundToAnother(wanted: Item, live: Fields): string | null {
  if (textAt(live, 'status', 'phase') !== 'Bound') return null;
  const { namespace, name } = claimOf(live);
  const ours = claimOf(wanted.fields);
  return namespace === ours.namespace && name === ours.name ? null : `${namespace}/${name}`;
}

function claimOf(volume: Fields) {
  const at = (field: string) => textAt(volume, 'spec', 'claimRef', field) ?? '';
  return { namespace: at('namespace'), name: at('name') };
}

/**
 * Whether a volume has outlived the claim that the archive has for it (its class
 * retains volumes): it is there and equal, but nobody gets it before it forgets the
 * uid of that claim.
 *
 * @param wanted as it is restored; a static one gets its claim back, unless that is a copy
 * @see https://kubernetes.io/docs/concepts/storage/persistent-volumes/#reserving-a-persistentvolume
 */
export function outlivedItsClaim(
  { fields: wanted }: Item,
  live: Fields,
  { rebindStorageClasses, mapping }: RewriteOptions,
): boolean {
  const isOfCopy = [...mapping.values()].includes(claimOf(wanted).namespace);
  if (!isRebound(wanted, rebindStorageClasses) && (isOfCopy || !isStaticVolume(wanted))) return false;
  return textAt(live, 'status', 'phase') === 'Released' && textAt(live, 'spec', 'claimRef', 'uid') !== null;
}

/**
 * Waits until claims that keep their volumes are Bound.
 *
 * @returns a line for each that does not get there in time
 * @throws ApiError, ConnectionError; the signal's reason
 */
export async function awaitClaims(
  { writer, signal }: ClusterAccess,
  claims: readonly { readonly project: string; readonly name: string }[],
  milliseconds: number,
): Promise<readonly string[]> {
  const end = performance.now() + milliseconds;
  const late: string[] = [];
  for (const { project, name } of claims) {
    const collection = collectionPath('v1', 'persistentvolumeclaims', project);
    let phase = '';
    const bound = await waitUntil(
      async () => {
        const bytes = await writer.read(itemPath(collection, name));
        const claim: unknown = bytes === null ? null : JSON.parse(bytes.toString());
        phase = stringField(field(claim, 'status'), 'phase');
        // Others of the same step get a new volume, which may wait for a pod.
        const isRebound = stringField(field(claim, 'spec'), 'volumeName') !== '';
        return phase === 'Bound' || !isRebound ? true : null;
      },
      Math.max(0, end - performance.now()),
      signal,
    );
    if (bound === null)
      late.push(`Claim ${project}/${name} is ${phase || 'not Bound'} after ${milliseconds / 1000} s`);
  }
  return late;
}
