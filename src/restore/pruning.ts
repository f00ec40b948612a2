import pMap from 'p-map';
import type { Manifest } from '../archive/format/manifest.ts';
import { ApiError } from '../cluster/api-error.ts';
import { listAt } from '../restore-rules/edit.ts';
import { lossWith } from '../restore-rules/irreplaceable.ts';
import type { Extra } from '../restore-rules/outcome.ts';
import { type RewriteOptions, skipOf } from '../restore-rules/rewrite.ts';
import { collectionPath, itemPath } from '../types/api-paths.ts';
import { liveObject } from './live-object.ts';
import { failureText } from './server-messages.ts';
import type { ClusterAccess } from './settings.ts';

const AT_ONCE = 8;

/** What of a restore says what may be removed. */
interface Restored {
  readonly manifest: Manifest;
  readonly rewriting: RewriteOptions;
}

/**
 * Removes what projects that are restored as a whole hold and the archive does not; in a dry run
 * the server is only asked. Claims and whatever cannot be restored again stay, as does what a
 * controller creates or owns, and every type that the archive does not have of the whole project.
 *
 * @throws ConnectionError; the signal's reason
 */
export async function pruneExtras(
  cluster: ClusterAccess,
  extras: readonly Extra[],
  { manifest, rewriting }: Restored,
): Promise<readonly Extra[]> {
  const versions = new Map(manifest.resourceTypes.map(({ name, apiVersion }) => [name, apiVersion]));
  const prune = async (extra: Extra): Promise<Extra> => {
    const left = (reason: string): Extra => ({ ...extra, outcome: 'left', reason });
    const apiVersion = versions.get(extra.type) ?? '';
    try {
      const collection = collectionPath(apiVersion, extra.type.split('.', 1)[0] ?? '', extra.project);
      const path = itemPath(collection, extra.name);
      const bytes = await cluster.writer.read(path);
      if (bytes === null) return { ...extra, outcome: 'removed' };
      const live = liveObject(bytes);
      const item = { ...extra, apiVersion, fields: live.fields };
      const loss = lossWith(extra.type, live.fields);
      if (live.fields.size === 0) return left('it is too large to be looked into');
      if (loss !== null) return left(`with it would go ${loss}`);
      if (live.isBeingDeleted) return left('it is being deleted');
      if (listAt(live.fields, 'metadata', 'ownerReferences').length > 0)
        return left('another object owns it');
      const skip = skipOf(item, rewriting);
      if (skip !== null) return left(skip.reason);
      await cluster.writer.remove(path, live.uid);
      return { ...extra, outcome: 'removed' };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const item = { ...extra, apiVersion, fields: new Map() };
      return { ...extra, outcome: 'failed', reason: failureText(error, item) };
    }
  };
  return await pMap(extras, prune, { concurrency: AT_ONCE, signal: cluster.signal });
}
