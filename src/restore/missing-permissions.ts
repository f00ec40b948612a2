import pMap from 'p-map';
import type { ArchiveReader } from '../archive/reading/reader.ts';
import { type Action, deniedActions, mayI } from '../cluster/access.ts';
import { ApiError } from '../cluster/api-error.ts';
import type { ArchiveIndex } from '../restore-rules/archive-index.ts';
import type { Item } from '../restore-rules/item.ts';
import type { MissingVerb } from '../restore-rules/outcome.ts';
import { type RewriteOptions, rewrite } from '../restore-rules/rewrite.ts';
import { collectionOf, itemPath } from '../types/api-paths.ts';
import { readTargets } from './archive-items.ts';
import type { ClusterAccess, RestoreOptions } from './settings.ts';
import type { Target } from './survey.ts';

type ObjectName = Pick<Item, 'project' | 'type' | 'name'>;

const NAMESPACES = 'namespaces';
const DEFINITIONS = 'customresourcedefinitions.apiextensions.k8s.io';
/** With these, users of OpenShift create their own projects. */
const PROJECT_REQUESTS = { group: 'project.openshift.io', version: 'v1', resource: 'projectrequests' };
const AT_ONCE = 16;

/** The permissions that the caller lacks, known before anything is written. */
export class MissingPermissions {
  /** The missing permissions that the restore needs; if all objects exist, it does not need to create them. */
  readonly missing: readonly MissingVerb[];
  /** What to do about it, one sentence each. */
  readonly advice: readonly string[];
  readonly #denied: ReadonlySet<string>;
  /** Projects that the caller has to request first. */
  readonly #unrequested: ReadonlySet<string>;

  private constructor(
    denied: readonly MissingVerb[],
    missing: readonly MissingVerb[],
    unrequested: ReadonlySet<string>,
  ) {
    this.missing = missing.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    this.#denied = new Set(denied.map(keyOf));
    this.#unrequested = unrequested;
    this.advice = [...unrequested].map((project) => adviceFor(project));
  }

  /**
   * Reviews every type and, if it is denied, every project. Cluster-scoped objects that may not be created
   * are looked up: project admins need not create namespaces, CRDs and ClusterRoles that exist.
   *
   * @throws ApiError, ConnectionError
   */
  static async ask(
    cluster: ClusterAccess,
    targets: readonly Target[],
    options: RestoreOptions,
  ): Promise<MissingPermissions> {
    const found = await deniedActions(cluster.client, actionsOf(targets, options));
    const denied = found.map(({ action: { type, verb, subresource }, project }) => ({
      type,
      project,
      verb,
      subresource,
    }));
    const keys = new Set(denied.map(keyOf));
    const isDenied = (type: string, project: string | null, verb: string) =>
      keys.has(keyOf({ type, project, verb, subresource: null }));
    const denials = targets.filter(({ type, project }) => project === null && isDenied(type, null, 'create'));
    // Withheld objects are never created.
    const uncreatable = denials.filter(({ withheld }) => !withheld);
    const versions = new Map(targets.map(({ type, apiVersion }) => [type, apiVersion]));
    const existence = await pMap(uncreatable, (target) => existenceOf(cluster, target, versions, options), {
      concurrency: AT_ONCE,
    });
    const unneeded = new Set(denials.map(({ type }) => type));
    // One object that is missing is enough to need the permission.
    for (const [at, target] of uncreatable.entries())
      if (!isCovered(existence[at] ?? 'unknown', target)) unneeded.delete(target.type);
    const inside = typesInside(targets, options);
    const gone = new Set(
      uncreatable
        .filter(({ type }, at) => type === NAMESPACES && existence[at] === 'missing')
        .map(({ name }) => targetOf(name, options)),
    );
    const closed = [...inside.keys()].filter(
      (project) =>
        gone.has(project) ||
        (isDenied(NAMESPACES, project, 'get') &&
          [...(inside.get(project) ?? [])].every((type) => isDenied(type, project, 'create'))),
    );
    const unrequested = new Set(
      closed.length > 0 && isDenied(NAMESPACES, null, 'create') && (await mayRequest(cluster)) ? closed : [],
    );
    if (unrequested.size > 0) unneeded.delete(NAMESPACES);
    const missing = denied.filter(
      ({ type, project, verb }) =>
        !(project === null && unneeded.has(type) && (verb === 'create' || verb === 'get')) &&
        !(type === NAMESPACES && verb === 'get') &&
        !(project !== null && unrequested.has(project)),
    );
    return new MissingPermissions(denied, missing, unrequested);
  }

  /** The missing permission for a request about an object; null if it is allowed. */
  reason(
    { project, type, name }: ObjectName,
    verb: string,
    subresource: string | null = null,
  ): string | null {
    const unrequested = this.whyUnrequested(project);
    if (unrequested !== null) return unrequested;
    // Requests that read or change a Namespace are authorized within it.
    const where = type === NAMESPACES && verb !== 'create' ? name : project;
    const row = { type, project: where, verb, subresource };
    return this.#denied.has(keyOf(row)) ? missingText(row) : null;
  }

  /** What the caller must do before anything can be restored to a project; null if nothing. */
  whyUnrequested(project: string | null): string | null {
    return project !== null && this.#unrequested.has(project) ? adviceFor(project) : null;
  }
}

/** `the verb create on deployments.apps in project shop is missing` */
export function missingText({ type, project, verb, subresource }: MissingVerb): string {
  const what = subresource === null ? type : `${type}/${subresource}`;
  const where = project === null ? 'in the cluster' : `in project ${project}`;
  return `the verb ${verb} on ${what} ${where} is missing`;
}

function adviceFor(project: string): string {
  return `project ${project} does not exist, or you have no access to it; create it first: oc new-project ${project}`;
}

function keyOf({ type, project, verb, subresource }: MissingVerb): string {
  return `${type} ${project ?? ''} ${verb} ${subresource ?? ''}`;
}

const VERBS_OF = { skip: [], fail: [], update: ['update'], replace: ['delete'] } as const;

function actionsOf(targets: readonly Target[], options: RestoreOptions): Action[] {
  const types = new Map<string, { apiVersion: string; changes: boolean; projects: Set<string | null> }>();
  for (const { type, apiVersion, project, dependency, withheld } of targets) {
    const row = types.get(type) ?? { apiVersion, changes: false, projects: new Set() };
    // Dependencies change only for a copy of a project, which is added to them.
    row.changes ||= (!dependency && !withheld) || options.rewriting.mapping.size > 0;
    types.set(type, row);
    row.projects.add(project === null ? null : targetOf(project, options));
  }
  return [...types].flatMap(([type, { apiVersion, changes, projects }]): Action[] => {
    const action = { type, apiVersion, subresource: null, projects: [...projects] };
    const verbs = ['create', 'get', ...(changes ? VERBS_OF[options.existing] : [])];
    const own = type === NAMESPACES ? [...projectsOf(targets, options)] : action.projects;
    return [
      ...verbs.map((verb) => ({ ...action, verb, projects: verb === 'create' ? action.projects : own })),
      ...(options.hasStatus(type) ? [{ ...action, verb: 'patch', subresource: 'status' }] : []),
    ];
  });
}

/** The projects that are restored to. */
function projectsOf(targets: readonly Target[], options: RestoreOptions): ReadonlySet<string> {
  return new Set(
    targets.flatMap(({ project, type, name }) => {
      const restored = type === NAMESPACES ? name : project;
      return restored === null ? [] : [targetOf(restored, options)];
    }),
  );
}

function targetOf(project: string, { rewriting }: RestoreOptions): string {
  return rewriting.mapping.get(project) ?? project;
}

/** The types of what is restored to each project. */
function typesInside(
  targets: readonly Target[],
  options: RestoreOptions,
): ReadonlyMap<string, ReadonlySet<string>> {
  const types = new Map<string, Set<string>>();
  for (const { project, type } of targets) {
    if (project === null) continue;
    const target = targetOf(project, options);
    types.set(target, (types.get(target) ?? new Set()).add(type));
  }
  return types;
}

type Existence = 'exists' | 'missing' | 'unknown';

/** Whether an object is restored without the permission to create it. */
function isCovered(existence: Existence, { type, dependency }: Target): boolean {
  return existence === 'exists' || (existence === 'unknown' && (dependency || type === NAMESPACES));
}

/** Whether a cluster-scoped object exists. */
async function existenceOf(
  { types, writer }: ClusterAccess,
  target: Target,
  versions: ReadonlyMap<string, string>,
  options: RestoreOptions,
): Promise<Existence> {
  const { type, apiVersion } = target;
  if (type === DEFINITIONS) {
    const version = versions.get(target.name);
    const plural = target.name.split('.', 1)[0] ?? '';
    if (version !== undefined && (await types.find(version, plural)) !== null) return 'exists';
  }
  const served = await types.find(apiVersion, type.split('.', 1)[0] ?? '');
  if (served === null) return 'missing';
  const name = type === NAMESPACES ? targetOf(target.name, options) : target.name;
  try {
    return (await writer.read(itemPath(collectionOf(served, null), name))) === null ? 'missing' : 'exists';
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return 'unknown';
    throw error;
  }
}

/** Whether the caller may have a project created by OpenShift. */
function mayRequest({ client }: ClusterAccess): Promise<boolean> {
  return mayI(client, 'create', PROJECT_REQUESTS, null);
}

/**
 * The missing permissions without those for types of which the rules leave out every object: the permission to create
 * pods of a Deployment is not needed. Reads the objects of these types.
 *
 * @throws Damage, Unreadable; the signal's reason
 */
export async function neededPermissions(
  missing: readonly MissingVerb[],
  archive: ArchiveReader,
  targets: readonly Target[],
  { rewriting, archiveIndex }: { readonly rewriting: RewriteOptions; readonly archiveIndex: ArchiveIndex },
  signal: AbortSignal,
): Promise<readonly MissingVerb[]> {
  const keyOf = (type: string, project: string | null) => `${type} ${project ?? ''}`;
  const keyOfTarget = ({ type, project }: Pick<Target, 'type' | 'project'>) =>
    keyOf(type, project === null ? null : (rewriting.mapping.get(project) ?? project));
  const asked = new Set(missing.map(({ type, project }) => keyOf(type, project)));
  const chosen = targets.filter((target) => asked.has(keyOfTarget(target)));
  const needed = new Set<string>();
  for await (const { item } of readTargets(archive, chosen)) {
    signal.throwIfAborted();
    const key = keyOfTarget(item);
    if (!needed.has(key) && rewrite(item, rewriting, archiveIndex).kind === 'restored') needed.add(key);
  }
  // The row of a Namespace names a project, since it is changed within itself.
  return missing.filter(({ type, project }) => needed.has(keyOf(type, project)) || type === 'namespaces');
}
