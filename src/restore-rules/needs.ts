import { globMatcher } from '../words/glob.ts';
import type { ArchiveIndex } from './archive-index.ts';
import { textAt } from './edit.ts';
import type { Item } from './item.ts';
import { isRebound } from './rules/storage.ts';
import type { Criteria, SingleObject } from './selection/criteria.ts';
import { projectExcludedBy } from './selection/preferred.ts';

/** How somebody narrowed a restore: by project, type and name. */
export interface Narrowing {
  readonly hasProject: (project: string) => boolean;
  whyNotType(type: string): string | null;
  whyNotSingle(object: SingleObject): string | null;
}

/** Which cluster-scoped objects the chosen ones of projects need. */
export class Needs {
  readonly #criteria: Criteria;
  readonly #archiveIndex: ArchiveIndex;
  readonly #narrowing: Narrowing;
  /** Of roles and their bindings, gathered when they are first asked for. */
  #roles: { readonly names: ReadonlySet<string>; readonly bindings: ReadonlySet<string> } | null = null;

  constructor(criteria: Criteria, archiveIndex: ArchiveIndex, narrowing: Narrowing) {
    this.#criteria = criteria;
    this.#archiveIndex = archiveIndex;
    this.#narrowing = narrowing;
  }

  /** Whether an object that is cluster-scoped is needed. */
  has(item: Item): boolean {
    const { type, name } = item;
    const { projects, excludeProjects, resources, objects, selector, rebindStorageClasses } = this.#criteria;
    const isPart = resources.length > 0 || objects.length > 0 || selector !== null;
    switch (type) {
      case 'namespaces':
        return objects.length === 0 || objects.some(({ project }) => project === name);
      case 'customresourcedefinitions.apiextensions.k8s.io':
        return (!isPart && projects.length + excludeProjects.length === 0) || this.#hasObjects(name);
      case 'clusterroles.rbac.authorization.k8s.io':
        return !isPart && this.#rolesOfProjects().names.has(name);
      case 'clusterrolebindings.rbac.authorization.k8s.io':
        return !isPart && this.#rolesOfProjects().bindings.has(name);
      case 'storageclasses.storage.k8s.io':
        return !isPart && globMatcher(rebindStorageClasses)(name);
      case 'persistentvolumes':
        return this.#hasClaim(item.fields) && isRebound(item.fields, rebindStorageClasses);
      default:
        return false;
    }
  }

  /**
   * Whether a needed object is part of what was asked for: everything where nothing is
   * narrowed, a project that is restored as a whole, the volume of a claim.
   */
  isPart({ type }: Item): boolean {
    const { projects, excludeProjects, resources, objects, selector } = this.#criteria;
    if (resources.length > 0 || objects.length > 0 || selector !== null) return type === 'persistentvolumes';
    const isWhole = projects.length + excludeProjects.length === 0;
    return isWhole || type === 'namespaces' || type === 'persistentvolumes';
  }

  #rolesOfProjects() {
    if (this.#roles !== null) return this.#roles;
    const { preference } = this.#criteria;
    const isRestored = (project: string) =>
      this.#narrowing.hasProject(project) &&
      (preference === null || projectExcludedBy(preference, project) === null);
    const ours = this.#archiveIndex.bindings.filter(({ projects }) => [...projects].some(isRestored));
    const bindings = new Set(ours.flatMap(({ name }) => (name === null ? [] : [name])));
    this.#roles = { names: new Set(ours.map(({ clusterRole }) => clusterRole)), bindings };
    return this.#roles;
  }

  /** Whether objects of a type are chosen, as far as that is known without looking at each. */
  #hasObjects(type: string): boolean {
    const { objects } = this.#criteria;
    if (this.#narrowing.whyNotType(type) !== null) return false;
    if (objects.length > 0) return objects.some((each) => each.type === type);
    return [...(this.#archiveIndex.types.get(type)?.projects ?? [])].some(this.#narrowing.hasProject);
  }

  /** Whether the claim that a volume is bound to is among the objects. */
  #hasClaim(volume: Item['fields']): boolean {
    const project = textAt(volume, 'spec', 'claimRef', 'namespace');
    const name = textAt(volume, 'spec', 'claimRef', 'name');
    if (project === null || name === null || !this.#narrowing.hasProject(project)) return false;
    const claim = { project, type: 'persistentvolumeclaims', name };
    return this.#narrowing.whyNotType(claim.type) === null && this.#narrowing.whyNotSingle(claim) === null;
  }
}
