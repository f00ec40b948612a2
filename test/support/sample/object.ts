import { createHash } from 'node:crypto';
import type { JsonObject, KubeObject } from '../kube-object.ts';

/** What a sample object may have in its metadata besides name and namespace. */
export interface Marks {
  readonly labels?: { readonly [key: string]: string };
  readonly annotations?: { readonly [key: string]: string };
  readonly ownerReferences?: readonly JsonObject[];
  readonly finalizers?: readonly string[];
}

/** Makes the objects of one project. */
export type ProjectObject = (
  apiVersion: string,
  kind: string,
  name: string,
  body?: JsonObject,
  marks?: Marks,
) => KubeObject;

/** A cluster-scoped object. */
export function clusterObject(
  apiVersion: string,
  kind: string,
  name: string,
  body: JsonObject = {},
  marks: Marks = {},
): KubeObject {
  return { apiVersion, kind, metadata: { name, ...marks }, ...body };
}

/** The function that makes the objects of one project. */
export function objectsOf(namespace: string): ProjectObject {
  return (apiVersion, kind, name, body = {}, marks = {}) => ({
    apiVersion,
    kind,
    metadata: { name, namespace, ...marks },
    ...body,
  });
}

/** Bytes that look random and are the same in every run, such as a key would be. */
export function noise(seed: string, length: number): Buffer {
  const parts = Array.from({ length: Math.ceil(length / 32) }, (_, index) =>
    createHash('sha256').update(`${seed}/${index}`).digest(),
  );
  return Buffer.concat(parts).subarray(0, length);
}

/** A PEM block of noise; nobody could use it as the key or certificate that it looks like. */
export function fakePem(label: string, seed: string, length: number): string {
  const lines =
    noise(seed, length)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

/** An image digest, the same in every run for the same seed. */
export function digest(seed: string): string {
  return `sha256:${createHash('sha256').update(seed).digest('hex')}`;
}

/** The `data` of a Secret. */
export function secretData(values: { readonly [key: string]: string | Buffer }): JsonObject {
  const entries = Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
  return { data: Object.fromEntries(entries) };
}
