import type { Outcome, ResourceType } from '../types/resource-type.ts';

/** How the names of projects were found. */
export type ProjectSource = 'namespaces' | 'projects.project.openshift.io' | 'options' | 'own' | 'none';

export interface ProjectList {
  readonly names: readonly string[];
  readonly source: ProjectSource;
}

/** A type that will be listed: in the whole cluster, or project by project. */
export interface PlannedList {
  readonly type: ResourceType;
  readonly scope: 'cluster' | 'projects';
  /** Projects to list in; empty with scope `cluster`. */
  readonly projects: readonly string[];
  /** Of a cluster-scoped type only the objects on which the chosen projects depend. */
  readonly dependenciesOnly?: true;
}

/** A type that will not be listed, and why. */
export interface LeftOut {
  /** Full type name, or `*.GROUP` if an API group is broken and its types are unknown. */
  readonly name: string;
  readonly type: ResourceType | null;
  readonly outcome: Exclude<Outcome, 'exported' | 'empty'>;
  readonly reason: string;
}

/** What will be listed and where, and what will not, and why. `access` prints it, the manifest records it. */
export interface Plan {
  readonly projects: ProjectList;
  readonly lists: readonly PlannedList[];
  readonly leftOut: readonly LeftOut[];
}

/** Up to this number, listing by project is cheaper; for more, one list of the cluster is filtered. */
const FEW_PROJECTS = 5;

/** What this identity may list of one type. */
export type Access =
  | { readonly kind: 'cluster' }
  | { readonly kind: 'projects'; readonly projects: readonly string[] }
  | { readonly kind: 'denied' };

/**
 * Converts the result of access reviews into lists to request, or a reason for none.
 *
 * @param narrowed the chosen projects if options select projects; otherwise null
 */
export function planType(
  type: ResourceType,
  access: Access,
  narrowed: readonly string[] | null,
  asked: number,
): PlannedList | LeftOut {
  if (access.kind === 'denied' || (access.kind === 'projects' && access.projects.length === 0)) {
    const where = !type.namespaced
      ? ''
      : asked === 0
        ? ' cluster-wide, and no project is known'
        : asked === 1
          ? ' cluster-wide and in the project'
          : ` cluster-wide and in each of ${asked} projects`;
    return { name: type.name, type, outcome: 'denied', reason: `verb list is denied${where}` };
  }
  if (access.kind === 'projects') return { type, scope: 'projects', projects: access.projects };
  if (type.namespaced && narrowed !== null && narrowed.length <= FEW_PROJECTS) {
    return { type, scope: 'projects', projects: narrowed };
  }
  return { type, scope: 'cluster', projects: [] };
}

/** An RBAC rule to add to a role. */
export interface MissingRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly ['list'];
}

/** The rules that a role needs for the denied types to be exported; one rule per API group. */
export function missingRules(plan: Plan): MissingRule[] {
  const byGroup = new Map<string, string[]>();
  for (const { type, outcome } of plan.leftOut) {
    if (type === null || outcome !== 'denied') continue;
    byGroup.set(type.group, [...(byGroup.get(type.group) ?? []), type.resource]);
  }
  return [...byGroup].map(([group, resources]) => ({
    apiGroups: [group],
    resources: resources.sort(),
    verbs: ['list'],
  }));
}
