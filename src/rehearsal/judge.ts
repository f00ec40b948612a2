import type { ObjectPair } from '../comparison/join-objects.ts';
import { fieldsOf } from '../restore/archive-items.ts';
import { findServed } from '../restore/served-item.ts';
import type { ClusterAccess } from '../restore/settings.ts';
import type { ArchiveIndex } from '../restore-rules/archive-index.ts';
import { without } from '../restore-rules/edit.ts';
import { inPlace, loss } from '../restore-rules/in-place.ts';
import type { Item } from '../restore-rules/item.ts';
import { type RewriteOptions, rewrite } from '../restore-rules/rewrite.ts';
import { collectionOf, itemPath } from '../types/api-paths.ts';
import type { Differing } from './result.ts';

const MISSING = 'it was restored, but is not there afterwards';
const TOO_MUCH = 'it has too many values to be compared';
/** Owners have new uids, and those that are not restored are dropped with a note. */
const OWNERS = 'metadata.ownerReferences';

/** Decides whether an object that is not equal to the byte came back as a restore should bring it back. */
export class Judge {
  readonly #cluster: ClusterAccess;
  readonly #options: RewriteOptions;
  readonly #archiveIndex: ArchiveIndex;

  constructor(cluster: ClusterAccess, options: RewriteOptions, archiveIndex: ArchiveIndex) {
    this.#cluster = cluster;
    this.#options = options;
    this.#archiveIndex = archiveIndex;
  }

  /**
   * Null if all differences are made by the rules of a restore on purpose, or are defaults of the server.
   *
   * @param pair the object in the archive, and as it was exported after the restore
   * @throws ApiError, ConnectionError
   */
  async difference(
    { project, type }: Pick<Item, 'project' | 'type'>,
    { before, after }: ObjectPair,
  ): Promise<Differing | null> {
    if (before === null) return null;
    const { kind, name, apiVersion } = before.head;
    const differing = (reason: string | null, changes: Differing['changes'] = []) => ({
      project,
      type,
      kind,
      name,
      changes,
      reason,
    });
    if (after === null) return differing(MISSING);
    const archived: Item = { project, type, kind, name, apiVersion, fields: fieldsOf(before.bytes) };
    const { item, served } = await findServed(this.#cluster.types, archived);
    const isSameVersion = item.apiVersion === after.head.apiVersion;
    const bytes =
      isSameVersion || served === null
        ? after.bytes
        : await this.#cluster.writer.read(itemPath(collectionOf(served, project), name));
    if (bytes === null) return differing(MISSING);
    const live = without(fieldsOf(bytes), OWNERS);
    if (archived.fields.size === 0 || live.size === 0) return differing(TOO_MUCH);
    const rewriting = rewrite(item, this.#options, this.#archiveIndex, served ?? undefined);
    // The restore would have left it out, and counted it so.
    if (rewriting.kind === 'excluded') return null;
    const sent = { ...rewriting.item, fields: without(rewriting.item.fields, OWNERS) };
    const changes = loss(inPlace(sent, live, this.#options).fields, live, type);
    return changes.length === 0 ? null : differing(null, changes);
  }
}
