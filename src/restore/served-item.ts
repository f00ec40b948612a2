import type { ServedType, ServedTypes } from '../cluster/served.ts';
import type { Item } from '../restore-rules/item.ts';
import type { Note } from '../restore-rules/rewrite.ts';
import { inNextVersion } from '../restore-rules/versions.ts';

/** An object in a version that the server serves, if there is one. */
export interface ServedItem {
  readonly item: Item;
  readonly served: ServedType | null;
  readonly notes: readonly Note[];
}

/**
 * The type of an object on the server; of one in an older version, also the object in the next one.
 *
 * @throws ApiError, ConnectionError
 */
export async function findServed(types: ServedTypes, item: Item): Promise<ServedItem> {
  const resource = item.type.split('.', 1)[0] ?? '';
  const served = await types.find(item.apiVersion, resource);
  const next = served === null ? inNextVersion(item) : null;
  const servedNext = next === null ? null : await types.find(next.apiVersion, resource);
  if (next === null || servedNext === null) return { item, served, notes: [] };
  const text = `${item.apiVersion} → ${next.apiVersion}: the server does not serve the older version`;
  return { item: next, served: servedNext, notes: [{ rule: 'api-version', text }] };
}
