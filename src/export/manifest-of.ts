import type { Manifest, ManifestType } from '../archive/format/manifest.ts';
import type { Plan } from '../plan/plan.ts';
import type { Scope } from '../plan/scope.ts';
import { apiVersionOf } from '../types/resource-type.ts';
import type { LogsResult } from './export-logs.ts';
import type { TypeResult } from './export-type.ts';
import type { Apart } from './type-files.ts';

/** Information about the run. */
export type RunDetails = Pick<Manifest, 'tool' | 'cluster' | 'identity' | 'startedAt' | 'finishedAt'>;

/** The manifest of a run, from the plan and its outcomes; `previous` is null until the archive is compared. */
export function manifestOf(
  details: RunDetails,
  plan: Plan,
  results: readonly TypeResult[],
  options: Manifest['options'],
  logs: LogsResult | null,
): Manifest {
  // Of a type that the plan leaves out, what projects depend on may have been taken.
  const taken = new Set(results.map(({ type }) => type.name));
  const others = plan.leftOut.filter(({ name }) => !taken.has(name));
  const types = [...results.map(exported), ...others.map(leftOut)].sort((a, b) => (a.name < b.name ? -1 : 1));
  const projects = new Map<string, number>();
  for (const { written } of results) {
    for (const [name, objects] of written.projects) projects.set(name, (projects.get(name) ?? 0) + objects);
  }
  const sum = (of: (result: TypeResult) => number) =>
    results.reduce((total, result) => total + of(result), 0);
  return {
    formatVersion: 1,
    ...details,
    complete: types.every((type) => type.outcome !== 'failed'),
    options,
    totals: {
      projects: projects.size,
      objects: sum(({ written }) => written.objects),
      files: sum(({ written }) => written.files) + (logs?.files ?? 0),
      bytes: sum(({ written }) => written.bytes) + (logs?.bytes ?? 0),
    },
    projects: [...projects]
      .map(([name, objects]) => ({ name, objects }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    resourceTypes: types,
    ...deniedIn(plan),
    ...(logs === null ? {} : { logs }),
    previous: null,
  };
}

/** Denied types by project, since a role usually covers many types; nothing if no type was denied partially. */
function deniedIn({ lists, projects }: Plan): Pick<Manifest, 'deniedIn'> {
  const rows = new Map<string, { projects: readonly string[]; resourceTypes: string[] }>();
  for (const { type, scope, projects: listed } of lists) {
    if (scope === 'cluster' || !type.namespaced) continue;
    const allowed = new Set(listed);
    const denied = projects.names.filter((name) => !allowed.has(name));
    if (denied.length === 0) continue;
    const row = rows.get(denied.join()) ?? { projects: denied, resourceTypes: [] };
    row.resourceTypes.push(type.name);
    rows.set(denied.join(), row);
  }
  return rows.size === 0 ? {} : { deniedIn: [...rows.values()] };
}

/** The options that limited the scope, by flag; a full backup has none. */
export function narrowingOptions(
  scope: Scope,
  { withStatus, withMetadata }: Apart,
  filter: string | null,
): Manifest['options'] {
  const given: Record<string, string | boolean | readonly string[]> = {};
  if (scope.projects.length > 0) given.project = scope.projects;
  if (scope.excludeProjects.length > 0) given['exclude-project'] = scope.excludeProjects;
  if (scope.resources.length > 0) given.resource = scope.resources;
  if (scope.excludeResources.length > 0) given['exclude-resource'] = scope.excludeResources;
  if (scope.include.length > 0) given.include = scope.include;
  if (scope.clusterResources !== 'auto') given['cluster-resources'] = scope.clusterResources;
  if (scope.selector !== null) given.selector = scope.selector;
  if (!scope.secrets) given['no-secrets'] = true;
  if (!withStatus) given['no-status'] = true;
  if (!withMetadata) given['no-metadata'] = true;
  if (scope.includeDefaultExcluded) given['include-default-excluded'] = true;
  if (filter !== null) given.filter = filter;
  return given;
}

function exported({
  type,
  outcome,
  scope,
  dependenciesOnly,
  reason,
  resourceVersion,
  written,
}: TypeResult): ManifestType {
  return {
    name: type.name,
    apiVersion: apiVersionOf(type),
    kind: type.kind,
    namespaced: type.namespaced,
    outcome,
    scope,
    reason,
    objects: written.objects,
    resourceVersion,
    ...(dependenciesOnly ? { dependenciesOnly } : {}),
  };
}

function leftOut({ name, type, outcome, reason }: Plan['leftOut'][number]): ManifestType {
  return {
    name,
    apiVersion: type === null ? '' : apiVersionOf(type),
    kind: type?.kind ?? '',
    namespaced: type?.namespaced ?? false,
    outcome,
    scope: null,
    reason,
    objects: 0,
    resourceVersion: null,
  };
}
