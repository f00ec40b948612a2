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
 * Where credentials are, as kubectl looks for them.
 *
 * @param stdin is read where the kubeconfig is `-`
 * @throws Failure where there are none, or a kubeconfig cannot be read
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
        `KUBECONFIG=${environment.KUBECONFIG}: there is no such file`,
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
    'no credentials: no --kubeconfig, no KUBECONFIG, no ~/.kube/config, and no service account token of a pod',
    'use --kubeconfig FILE, or set automountServiceAccountToken in the pod',
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

/**
 * Takes out of the environment what would make TLS less safe without a word. Connections
 * of ours do not go by it, but Node would say that they do, and a proxy's would.
 *
 * @param environment what the run was given
 * @param own of this process, from which it is taken away
 * @returns a sentence for each thing that somebody has set
 */
export function takeWeakenedTrust(environment: Environment, own: NodeJS.ProcessEnv): string[] {
  const warnings: string[] = [];
  if (environment.NODE_TLS_REJECT_UNAUTHORIZED === '0') {
    warnings.push(
      'NODE_TLS_REJECT_UNAUTHORIZED=0 is set and has no effect: certificates are verified all the same. NODE_EXTRA_CA_CERTS adds a CA, certificate-authority in the kubeconfig names one',
    );
    delete own.NODE_TLS_REJECT_UNAUTHORIZED;
  }
  const options = environment.NODE_OPTIONS ?? '';
  if (/--tls-min-v1\.[01]\b/.test(options))
    warnings.push(
      'NODE_OPTIONS lowers the version of TLS, which has no effect: TLS 1.2 is the oldest that is used',
    );
  if (/--tls-keylog\b/.test(options))
    warnings.push('NODE_OPTIONS has --tls-keylog: whoever reads that file can decrypt what this run sends');
  return warnings;
}
