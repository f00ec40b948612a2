import { fields, text } from '../cluster/fields.ts';
import { collectionOf, itemPath } from '../types/paths.ts';
import type { ClusterAccess } from './settings.ts';

/**
 * The metadata of an owner, in the project of whom it owns or cluster-scoped; null where it is not there.
 *
 * @param owner with apiVersion, kind and name, of which nothing is certain
 * @throws ApiError, ConnectionError
 */
export async function ownerMetadata(
  { types, writer }: ClusterAccess,
  owner: unknown,
  project: string | null,
): Promise<unknown> {
  const type = await types.ofKind(text(owner, 'apiVersion'), text(owner, 'kind'));
  if (type === null) return null;
  const collection = collectionOf(type, type.namespaced ? project : null);
  const bytes = await writer.read(itemPath(collection, text(owner, 'name')));
  return bytes === null ? null : fields(JSON.parse(bytes.toString()), 'metadata');
}
