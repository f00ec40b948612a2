import { joinedObjects } from '../comparison/compare.ts';
import { filePairs } from '../comparison/file-pairs.ts';
import type { ObjectPair } from '../comparison/join-objects.ts';
import type { Side } from '../comparison/side.ts';
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
import type { Tally } from './tally.ts';

const MISSING = 'it was restored, but is not there afterwards';
const TOO_MUCH = 'it has too many values to be compared';
/** Owners have new uids, and those that are not restored are dropped with a note. */
const OWNERS = 'metadata.ownerReferences';

/** What the restore did, and with what. */
export interface Restored {
  readonly cluster: ClusterAccess;
  readonly rewriting: RewriteOptions;
  readonly archiveIndex: ArchiveIndex;
  readonly tally: Tally;
}

/**
 * Compares what was restored with what was exported afterwards, and counts what differs.
 *
 * @param isIn whether a type was exported
 * @throws Damage, Unreadable; ApiError, ConnectionError; the signal's reason
 */
export async function compare(
  restored: Restored,
  before: Side,
  after: Side,
  isIn: (type: string) => boolean,
): Promise<void> {
  const { cluster, tally } = restored;
  const listed = new Set<string>();
  for (const { name, outcome } of after.manifest.resourceTypes)
    if (outcome === 'exported' || outcome === 'empty') listed.add(name);
  for (const type of tally.restoredTypes) if (isIn(type) && !listed.has(type)) tally.unlisted(type);
  for (const pair of filePairs(before.fingerprints, after.fingerprints, false)) {
    if (!isIn(pair.type) || !tally.hasRestored(pair.type)) continue;
    const objects = await joinedObjects(before, after, pair);
    if (objects === null) continue;
    for await (const object of objects) {
      cluster.signal.throwIfAborted();
      const name = object.before?.head.name;
      if (name === undefined || !tally.isRestored({ ...pair, name })) continue;
      const differing = await difference(restored, pair, object);
      if (differing !== null) tally.differs(differing);
    }
  }
}

/**
 * How an object that is not equal to the byte came back otherwise than a restore should bring it back; null if all
 * differences are made by the rules of a restore on purpose, or are defaults of the server.
 */
async function difference(
  { cluster, rewriting, archiveIndex }: Restored,
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
  const { item, served } = await findServed(cluster.types, archived);
  const isSameVersion = item.apiVersion === after.head.apiVersion;
  const bytes =
    isSameVersion || served === null
      ? after.bytes
      : await cluster.writer.read(itemPath(collectionOf(served, project), name));
  if (bytes === null) return differing(MISSING);
  const live = without(fieldsOf(bytes), OWNERS);
  if (archived.fields.size === 0 || live.size === 0) return differing(TOO_MUCH);
  const rewritten = rewrite(item, rewriting, archiveIndex, served ?? undefined);
  // The restore left it out, and counted it so.
  if (rewritten.kind === 'excluded') return null;
  const sent = { ...rewritten.item, fields: without(rewritten.item.fields, OWNERS) };
  const changes = loss(inPlace(sent, live, rewriting).fields, live, type);
  return changes.length === 0 ? null : differing(null, changes);
}
