import { existsSync } from 'node:fs';
import path from 'node:path';
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { Failure } from '../words/failure.ts';
import {
  type ChosenConfig,
  completeKubeConfig,
  type Environment,
  type Source,
  withoutOwn,
} from './kubeconfig.ts';
import { checkValues } from './kubeconfig-check.ts';

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * Where credentials are, as kubectl looks for them.
 *
 * @throws Failure where there are none
 */
export function findSource(kubeconfig: string | null, environment: Environment): Source {
  if (kubeconfig !== null) return { kind: 'files', name: kubeconfig, files: [kubeconfig] };
  const listed = (environment.KUBECONFIG ?? '').split(path.delimiter).filter((file) => file !== '');
  if (listed.length > 0) {
    const files = listed.filter((file) => existsSync(file));
    if (files.length === 0)
      throw new Failure(
        `KUBECONFIG=${environment.KUBECONFIG}: there is no such file`,
        'correct the variable, or unset it',
      );
    return { kind: 'files', name: files.join(path.delimiter), files };
  }
  const home = path.join(environment.HOME ?? '', '.kube', 'config');
  if (environment.HOME !== undefined && existsSync(home)) return { kind: 'files', name: home, files: [home] };
  if (environment.KUBERNETES_SERVICE_HOST !== undefined && existsSync(`${SERVICE_ACCOUNT}/token`)) {
    return { kind: 'pod', name: "the pod's service account", files: [] };
  }
  throw new Failure(
    'no credentials: neither --kubeconfig nor KUBECONFIG nor ~/.kube/config, and this is no pod with a service account token',
    'name a kubeconfig with --kubeconfig FILE, or set automountServiceAccountToken in the pod',
  );
}

/**
 * Reads what is there.
 *
 * @throws Failure that names the file, and the field where one is wrong
 */
export function load(source: Source, context: string | null, environment: Environment): ChosenConfig {
  if (source.kind === 'files') return completeKubeConfig(source.files, context, environment);
  const config = new KubeConfig();
  // The library reads the address of the API server from the environment of the process.
  if (environment.KUBERNETES_SERVICE_PORT === undefined)
    throw new Failure(
      'KUBERNETES_SERVICE_PORT is not set',
      'it is set in every pod; was the environment cleared?',
    );
  config.loadFromCluster();
  const [cluster] = config.clusters;
  if (cluster !== undefined) checkValues(cluster, null, source.name);
  return { ...withoutOwn(config), plugin: null, isPod: true };
}

/** The address of an API server. Throws Failure where it is none, or has no TLS. */
export function serverUrl(text: string, origin: string): URL {
  if (!URL.canParse(text) || new URL(text).protocol !== 'https:') {
    throw new Failure(
      `${origin}: "${text}" is no address of an API server`,
      'clusters[].cluster.server must be an https:// URL',
    );
  }
  return new URL(text);
}
