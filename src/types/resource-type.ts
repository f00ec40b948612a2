import type { KnownType } from './type-words.ts';

/** One row of API discovery that can be listed. */
export interface ResourceType {
  /** The full name as in kubectl: `configmaps`, `deployments.apps`. */
  readonly name: string;
  /** API group; the core group is ''. */
  readonly group: string;
  readonly version: string;
  /** Plural, as in the URL. */
  readonly resource: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly kind: string;
  readonly namespaced: boolean;
}

/**
 * The outcome of a resource type. `denied` and `excluded` are a chosen scope; only `failed`
 * makes an archive incomplete.
 */
export type Outcome = 'exported' | 'empty' | 'denied' | 'excluded' | 'failed';

/** The full name: `deployments.apps`; types of the core group have no suffix. */
export function typeName(group: string, resource: string): string {
  return group === '' ? resource : `${resource}.${group}`;
}

/** The `apiVersion` of objects of a type. */
export function apiVersionOf(type: Pick<ResourceType, 'group' | 'version'>): string {
  return type.group === '' ? type.version : `${type.group}/${type.version}`;
}

/** A type to which a word can refer (see typesOf). */
export function knownType(type: ResourceType): KnownType {
  const { name, kind, singular, shortNames } = type;
  return { name, apiVersion: apiVersionOf(type), kind, singular, shortNames };
}
