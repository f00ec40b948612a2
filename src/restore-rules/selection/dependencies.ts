import { globMatcher } from '../../words/glob.ts';
import type { ArchiveIndex } from '../archive-index.ts';
import { textAt } from '../edit.ts';
import type { Item } from '../item.ts';
import { isRebound } from '../rules/storage.ts';
import { projectExcludedBy } from './preference.ts';
import type { Selection, SelectionFilter } from './selection.ts';

/**
 * The cluster-scoped objects that the selected objects of projects depend on: the projects
 * themselves, CRDs of selected objects (all CRDs where nothing is narrowed), ClusterRoles and their
 * bindings for ServiceAccounts of the projects, volumes and storage classes that are rebound.
 */
export class Dependencies {
  readonly #selection: Selection;
  readonly #archiveIndex: ArchiveIndex;
  readonly #filter: SelectionFilter;
  /** Of roles and their bindings, gathered when they are first asked for. */
  #roles: { readonly names: ReadonlySet<string>; readonly bindings: ReadonlySet<string> } | null = null;

  constructor(selection: Selection, archiveIndex: ArchiveIndex, filter: SelectionFilter) {
    this.#selection = selection;
    this.#archiveIndex = archiveIndex;
    this.#filter = filter;
  }

  /** Whether an object that is cluster-scoped is a dependency. */
  has(item: Item): boolean {
    const { type, name } = item;
    const { projects, excludeProjects, resources, objects, selector, rebindStorageClasses } = this.#selection;
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
   * Whether a dependency is part of what was asked for: everything where nothing is
   * narrowed, a project that is restored as a whole, the volume of a claim.
   */
  isPart({ type }: Item): boolean {
    const { projects, excludeProjects, resources, objects, selector } = this.#selection;
    if (resources.length > 0 || objects.length > 0 || selector !== null) return type === 'persistentvolumes';
    const isWhole = projects.length + excludeProjects.length === 0;
    return isWhole || type === 'namespaces' || type === 'persistentvolumes';
  }

  #rolesOfProjects() {
    if (this.#roles !== null) return this.#roles;
    const { preference } = this.#selection;
    const isRestored = (project: string) =>
      this.#filter.hasProject(project) &&
      (preference === null || projectExcludedBy(preference, project) === null);
    const ours = this.#archiveIndex.bindings.filter(({ projects }) => [...projects].some(isRestored));
    const bindings = new Set(ours.flatMap(({ name }) => (name === null ? [] : [name])));
    this.#roles = { names: new Set(ours.map(({ clusterRole }) => clusterRole)), bindings };
    return this.#roles;
  }

  /** Whether objects of a type are chosen, as far as that is known without looking at each. */
  #hasObjects(type: string): boolean {
    const { objects } = this.#selection;
    if (this.#filter.whyNotType(type) !== null) return false;
    if (objects.length > 0) return objects.some((each) => each.type === type);
    return [...(this.#archiveIndex.types.get(type)?.projects ?? [])].some(this.#filter.hasProject);
  }

  /** Whether the claim that a volume is bound to is among the objects. */
  #hasClaim(volume: Item['fields']): boolean {
    const project = textAt(volume, 'spec', 'claimRef', 'namespace');
    const name = textAt(volume, 'spec', 'claimRef', 'name');
    if (project === null || name === null || !this.#filter.hasProject(project)) return false;
    const claim = { project, type: 'persistentvolumeclaims', name };
    return this.#filter.whyNotType(claim.type) === null && this.#filter.whyNotSingle(claim) === null;
  }
}
