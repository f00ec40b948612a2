import type { KnownType } from '../../types/type-words.ts';
import { globMatcher } from '../../words/glob.ts';
import { textAt } from '../edit.ts';
import type { Item } from '../item.ts';
import { claimOfVolume, isRebound, isStaticVolume } from '../rules/storage.ts';
import { projectsOfSubjects, projectsServing, type Reference, referencesOf } from './references.ts';
import type { Selection, SelectionFilter } from './selection.ts';

const BINDINGS = 'clusterrolebindings.rbac.authorization.k8s.io';
const ROLES = 'clusterroles.rbac.authorization.k8s.io';
const SCCS = 'securitycontextconstraints.security.openshift.io';
const DEFINITIONS = 'customresourcedefinitions.apiextensions.k8s.io';
const CLASSES = 'storageclasses.storage.k8s.io';
const VOLUMES = 'persistentvolumes';
const CLAIMS = 'persistentvolumeclaims';

/** Types whose objects belong to the project of their service accounts, or of the Service that they call. */
const BELONGING: ReadonlyMap<string, (fields: Item['fields']) => readonly string[]> = new Map([
  [BINDINGS, projectsOfSubjects],
  [SCCS, projectsOfSubjects],
  ['mutatingwebhookconfigurations.admissionregistration.k8s.io', projectsServing],
  ['validatingwebhookconfigurations.admissionregistration.k8s.io', projectsServing],
  ['apiservices.apiregistration.k8s.io', projectsServing],
]);
/** Types of which every object is read. */
const LOOKED_INTO: readonly string[] = [ROLES, ...BELONGING.keys()];
/** References to these do not make them dependencies: they have their own rules, or belong to machines. */
const NOT_BY_NAME: ReadonlySet<string> = new Set(['namespaces', 'nodes', BINDINGS, DEFINITIONS, VOLUMES]);

/**
 * The cluster-scoped objects that the selected objects of projects depend on: the projects
 * themselves, the CRDs of their types (all CRDs where nothing is narrowed), what they name (classes,
 * ClusterRoles, issuers, …; see references.ts), the volumes and classes that are rebound, and what
 * any of these name. Of projects that are restored as a whole also the ClusterRoleBindings and SCCs
 * of their accounts, and the webhooks and APIs that their Services serve.
 *
 * First `see` every selected object of a project, then `seeClusterObject` those of `typesToSee()`,
 * until it names no more types.
 */
export class Dependencies {
  readonly #selection: Selection;
  readonly #filter: SelectionFilter;
  readonly #typesOfKind = new Map<string, string[]>();
  readonly #projects = new Set<string>();
  readonly #types = new Set<string>();
  readonly #claims = new Set<string>();
  /** `TYPE/NAME` */
  readonly #dependencies = new Set<string>();
  /** Of cluster-scoped objects that are not needed yet, what they name. */
  readonly #references = new Map<string, readonly Reference[]>();

  /** @param types the cluster-scoped types of the archive */
  constructor(selection: Selection, types: readonly KnownType[], filter: SelectionFilter) {
    this.#selection = selection;
    this.#filter = filter;
    for (const { name, kind } of types)
      this.#typesOfKind.set(kind, [...(this.#typesOfKind.get(kind) ?? []), name]);
  }

  /** @param looksInside whether the object may name others; see mayRefer */
  see(item: Item, looksInside = true): void {
    const { project, type, name } = item;
    if (project === null || !this.#filter.isRestored(project)) return;
    this.#projects.add(project);
    this.#types.add(type);
    if (type === CLAIMS) this.#claims.add(`${project}/${name}`);
    if (looksInside) this.#need(referencesOf(item));
  }

  /** The types of which every object must be seen, as far as it is known by now. */
  typesToSee(): ReadonlySet<string> {
    return new Set([...LOOKED_INTO, ...[...this.#dependencies].map((key) => key.slice(0, key.indexOf('/')))]);
  }

  seeClusterObject(item: Item): void {
    const key = keyOf(item);
    this.#references.set(key, referencesOf(item));
    if (this.#dependencies.has(key) || this.#belongs(item)) this.#addKey(key);
  }

  /** Whether a cluster-scoped object is a dependency. */
  has(item: Item): boolean {
    const { type, name } = item;
    switch (type) {
      case 'namespaces':
        return this.#projects.has(name) || !this.#narrowsObjects();
      case DEFINITIONS:
        return this.#isWhole() || this.#types.has(name) || this.#needsType(name);
      case CLASSES:
        return (!this.#narrowsObjects() && this.#isReboundClass(name)) || this.#dependencies.has(keyOf(item));
      case VOLUMES:
        return this.#hasClaim(item.fields) && this.#isKept(item.fields);
      default:
        return this.#dependencies.has(keyOf(item));
    }
  }

  /**
   * Whether a dependency counts as selected: everything if the selection is not narrowed, the namespace of a
   * project that is restored as a whole, the volume of a claim.
   */
  isPart({ type }: Item): boolean {
    if (type === VOLUMES) return true;
    if (this.#narrowsObjects()) return false;
    return this.#isWhole() || type === 'namespaces';
  }

  #isWhole(): boolean {
    const { projects, excludeProjects } = this.#selection;
    return !this.#narrowsObjects() && projects.length + excludeProjects.length === 0;
  }

  /** Whether only some objects of the projects are restored. */
  #narrowsObjects(): boolean {
    const { resources, objects, selectors } = this.#selection;
    return resources.length + objects.length + selectors.length > 0;
  }

  /** Whether it belongs to a project that is restored as a whole. */
  #belongs({ type, fields }: Item): boolean {
    const projects = BELONGING.get(type);
    if (projects === undefined || this.#narrowsObjects()) return false;
    return projects(fields).some((project) => this.#filter.isRestored(project));
  }

  #isReboundClass(name: string): boolean {
    return globMatcher(this.#selection.rebindStorageClasses)(name);
  }

  #needsType(type: string): boolean {
    return [...this.#dependencies].some((key) => key.startsWith(`${type}/`));
  }

  #need(references: readonly Reference[]): void {
    for (const { kind, name } of references)
      for (const type of this.#typesOfKind.get(kind) ?? [])
        if (!NOT_BY_NAME.has(type)) this.#addKey(`${type}/${this.#nameNow(type, name)}`);
  }

  #nameNow(type: string, name: string): string {
    return type === CLASSES ? (this.#selection.storageClasses.get(name) ?? name) : name;
  }

  /** The objects that it refers to are dependencies, too; each object is followed once. */
  #addKey(key: string): void {
    const references = this.#references.get(key) ?? [];
    this.#dependencies.add(key);
    this.#references.delete(key);
    this.#need(references);
  }

  /** Whether the claim that a volume is bound to is restored. */
  #hasClaim(volume: Item['fields']): boolean {
    return this.#claims.has(claimOfVolume(volume) ?? '');
  }

  /** Whether the claim of a volume gets it back. */
  #isKept(volume: Item['fields']): boolean {
    const { rebindStorageClasses, copiedProjects } = this.#selection;
    if (isRebound(volume, rebindStorageClasses)) return true;
    const project = textAt(volume, 'spec', 'claimRef', 'namespace') ?? '';
    return isStaticVolume(volume) && copiedProjects?.has(project) !== true;
  }
}

function keyOf({ type, name }: Pick<Item, 'type' | 'name'>): string {
  return `${type}/${name}`;
}
