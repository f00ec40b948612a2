import type { RewriteOptions } from '../../src/restore-rules/rewrite.ts';
import type { JsonObject, KubeObject } from '../support/kube-object.ts';

export const OLD = 'rules-old';
export const NEW = 'rules-new';
export const MAPPED: Partial<RewriteOptions> = { mapping: new Map([[OLD, NEW]]) };

/** Where in an object, and what is there; undefined: nothing. */
export type Place = readonly [path: readonly (string | number)[], value: unknown];

/** An object that one rule is about. */
export interface ChangeExample {
  readonly rule: string;
  readonly type: string;
  readonly object: KubeObject;
  readonly options?: Partial<RewriteOptions>;
  /** What the server says to the object when all other rules have been applied, or what it keeps of it. */
  readonly without: RegExp | Place;
  /** What it serves when this rule, too, has been applied. */
  readonly with: readonly Place[];
}

/** An object that a rule leaves out. */
export interface SkipExample {
  readonly rule: string;
  readonly type: string;
  readonly object: KubeObject;
  readonly options?: Partial<RewriteOptions>;
  /** What the server says to it; where nothing is told it takes it, so that there would be one too many. */
  readonly refused?: RegExp;
  /** Types that this server does not serve. */
  readonly unserved?: true;
}

export type Metadata = { readonly [key: string]: unknown };

export function object(
  apiVersion: string,
  kind: string,
  name: string,
  body: JsonObject = {},
  metadata: Metadata = {},
  namespace: string | null = OLD,
): KubeObject {
  return {
    apiVersion,
    kind,
    metadata: { name, ...(namespace === null ? {} : { namespace }), ...metadata },
    ...body,
  };
}

export const containers = [{ name: 'main', image: 'main:1' }];
export const template = { metadata: { labels: { app: 'x' } }, spec: { containers } };
export const selector = { matchLabels: { app: 'x' } };
export const storage = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
export const owner = (apiVersion: string, kind: string, name = 'owner') => ({
  ownerReferences: [
    { apiVersion, kind, name, uid: '0a3d0b5e-1111-4222-8333-444455556666', controller: true },
  ],
});
export const UID = '6d3f9e0c-1111-4222-8333-444455556666';

export const service = (name: string, spec: JsonObject, metadata?: Metadata, namespace?: string) =>
  object('v1', 'Service', name, { spec: { ports: [{ port: 80 }], ...spec } }, metadata, namespace);
export const pod = (name: string, spec: JsonObject = {}, metadata?: Metadata) =>
  object('v1', 'Pod', name, { spec: { containers, ...spec } }, metadata);
export const annotated = (annotations: { readonly [key: string]: string }) => ({ annotations });
export const LOCAL = { type: 'LoadBalancer', externalTrafficPolicy: 'Local' };

export const volume = (name: string, claimRef: JsonObject, metadata?: Metadata) =>
  object(
    'v1',
    'PersistentVolume',
    name,
    {
      spec: {
        accessModes: ['ReadWriteOnce'],
        capacity: { storage: '1Gi' },
        hostPath: { path: '/x' },
        claimRef,
      },
    },
    metadata,
    null,
  );
export const scaled = (replicas: number) => ({ spec: { replicas, selector, template } });
export const once = { metadata: {}, spec: { containers, restartPolicy: 'Never' } };
