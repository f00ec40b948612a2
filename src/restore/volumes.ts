import type { Fields } from '../json/value.ts';
import { textAt } from '../restore-rules/edit.ts';
import type { Item } from '../restore-rules/item.ts';
import type { RewriteOptions } from '../restore-rules/rewrite.ts';
import { isRebound, isStaticVolume } from '../restore-rules/rules/storage.ts';
import type { LiveObject } from './live-object.ts';
import { type Attempt, ended, type Sending } from './sending.ts';
import type { ClusterAccess, RestoreOptions } from './settings.ts';

/**
 * Reconciles an existing PersistentVolume, which belongs to the claim that it is bound to.
 *
 * @returns null for a volume that is treated like any other object, and for every other type
 * @throws ApiError, ConnectionError
 */
export async function reconcileVolume(
  { writer }: ClusterAccess,
  { apply, existing, rewriting }: RestoreOptions,
  sending: Sending,
  live: LiveObject,
): Promise<Attempt | null> {
  const { item } = sending;
  if (item.type !== 'persistentvolumes') return null;
  const other = boundToAnother(item, live.fields);
  if (other !== null) {
    const isAsked = isRebound(item.fields, rewriting.rebindStorageClasses) || existing !== 'skip';
    const reason = `it is bound to the claim ${other}`;
    return ended(sending, isAsked ? 'failed' : 'differs', { reason });
  }
  if (!outlivedItsClaim(item, live.fields, rewriting)) return null;
  if (apply) await writer.merge(sending.path, reservation(item));
  const text = 'it exists, its claim was deleted, and it is reserved for the restored claim';
  return ended({ ...sending, notes: [] }, 'updated', { notes: [{ rule: 'volume-claim-uid', text }] });
}

/**
 * A merge patch that removes the uid of the deleted claim from a volume, which reserves it for the restored claim.
 */
function reservation(wanted: Item): Buffer {
  return Buffer.from(
    JSON.stringify({ spec: { claimRef: { ...claimOf(wanted.fields), uid: null, resourceVersion: null } } }),
  );
}

/** The claim that a live volume is bound to, if it is not the claim in the archive; else null. */
function boundToAnother(wanted: Item, live: Fields): string | null {
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
 * Whether a volume still exists after its claim was deleted (policy Retain): no claim can be bound to it
 * as long as it has the uid of the deleted claim.
 *
 * @param wanted as it is restored; a static volume gets its claim back, unless that is a copy
 * @see https://kubernetes.io/docs/concepts/storage/persistent-volumes/#reserving-a-persistentvolume
 */
function outlivedItsClaim(
  { fields: wanted }: Item,
  live: Fields,
  { rebindStorageClasses, mapping }: RewriteOptions,
): boolean {
  const isOfCopy = [...mapping.values()].includes(claimOf(wanted).namespace);
  if (!isRebound(wanted, rebindStorageClasses) && (isOfCopy || !isStaticVolume(wanted))) return false;
  return textAt(live, 'status', 'phase') === 'Released' && textAt(live, 'spec', 'claimRef', 'uid') !== null;
}
