import { fields, text } from '../cluster/fields.ts';
import { textAt } from '../restore-rules/edit.ts';
import type { Item } from '../restore-rules/item.ts';
import { isRebound } from '../restore-rules/rules/storage.ts';

/**
 * Takes the uid of a claim that is gone out of a volume, which is then reserved for the next one of its name, in the
 * project that it comes back in.
 */
export function reservation(wanted: Item): Buffer {
  return Buffer.from(
    JSON.stringify({ spec: { claimRef: { ...claimOf(wanted), uid: null, resourceVersion: null } } }),
  );
}

/** The claim that a volume of the cluster is bound to, where that is another than the archive has for it, or null. */
export function boundToAnother(wanted: Item, there: unknown): string | null {
  if (wanted.type !== 'persistentvolumes' || text(fields(there, 'status'), 'phase') !== 'Bound') return null;
  const bound = fields(fields(there, 'spec'), 'claimRef');
  const [namespace, name] = [text(bound, 'namespace'), text(bound, 'name')];
  const ours = claimOf(wanted);
  return namespace === ours.namespace && name === ours.name ? null : `${namespace}/${name}`;
}

function claimOf(volume: Item) {
  const at = (field: string) => textAt(volume.fields, 'spec', 'claimRef', field) ?? '';
  return { namespace: at('namespace'), name: at('name') };
}

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
