import { existsSync } from 'node:fs';
import path from 'node:path';
import { Failure } from '../words/failure.ts';
import { KubeConfig } from './client-library.ts';
import { checkValues } from './credential-check.ts';
import {
  type ChosenConfig,
  completeKubeConfig,
  type Environment,
  type Source,
  withoutOwn,
} from './kubeconfig.ts';
import { openKubeconfig, type Stdin } from './kubeconfig-file.ts';

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * Finds the source of credentials, in the same order as kubectl.
 *
 * @param stdin is read if the kubeconfig is `-`
 * @throws Failure if there are none, or a kubeconfig cannot be read
 */
export async function findSource(
  kubeconfig: string | null,
  environment: Environment,
  stdin: Stdin,
  signal: AbortSignal | null,
): Promise<Source> {
  const opened = async (names: readonly string[]): Promise<Source> => {
    const files = await Promise.all(names.map((name) => openKubeconfig(name, stdin, signal)));
    return { kind: 'files', name: files.map(({ name }) => name).join(path.delimiter), files };
  };
  if (kubeconfig !== null) return await opened([kubeconfig]);
  const listed = (environment.KUBECONFIG ?? '').split(path.delimiter).filter((file) => file !== '');
  if (listed.length > 0) {
    const files = listed.filter((file) => existsSync(file));
    if (files.length === 0)
      throw new Failure(
        `KUBECONFIG=${environment.KUBECONFIG}: this file does not exist`,
        'correct the variable, or unset it',
      );
    return await opened(files);
  }
  const home = path.join(environment.HOME ?? '', '.kube', 'config');
  if (environment.HOME !== undefined && existsSync(home)) return await opened([home]);
  if (environment.KUBERNETES_SERVICE_HOST !== undefined && existsSync(`${SERVICE_ACCOUNT}/token`)) {
    return { kind: 'pod', name: "the pod's service account", files: [] };
  }
  throw new Failure(
    'no credentials: no --kubeconfig, no KUBECONFIG, no ~/.kube/config, and no service account token in this pod',
    'use --kubeconfig FILE, or set automountServiceAccountToken in the pod',
  );
}

/**
 * Reads the credentials.
 *
 * @throws Failure that names the file, and the field if one is wrong
 */
export function load(source: Source, context: string | null, environment: Environment): ChosenConfig {
  if (source.kind === 'files') return completeKubeConfig(source.files, context, environment);
  const config = new KubeConfig();
  // The library reads the address of the API server from the environment of the process.
  if (environment.KUBERNETES_SERVICE_PORT === undefined)
    throw new Failure(
      'KUBERNETES_SERVICE_PORT is not set',
      'Kubernetes sets it in every pod; was the environment cleared?',
    );
  config.loadFromCluster();
  const [cluster] = config.clusters;
  if (cluster !== undefined) checkValues(cluster, null, source.name);
  return { ...withoutOwn(config), plugin: null, isPod: true };
}

/** The address of an API server. Throws Failure if it is invalid or not https. */
export function serverUrl(text: string, origin: string): URL {
  if (!URL.canParse(text) || new URL(text).protocol !== 'https:') {
    throw new Failure(
      `${origin}: "${text}" is not the address of an API server`,
      'clusters[].cluster.server must be an https:// URL',
    );
  }
  return new URL(text);
}

/**
 * Removes variables that would silently make TLS less safe from the environment. Our connections
 * to the API server ignore them, but connections to a proxy would not, and Node would print a warning.
 *
 * @param environment what the run was given
 * @param own that of this process, from which they are removed
 * @returns a warning for each variable that was set
 */
export function takeWeakenedTrust(environment: Environment, own: NodeJS.ProcessEnv): string[] {
  const warnings: string[] = [];
  if (environment.NODE_TLS_REJECT_UNAUTHORIZED === '0') {
    warnings.push(
      'NODE_TLS_REJECT_UNAUTHORIZED=0 is set and has no effect: certificates are verified nevertheless. NODE_EXTRA_CA_CERTS adds a CA, certificate-authority in the kubeconfig names one',
    );
    delete own.NODE_TLS_REJECT_UNAUTHORIZED;
  }
  const options = environment.NODE_OPTIONS ?? '';
  if (/--tls-min-v1\.[01]\b/.test(options))
    warnings.push('NODE_OPTIONS lowers the TLS version, which has no effect: the minimum is TLS 1.2');
  if (/--tls-keylog\b/.test(options))
    warnings.push(
      'NODE_OPTIONS has --tls-keylog: whoever reads that file can decrypt the traffic of this run',
    );
  return warnings;
}
