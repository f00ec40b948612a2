import { groupChoice } from '../plan/group-choice.ts';
import {
  type Access,
  type LeftOut,
  type Plan,
  type PlannedList,
  type ProjectList,
  planType,
} from '../plan/plan.ts';
import type { Scope } from '../plan/scope.ts';
import { selectionOf, unmatchedPatterns } from '../plan/selection.ts';
import type { ResourceType } from '../types/resource-type.ts';
import { accessByProject, clusterWideAccess } from './access.ts';
import type { Client } from './client.ts';
import { discover } from './discovery.ts';
import { findProjects } from './projects.ts';

/** A plan, and warnings about the options. */
export interface Planned {
  readonly plan: Plan;
  readonly warnings: readonly string[];
}

/**
 * discover → access → plan. Lists projects only if necessary: if options select some, or a type is
 * denied cluster-wide.
 */
export async function makePlan(client: Client, scope: Scope): Promise<Planned> {
  const whyGroupLeftOut = groupChoice(scope);
  const { types, broken } = await discover(client, (group) => whyGroupLeftOut(group) !== null);
  const selection = selectionOf(scope, types);
  const leftOut: LeftOut[] = broken.map((row) => {
    const group = groupOf(row.name);
    const why = group === null ? null : whyGroupLeftOut(group);
    return why === null ? row : { ...row, outcome: 'excluded', reason: why };
  });
  const included: ResourceType[] = [];
  for (const type of types) {
    const reason = selection.whyExcluded(type);
    if (reason === null) included.push(type);
    else leftOut.push({ name: type.name, type, outcome: 'excluded', reason });
  }

  const everywhere = await clusterWideAccess(client, included);
  const denied = included.filter(
    (type) => !everywhere.has(type) && (type.namespaced || type.name === 'namespaces'),
  );
  let projects: ProjectList = { names: [], source: 'none' };
  let byProject = new Map<ResourceType, Access>();
  let unmatched: readonly string[] = [];
  if (selection.narrowsProjects || denied.length > 0) {
    const found = await findProjects(client, types, scope, selection);
    ({ list: projects, unmatched } = found);
    if (found.broken !== null) leftOut.push(found.broken);
    byProject = await accessByProject(client, denied, projects.names);
  }

  const lists: PlannedList[] = [];
  const narrowed = selection.narrowsProjects ? projects.names : null;
  for (const type of included) {
    const access: Access = everywhere.has(type)
      ? { kind: 'cluster' }
      : (byProject.get(type) ?? { kind: 'denied' });
    const row = planType(type, access, narrowed, projects.names.length);
    if ('outcome' in row) leftOut.push(row);
    else lists.push(row);
  }
  const brokenGroups = broken.flatMap(({ name }) => groupOf(name) ?? []);
  const warnings = [
    ...unmatchedPatterns(scope, types, brokenGroups).map(
      (each) => `no resource type of this cluster matches "${each}"`,
    ),
    ...unmatched.map((each) => `no project of this cluster matches "${each}"`),
  ];
  return { plan: { projects, lists, leftOut: leftOut.sort((a, b) => (a.name < b.name ? -1 : 1)) }, warnings };
}

/** The API group of a row without a type: `*.GROUP`, or an invalid name in quotes. */
function groupOf(row: string): string | null {
  const dot = row.indexOf('.');
  if (dot < 0) return null;
  return row.startsWith('"') ? row.slice(dot + 1, -1) : row.slice(dot + 1);
}
