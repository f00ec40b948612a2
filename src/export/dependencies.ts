import { ListMistake } from '../json/list-reader.ts';
import { parseValue } from '../json/parse-value.ts';
import { INCOMPLETE, valueEnd } from '../json/scan.ts';
import { type Fields, isFields } from '../json/value.ts';
import type { Scope } from '../plan/scope.ts';
import { textAt, valueAt } from '../restore-rules/edit.ts';
import { Dependencies } from '../restore-rules/selection/dependencies.ts';
import { mayRefer } from '../restore-rules/selection/references.ts';
import { SelectionFilter } from '../restore-rules/selection/selection.ts';
import { Identity } from '../types/identity.ts';
import { apiVersionOf, knownType, type ResourceType } from '../types/resource-type.ts';
import { type ItemSink, unquoted } from './item-order.ts';

const DEFINITIONS = 'customresourcedefinitions.apiextensions.k8s.io';
const VOLUMES = 'persistentvolumes';
const CLAIMS = 'persistentvolumeclaims';
const NOTHING: Fields = new Map();

/**
 * Finds the cluster-scoped objects that some projects depend on, by the rules by which a restore
 * chooses them: a backup of these projects takes them along, so that it restores into an empty cluster.
 *
 * First all objects of the projects pass `watching`, then all objects of the `typesToRead` pass `reading`, until
 * there are no more such types; then `names` are known.
 */
export class DependencySearch {
  readonly #dependencies: Dependencies;
  readonly #hasProject: (project: string) => boolean;
  /** Of which the projects have objects. */
  readonly #types = new Set<string>();
  /** `PROJECT/NAME` */
  readonly #claims = new Set<string>();
  /** Volumes of these claims. */
  readonly #volumes = new Set<string>();

  /** @param types the cluster-scoped types that may be read */
  constructor(scope: Scope, types: readonly ResourceType[]) {
    const selection = {
      projects: scope.projects,
      excludeProjects: scope.excludeProjects,
      resources: [],
      excludeResources: [],
      selectors: scope.selector === null ? [] : [scope.selector],
      objects: [],
      clusterResources: 'auto',
      preference: null,
      storageClasses: new Map<string, string>(),
      rebindStorageClasses: [],
    } as const;
    const known = types.map(knownType);
    const filter = new SelectionFilter(selection, known);
    this.#hasProject = filter.hasProject;
    this.#dependencies = new Dependencies(selection, known, filter);
  }

  /** Passes the objects of a namespaced type on, and looks for what they depend on. */
  watching(type: ResourceType, target: ItemSink): ItemSink {
    return new SeenItems(type, target, (project, name, bytes) => {
      // A list over the whole cluster has objects of other projects, too.
      if (project === null || !this.#hasProject(project)) return;
      this.#types.add(type.name);
      if (type.name === CLAIMS) this.#claims.add(`${project}/${name}`);
      const looksInside = mayRefer(type.name, bytes);
      const fields = looksInside ? fieldsOf(bytes) : NOTHING;
      this.#dependencies.see({ ...headOf(type), project, name, fields }, looksInside);
    });
  }

  /** Takes the objects of a cluster-scoped type. */
  reading(type: ResourceType): ItemSink {
    return new SeenItems(type, NO_TARGET, (_, name, bytes) => {
      const item = { ...headOf(type), project: null, name, fields: fieldsOf(bytes) };
      this.#dependencies.seeClusterObject(item);
      if (type.name !== VOLUMES) return;
      const claim = valueAt(item.fields, 'spec', 'claimRef');
      if (this.#claims.has(`${textAt(claim, 'namespace')}/${textAt(claim, 'name')}`)) this.#volumes.add(name);
    });
  }

  /** The types of which all objects are to be read, as far as that is known by now. */
  typesToRead(): ReadonlySet<string> {
    // Without any object of a project, nothing depends on anything.
    if (this.#types.size === 0) return new Set();
    const volumes = this.#claims.size > 0 ? [VOLUMES] : [];
    return new Set([...this.#dependencies.typesToSee(), ...volumes]);
  }

  /** Whether a backup takes objects of this type along. */
  takes(type: string): boolean {
    return this.#types.size > 0 && (type === DEFINITIONS || this.typesToRead().has(type));
  }

  /** Whether the projects depend on an object. */
  has(type: ResourceType, name: string): boolean {
    if (type.name === VOLUMES) return this.#volumes.has(name);
    return this.#dependencies.has({ ...headOf(type), project: null, name, fields: NOTHING });
  }
}

/** Passes the chosen ones of a list's items on. */
export class ChosenItems implements ItemSink {
  readonly #target: ItemSink;
  readonly #isChosen: (name: string) => boolean;
  readonly #identity = new Identity();

  constructor(target: ItemSink, isChosen: (name: string) => boolean) {
    this.#target = target;
    this.#isChosen = isChosen;
  }

  item(src: Buffer, i: number, end: number): number {
    if (this.#identity.find(src, i, end) === INCOMPLETE) return INCOMPLETE;
    const { nameStart, nameEnd } = this.#identity;
    return this.#isChosen(unquoted(src, nameStart, nameEnd))
      ? this.#target.item(src, i, end)
      : valueEnd(src, i, end);
  }

  makeRoom(): Promise<void> {
    return this.#target.makeRoom();
  }
}

const NO_TARGET: ItemSink = {
  item: valueEnd,
  makeRoom: async () => {},
};

/** Shows the items that a target has taken. */
class SeenItems implements ItemSink {
  readonly #type: ResourceType;
  readonly #target: ItemSink;
  readonly #see: (project: string | null, name: string, bytes: Buffer) => void;
  readonly #identity = new Identity();

  constructor(
    type: ResourceType,
    target: ItemSink,
    see: (project: string | null, name: string, bytes: Buffer) => void,
  ) {
    this.#type = type;
    this.#target = target;
    this.#see = see;
  }

  item(src: Buffer, i: number, end: number): number {
    const next = this.#target.item(src, i, end);
    if (next < 0) return next;
    this.#identity.find(src, i, end);
    const { nameStart, nameEnd, namespaceStart, namespaceEnd } = this.#identity;
    if (this.#type.namespaced && namespaceStart < 0)
      throw new ListMistake('an object in it has no namespace');
    const project = this.#type.namespaced ? unquoted(src, namespaceStart, namespaceEnd) : null;
    this.#see(project, unquoted(src, nameStart, nameEnd), src.subarray(i, next));
    return next;
  }

  makeRoom(): Promise<void> {
    return this.#target.makeRoom();
  }
}

function headOf(type: ResourceType) {
  return { type: type.name, apiVersion: apiVersionOf(type), kind: type.kind };
}

/** Empty where an object has too many values to be taken apart. */
function fieldsOf(bytes: Buffer): Fields {
  const value = parseValue(bytes);
  return isFields(value) ? value : NOTHING;
}
