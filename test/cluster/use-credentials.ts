import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ControlPlane, User } from '../support/control-plane.ts';
import type { JsonObject } from '../support/kube-object.ts';
import { runCli } from './run-cli.ts';

/** What a kubeconfig with one context is made of; `control` stands for its own address and CA. */
type Parts = { readonly user: JsonObject } & (
  | { readonly cluster: JsonObject }
  | { readonly control: ControlPlane }
);

/** A kubeconfig with one cluster, user and context, whose names are `cluster`, `user` and `context`. */
export function credentialsOf(parts: Parts) {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'context',
    clusters: [{ name: 'cluster', cluster: 'cluster' in parts ? parts.cluster : clusterOf(parts.control) }],
    users: [{ name: 'user', user: parts.user }],
    contexts: [{ name: 'context', context: { cluster: 'cluster', user: 'user' } }],
  };
}

/** The cluster entry of a control plane. */
export function clusterOf(control: ControlPlane): JsonObject {
  return { server: control.server, 'certificate-authority-data': base64(control.caPem) };
}

/** The user entry of somebody with a client certificate. */
export function identityOf(user: User): JsonObject {
  return {
    'client-certificate-data': base64(user.certPem),
    'client-key-data': base64(user.keyPem),
  };
}

/** Writes a kubeconfig, as JSON, which is YAML too; returns its path. */
export function writeConfig(folder: string, name: string, content: JsonObject, ending = '.yaml'): string {
  const file = join(folder, `${name}${ending}`);
  writeFileSync(file, JSON.stringify(content));
  return file;
}

/** Runs `access` with these words: whom the server took it for, and the project that it took for its own. */
export async function asIdentity(
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  through: readonly string[] = [],
): Promise<[string, string | null]> {
  const command = ['access', '-o', 'json', '--resource', 'configmaps', '--retry-for', '2', ...words];
  const run = await runCli(command, { environment, through });
  assert.equal(run.status, 0, run.stderr);
  const { identity, projects } = JSON.parse(run.stdout);
  return [identity.user, projects.names[0] ?? null];
}

function base64(pem: string): string {
  return Buffer.from(pem).toString('base64');
}
