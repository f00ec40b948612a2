import { isFields } from '../json/value.ts';
import type { KnownType } from '../types/type-words.ts';
import { textAt, valueAt } from './edit.ts';
import type { Item } from './item.ts';
import { hasGeneratedName, isGeneratedSecret } from './rules/generated.ts';
import { claimOfVolume, isStaticVolume, storageClassOf } from './rules/storage.ts';

/** What rules and selection know about other objects of an archive. */
export interface ArchiveIndex {
  /** `PROJECT/NAME` of every Service with a selector. */
  readonly selectingServices: ReadonlySet<string>;
  /** By project, the storage classes of its claims; '' of those that name none. */
  readonly claimClasses: ReadonlyMap<string, ReadonlySet<string>>;
  /** `PROJECT/NAME` of every claim of a static volume with the policy Retain, and the name of the volume. */
  readonly staticVolumes: ReadonlyMap<string, string>;
  /** `PROJECT/NAME` of every Secret that has a name like a generated one, but was not generated. */
  readonly ownSecrets: ReadonlySet<string>;
  /** By name. */
  readonly types: ReadonlyMap<string, IndexedType>;
}

/** The index without an archive. */
export const EMPTY_INDEX: ArchiveIndex = {
  selectingServices: new Set(),
  claimClasses: new Map(),
  staticVolumes: new Map(),
  ownSecrets: new Set(),
  types: new Map(),
};

const INDEXED = new Set(['services', 'persistentvolumeclaims', 'persistentvolumes']);

/** Whether the index must see the object; for all others, `seeType` is enough. */
export function isIndexed({ type, name }: Pick<Item, 'type' | 'name'>): boolean {
  return INDEXED.has(type) || (type === 'secrets' && hasGeneratedName(name));
}

/** A type that has objects in the archive. */
export interface IndexedType extends KnownType {
  /** The projects that have objects of it; none of a cluster-scoped type. */
  readonly projects: ReadonlySet<string>;
}

/** Gathers an ArchiveIndex; sees each object once, in any order. */
export class ArchiveIndexBuilder implements ArchiveIndex {
  readonly selectingServices = new Set<string>();
  readonly claimClasses = new Map<string, Set<string>>();
  readonly staticVolumes = new Map<string, string>();
  readonly ownSecrets = new Set<string>();
  readonly types = new Map<string, IndexedType & { readonly projects: Set<string> }>();

  /**
   * A type that has objects in a project, or (null) cluster-scoped ones.
   *
   * @param row of the manifest; without it the type is not found by its singular
   */
  seeType(type: string, project: string | null, row?: Pick<KnownType, 'apiVersion' | 'kind'>): void {
    const { apiVersion, kind } = row ?? { apiVersion: '', kind: '' };
    const seen = this.types.get(type) ?? { name: type, apiVersion, kind, projects: new Set() };
    this.types.set(type, seen);
    if (project !== null) seen.projects.add(project);
  }

  see(item: Item): void {
    this.seeType(item.type, item.project, item);
    const { type, project, name, fields } = item;
    if (type === 'persistentvolumes' && isStaticVolume(fields))
      this.staticVolumes.set(claimOfVolume(fields) ?? '', name);
    if (project === null) return;
    if (type === 'services') this.#seeService(item);
    else if (type === 'secrets') {
      if (hasGeneratedName(name) && !isGeneratedSecret(item.fields))
        this.ownSecrets.add(`${project}/${name}`);
    } else if (type === 'persistentvolumeclaims') {
      const classes = this.claimClasses.get(project) ?? new Set();
      this.claimClasses.set(project, classes.add(storageClassOf(item.fields) ?? ''));
    }
  }

  #seeService({ project, name, fields }: Item): void {
    const selector = valueAt(fields, 'spec', 'selector');
    const external = textAt(fields, 'spec', 'type') === 'ExternalName';
    if (isFields(selector) && selector.size > 0 && !external)
      this.selectingServices.add(`${project}/${name}`);
  }
}
