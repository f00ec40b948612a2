import type { KubeObject } from './kube-object.ts';

/** An OpenAPI schema of any fields. */
export const ANY_FIELDS = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

/** How a custom type differs from the plainest one: namespaced, one version, any fields. */
export interface DefinitionOptions {
  readonly scope?: 'Namespaced' | 'Cluster';
  readonly shortNames?: readonly string[];
  /** The served versions; default: v1. */
  readonly versions?: readonly string[];
  /** The version that etcd keeps; default: the first one. */
  readonly storedVersion?: string;
  /** The OpenAPI schema of each version; default: ANY_FIELDS. */
  readonly schema?: object;
  /** Whether it has a status subresource. */
  readonly status?: boolean;
  readonly conversion?: object;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A CustomResourceDefinition. `name` is the full name of the type: `widgets.example.com`. */
export function definition(name: string, kind: string, options: DefinitionOptions = {}): KubeObject {
  const { scope = 'Namespaced', shortNames, versions = ['v1'], schema = ANY_FIELDS, conversion } = options;
  const { annotations, status = false, storedVersion = versions[0] } = options;
  const dot = name.indexOf('.');
  const plural = name.slice(0, dot);
  const names = { plural, singular: kind.toLowerCase(), kind, listKind: `${kind}List` };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: annotations === undefined ? { name } : { name, annotations },
    spec: {
      group: name.slice(dot + 1),
      scope,
      names: shortNames === undefined ? names : { ...names, shortNames },
      versions: versions.map((version) => ({
        name: version,
        served: true,
        storage: version === storedVersion,
        schema: { openAPIV3Schema: schema },
        ...(status ? { subresources: { status: {} } } : {}),
      })),
      ...(conversion === undefined ? {} : { conversion }),
    },
  };
}
