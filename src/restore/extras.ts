import pMap from 'p-map';
import type { Manifest, ManifestType } from '../archive/format/manifest.ts';
import { ConditionChecker } from '../changes/noise/condition-checker.ts';
import { noiseOf, objectRow } from '../changes/noise/rules.ts';
import { ApiError, ConnectionError } from '../cluster/api-error.ts';
import { ListBounds, Pages } from '../cluster/list-bounds.ts';
import { isStored, type ServedType } from '../cluster/served.ts';
import { field, listField, stringField } from '../cluster/unverified.ts';
import { ListMistake } from '../json/list-reader.ts';
import { parseValue } from '../json/parse-value.ts';
import { isFields } from '../json/value.ts';
import { listAt } from '../restore-rules/edit.ts';
import { lossWith } from '../restore-rules/irreplaceable.ts';
import type { Item } from '../restore-rules/item.ts';
import type { Extra, Extras } from '../restore-rules/outcome.ts';
import { printFields } from '../restore-rules/print.ts';
import { type RewriteOptions, skipOf } from '../restore-rules/rewrite.ts';
import type { Selection } from '../restore-rules/selection/selection.ts';
import { collectionOf, itemPath } from '../types/api-paths.ts';
import { isProjectName } from '../types/project-name.ts';
import { typeChoice } from '../types/type-words.ts';
import { liveObject } from './live-object.ts';
import { failureText } from './server-messages.ts';
import type { ClusterAccess } from './settings.ts';
import type { Target } from './survey.ts';

/** Of more projects, a type is listed once over all. */
const FEW = 3;
const LISTS_AT_ONCE = 16;
const REMOVALS_AT_ONCE = 8;
const PAGE = 500;
/** More are not readable; the others are counted. */
const MOST = 1000;
/** Objects to be deleted are all listed, up to this number. */
const MOST_PRUNED = 50_000;
const METADATA_ONLY = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json';
/** Objects that controllers of Kubernetes and OpenShift create in every project, by type. */
const OF_EVERY_PROJECT: ReadonlyMap<string, RegExp> = new Map([
  ['serviceaccounts', /^(?:default|builder|deployer|pipeline)$/],
  ['rolebindings.rbac.authorization.k8s.io', /^(?:system:(?:image-puller|image-builder|deployer)s?|admin)$/],
  ['configmaps', /^(?:kube-root-ca\.crt|openshift-service-ca\.crt)$/],
]);
const NOTHING: FoundExtras = { objects: [], unknown: [], served: new Map() };

/** Extras, and how the server serves the type of each. */
export interface FoundExtras extends Extras {
  readonly served: ReadonlyMap<Extra, ServedType>;
}

/** What determines which projects are restored as a whole. */
interface Restored {
  readonly targets: readonly Target[];
  readonly selection: Selection;
  readonly rewriting: RewriteOptions;
  readonly manifest: Manifest;
  /** Whether extras will be deleted. */
  readonly prune: boolean;
}

/**
 * Finds objects that exist in projects which are restored as a whole, and not in the archive. Objects that
 * controllers create are ignored. Only types that were archived for the whole cluster are listed.
 *
 * @throws the signal's reason
 */
export async function findExtras(cluster: ClusterAccess, restored: Restored): Promise<FoundExtras> {
  const { targets, selection, rewriting, manifest, prune } = restored;
  const { resources, objects, selectors, excludeResources, preference } = selection;
  const isPart = resources.length > 0 || objects.length > 0 || selectors.length > 0 || preference !== null;
  if (isPart || manifest.options.selector !== undefined || manifest.options.filter !== undefined)
    return NOTHING;
  const nameNow = (project: string) => rewriting.mapping.get(project) ?? project;
  const projects = new Set(
    targets.flatMap(({ project }) => (project === null ? [] : [nameNow(project)])).filter(isProjectName),
  );
  const archived = new Set(
    targets.map(({ project, type, name }) => keyOf(nameNow(project ?? ''), type, name)),
  );
  const isExcluded = typeChoice(excludeResources, manifest.resourceTypes);
  const rows = manifest.resourceTypes.filter(
    ({ name, namespaced, outcome }) =>
      namespaced && (outcome === 'exported' || outcome === 'empty') && !isExcluded(name),
  );
  // An archive may have several rows of a type, whose objects would be listed and deleted twice.
  const types = new Map(rows.map((row) => [row.name, row])).values();
  const most = prune ? MOST_PRUNED : MOST;
  const found: Extra[] = [];
  let more = 0;
  const unknown = new Set<string>();
  const denied = new Set(
    (manifest.deniedIn ?? []).flatMap((row) =>
      row.projects.flatMap((project) => row.resourceTypes.map((type) => keyOf(nameNow(project), type, ''))),
    ),
  );
  const servedAs = new Map<Extra, ServedType>();
  const take = (object: unknown, type: ManifestType, served: ServedType) => {
    const metadata = field(object, 'metadata');
    const [project, name] = [stringField(metadata, 'namespace'), stringField(metadata, 'name')];
    if (!projects.has(project) || archived.has(keyOf(project, type.name, name))) return;
    if (denied.has(keyOf(project, type.name, ''))) return;
    if (isOfController(itemOf(metadata, type, project, name), rewriting)) return;
    if (found.length >= most) more += 1;
    else {
      const extra: Extra = {
        project,
        type: type.name,
        kind: type.kind,
        name,
        outcome: 'left',
        reason: null,
      };
      found.push(extra);
      servedAs.set(extra, served);
    }
  };
  const look = async (type: ManifestType) => {
    const served = await servedType(cluster, type);
    if (served === 'unknown') unknown.add(type.name);
    if (served === 'unknown' || served === null) return;
    const takeOne = (object: unknown) => take(object, type, served);
    if (projects.size > FEW && (await listObjects(cluster, served, null, takeOne))) return;
    for (const project of projects)
      if (!(await listObjects(cluster, served, project, takeOne))) unknown.add(type.name);
  };
  await pMap(types, look, { concurrency: LISTS_AT_ONCE, signal: cluster.signal });
  const inOrder = found.sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
  return { objects: inOrder, more, unknown: [...unknown].sort(), served: servedAs };
}

/**
 * The type as the server serves it in projects; null if it does not, `unknown` if it does not answer.
 * Names and versions come from an archive: only what the server knows becomes a path.
 */
async function servedType(
  { types }: ClusterAccess,
  { apiVersion, name }: ManifestType,
): Promise<ServedType | null | 'unknown'> {
  try {
    const served = await types.find(apiVersion, name.split('.', 1)[0] ?? '');
    return served?.name === name && served.namespaced && isStored(served) ? served : null;
  } catch (error) {
    if (error instanceof ApiError || error instanceof ConnectionError) return 'unknown';
    throw error;
  }
}

/** Lists the objects of a type in a project, or (null) in all of them. Returns false where that is not possible. */
async function listObjects(
  { client }: ClusterAccess,
  served: ServedType,
  project: string | null,
  take: (object: unknown) => void,
): Promise<boolean> {
  const path = collectionOf(served, project);
  // The type of a Secret shows whether a controller created it, and is not part of its metadata.
  const query =
    served.name === 'secrets' ? '&fieldSelector=type!%3Dkubernetes.io%2Fservice-account-token' : '';
  const [bounds, pages] = [new ListBounds(), new Pages()];
  let from = '';
  do {
    try {
      const page = await client.get(`${path}?limit=${PAGE}${query}${from}`, METADATA_ONLY);
      const objects = listField(page, 'items');
      for (const object of objects) take(object);
      const next = stringField(field(page, 'metadata'), 'continue');
      // The pages of an aggregated API may never end.
      bounds.came(0);
      if (next !== '') pages.follow(next, objects.length > 0);
      from = next === '' ? '' : `&continue=${encodeURIComponent(next)}`;
    } catch (error) {
      if (error instanceof ListMistake) return false;
      if (!(error instanceof ApiError || error instanceof ConnectionError)) throw error;
      // A type that is not served has no objects.
      return error instanceof ApiError && error.status === 404;
    }
  } while (from !== '');
  return true;
}

function itemOf(
  metadata: unknown,
  { name: type, apiVersion, kind }: ManifestType,
  project: string,
  name: string,
): Item {
  const value = parseValue(Buffer.from(JSON.stringify({ apiVersion, kind, metadata })));
  return { project, type, apiVersion, kind, name, fields: isFields(value) ? value : new Map() };
}

/** Whether a controller creates an object, as far as its metadata shows: by the rules of a restore, and the noise rules of diff. */
function isOfController(item: Item, options: RewriteOptions): boolean {
  const { type, name } = item;
  if (OF_EVERY_PROJECT.get(type)?.test(name) === true) return true;
  if (skipOf(item, { ...options, suspend: false }) !== null) return true;
  const metadata = item.fields.get('metadata');
  const owners = isFields(metadata) ? metadata.get('ownerReferences') : undefined;
  if (Array.isArray(owners) && owners.some((owner) => isFields(owner) && owner.get('controller') === true))
    return true;
  return objectRow(noiseOf(type), new ConditionChecker(printFields(item.fields))) !== null;
}

function keyOf(project: string, type: string, name: string): string {
  return `${project}/${type}/${name}`;
}

function orderOf({ project, type, name }: Extra): string {
  return keyOf(project, type, name);
}

/**
 * Deletes the objects that projects which are restored as a whole have and the archive does not; in a dry
 * run, the server only validates this. PersistentVolumeClaims and everything else that could not be restored
 * again stay, and so do objects that a controller creates or owns.
 *
 * @throws the signal's reason
 */
export async function pruneExtras(
  cluster: ClusterAccess,
  { objects, served }: FoundExtras,
  rewriting: RewriteOptions,
): Promise<readonly Extra[]> {
  const prune = async (extra: Extra): Promise<Extra> => {
    const left = (reason: string): Extra => ({ ...extra, outcome: 'left', reason });
    const type = served.get(extra);
    if (type === undefined) return left('the server does not serve its type');
    const apiVersion = type.group === '' ? type.version : `${type.group}/${type.version}`;
    try {
      const path = itemPath(collectionOf(type, extra.project), extra.name);
      const bytes = await cluster.writer.read(path);
      if (bytes === null) return { ...extra, outcome: 'removed' };
      const live = liveObject(bytes);
      const item = { ...extra, apiVersion, fields: live.fields };
      const loss = lossWith(extra.type, live.fields);
      if (live.fields.size === 0) return left('it has too many values to be checked');
      if (loss !== null) return left(`${loss} would be lost`);
      if (live.isBeingDeleted) return left('it is being deleted');
      if (listAt(live.fields, 'metadata', 'ownerReferences').length > 0)
        return left('another object owns it');
      const skip = skipOf(item, rewriting);
      if (skip !== null) return left(skip.reason);
      await cluster.writer.remove(path, live.uid);
      return { ...extra, outcome: 'removed' };
    } catch (error) {
      const item = { ...extra, apiVersion, fields: new Map() };
      return { ...extra, outcome: 'failed', reason: failureText(error, item) };
    }
  };
  return await pMap(objects, prune, { concurrency: REMOVALS_AT_ONCE, signal: cluster.signal });
}
