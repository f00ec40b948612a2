import type { KnownType } from './type-words.ts';

/** One row of API discovery that can be listed. */
export interface ResourceType {
  /** As kubectl names it: `configmaps`, `deployments.apps`. */
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
 * What became of a resource type. `denied` and `excluded` are the scope that
 * somebody chose; only `failed` makes an archive incomplete.
 */
export type Outcome = 'exported' | 'empty' | 'denied' | 'excluded' | 'failed';

/** `apps` and `deployments` make `deployments.apps`; the core group adds nothing. */
export function typeName(group: string, resource: string): string {
  return group === '' ? resource : `${resource}.${group}`;
}

/** The `apiVersion` that objects of a type carry. */
export function apiVersionOf(type: Pick<ResourceType, 'group' | 'version'>): string {
  return type.group === '' ? type.version : `${type.group}/${type.version}`;
}

/** A type as words can mean it (see typesOf). */
export function knownType(type: ResourceType): KnownType {
  const { name, kind, singular, shortNames } = type;
  return { name, apiVersion: apiVersionOf(type), kind, singular, shortNames };
}
