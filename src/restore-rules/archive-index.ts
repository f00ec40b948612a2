import { isFields, type Value } from '../json/value.ts';
import type { KnownType } from '../types/type-words.ts';
import { listAt, textAt, valueAt } from './edit.ts';
import type { Item } from './item.ts';

/** What ties a role to projects: a binding in one of them, or one whose subjects are their ServiceAccounts. */
export interface Binding {
  /** null: a binding in a project, which needs nothing but its ClusterRole. */
  readonly name: string | null;
  readonly clusterRole: string;
  readonly projects: ReadonlySet<string>;
}

/** What else the archive holds, as far as rules and selection have to know. */
export interface ArchiveIndex {
  /** `PROJECT/NAME` of every Service with a selector. */
  readonly selectingServices: ReadonlySet<string>;
  readonly bindings: readonly Binding[];
  /** By name. */
  readonly types: ReadonlyMap<string, SeenType>;
}

/** Of an archive that nobody has looked into. */
export const EMPTY_INDEX: ArchiveIndex = { selectingServices: new Set(), bindings: [], types: new Map() };

/** A type that has objects in the archive. */
export interface SeenType extends KnownType {
  /** The projects that have objects of it; none of a cluster-scoped type. */
  readonly projects: ReadonlySet<string>;
}

const ASKED = new Set([
  'services',
  'rolebindings.rbac.authorization.k8s.io',
  'clusterrolebindings.rbac.authorization.k8s.io',
]);

/** Whether the builder wants to see the objects of a type; of all others `seeType` is enough. */
export function isAsked(type: string): boolean {
  return ASKED.has(type);
}

/** Gathers ArchiveIndex; sees each object once, in any order. */
export class ArchiveIndexBuilder implements ArchiveIndex {
  readonly selectingServices = new Set<string>();
  readonly bindings: Binding[] = [];
  readonly types = new Map<string, SeenType & { readonly projects: Set<string> }>();

  /**
   * A type that has objects in a project, or (null) in none.
   *
   * @param told its row of the manifest; without it no singular stands for the type in `--resource`
   */
  seeType(type: string, project: string | null, told?: Pick<KnownType, 'apiVersion' | 'kind'>): void {
    const { apiVersion, kind } = told ?? { apiVersion: '', kind: '' };
    const seen = this.types.get(type) ?? { name: type, apiVersion, kind, projects: new Set() };
    this.types.set(type, seen);
    if (project !== null) seen.projects.add(project);
  }

  see(item: Item): void {
    this.seeType(item.type, item.project, item);
    if (item.type === 'services') this.#seeService(item);
    else if (isAsked(item.type)) this.#seeBinding(item);
  }

  #seeService({ project, name, fields }: Item): void {
    const selector = valueAt(fields, 'spec', 'selector');
    const external = textAt(fields, 'spec', 'type') === 'ExternalName';
    if (isFields(selector) && selector.size > 0 && !external)
      this.selectingServices.add(`${project}/${name}`);
  }

  #seeBinding({ project, name, fields }: Item): void {
    const clusterRole = textAt(fields, 'roleRef', 'name');
    if (clusterRole === null || textAt(fields, 'roleRef', 'kind') !== 'ClusterRole') return;
    if (project !== null) {
      this.bindings.push({ name: null, clusterRole, projects: new Set([project]) });
      return;
    }
    const projects = listAt(fields, 'subjects').flatMap(projectsOf);
    this.bindings.push({ name, clusterRole, projects: new Set(projects) });
  }
}

/** The project of a ServiceAccount, also as the server's users and groups name it. */
function projectsOf(subject: Value): readonly string[] {
  const found =
    textAt(subject, 'kind') === 'ServiceAccount'
      ? textAt(subject, 'namespace')
      : /^system:serviceaccounts?:([^:]+)/.exec(textAt(subject, 'name') ?? '')?.[1];
  return found ? [found] : [];
}
