import { fields, text } from '../cluster/fields.ts';
import type { Item } from '../restoration/item.ts';
import { isRebound } from '../restoration/rewrite-storage.ts';

/** Takes the uid of a claim that is gone out of a volume, which is then reserved for the next one of its name. */
export const RESERVATION = Buffer.from('{"spec":{"claimRef":{"uid":null,"resourceVersion":null}}}');

/**
 * Whether a volume has outlived the claim that the archive has for it (its class
 * retains volumes): it is there and equal, but nobody gets it before it forgets the
 * uid of that claim.
 *
 * @param there the volume on the server, parsed
 * @param rebind globs of storage classes whose claims keep their volumes
 * @see https://kubernetes.io/docs/concepts/storage/persistent-volumes/#reserving-a-persistentvolume
 */
export function outlivedItsClaim(
  { type, fields: wanted }: Item,
  there: unknown,
  rebind: readonly string[],
): boolean {
  if (type !== 'persistentvolumes' || !isRebound(wanted, rebind)) return false;
  const claim = fields(fields(there, 'spec'), 'claimRef');
  return text(fields(there, 'status'), 'phase') === 'Released' && text(claim, 'uid') !== '';
}
