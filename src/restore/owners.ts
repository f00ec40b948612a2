import pMap from 'p-map';
import { field, stringField } from '../cluster/unverified.ts';
import { listAt, withValue } from '../restore-rules/edit.ts';
import type { Item } from '../restore-rules/item.ts';
import { type Owner, ownersOf, ownerText, type Relinked, relinkOwners } from '../restore-rules/owners.ts';
import { printFields } from '../restore-rules/print.ts';
import { collectionOf, itemPath } from '../types/api-paths.ts';
import { placeText } from './sending.ts';
import { failureText } from './server-messages.ts';
import type { ClusterAccess } from './settings.ts';
import type { Target } from './survey.ts';

const AT_ONCE = 16;

/** An object whose owner does not exist yet. */
interface Orphan {
  /** Its owners and what names it, nothing else. */
  readonly item: Item;
  readonly path: string;
}

/**
 * Links objects to the owners that they have in the cluster. Claims go before the
 * StatefulSets that own them, and objects that fail at first may own others: these are linked
 * when everything is restored.
 */
export class Owners {
  readonly #cluster: ClusterAccess;
  readonly #planned: ReadonlySet<string>;
  readonly #orphans: Orphan[] = [];

  constructor(cluster: ClusterAccess, targets: readonly Target[]) {
    this.#cluster = cluster;
    // Owners are few, so that only these names are kept.
    const owners = new Set(targets.flatMap((target) => target.owners.map(keyOf)));
    this.#planned = new Set(targets.map(keyOf).filter((key) => owners.has(key)));
  }

  /** An object with the owners that exist now. Throws ApiError, ConnectionError. */
  async relink(item: Item, path: string): Promise<Pick<Relinked, 'item' | 'notes'>> {
    const owners = ownersOf(item.fields);
    // Invalid references are removed, too: the garbage collector would delete the object.
    if (listAt(item.fields, 'metadata', 'ownerReferences').length === 0) return { item, notes: [] };
    const relinked = await this.#linked(item);
    if (!relinked.dropped.some((owner) => this.#planned.has(keyOf(owner)))) return relinked;
    const metadata = item.fields.get('metadata');
    const references = metadata instanceof Map ? metadata.get('ownerReferences') : null;
    const fields = withValue(new Map(), 'metadata.ownerReferences', references ?? []);
    this.#orphans.push({ item: { ...item, fields }, path });
    const text = `linked to ${owners.map(ownerText).join(', ')} as soon as that exists`;
    return { item: relinked.item, notes: [{ rule: 'owner-later', text }] };
  }

  /** Links objects to owners that were restored after them; warns about all others. */
  async linkLate(warn: (text: string) => void): Promise<void> {
    const link = async ({ item, path }: Orphan) => {
      try {
        const linked = await this.#linked(item);
        if (ownersOf(linked.item.fields).length === 0)
          warn(`${placeText(item)} was restored without its owner, which does not exist`);
        else await this.#cluster.writer.merge(path, printFields(linked.item.fields));
      } catch (error) {
        warn(`${placeText(item)} could not be linked to its owner: ${failureText(error, item)}`);
      }
    };
    await pMap(this.#orphans, link, { concurrency: AT_ONCE });
  }

  async #linked(item: Item): Promise<Relinked> {
    const uids = new Map<string, string | null>();
    for (const owner of ownersOf(item.fields))
      uids.set(
        keyOf(owner),
        stringField(await ownerMetadata(this.#cluster, owner, item.project), 'uid') || null,
      );
    return relinkOwners(item, (owner) => uids.get(keyOf(owner)) ?? null);
  }
}

function keyOf({ apiVersion, kind, name }: Owner): string {
  return `${apiVersion.includes('/') ? apiVersion.split('/', 1)[0] : ''}/${kind}/${name}`;
}

/**
 * The metadata of an owner, which is cluster-scoped or in the project of the owned object; null if it does not exist.
 *
 * @param owner an unverified ownerReference
 * @throws ApiError, ConnectionError
 */
export async function ownerMetadata(
  { types, writer }: ClusterAccess,
  owner: unknown,
  project: string | null,
): Promise<unknown> {
  const type = await types.ofKind(stringField(owner, 'apiVersion'), stringField(owner, 'kind'));
  if (type === null) return null;
  const collection = collectionOf(type, type.namespaced ? project : null);
  const bytes = await writer.read(itemPath(collection, stringField(owner, 'name')));
  return bytes === null ? null : field(JSON.parse(bytes.toString()), 'metadata');
}
