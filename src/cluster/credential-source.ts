import { existsSync } from 'node:fs';
import path from 'node:path';
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { Failure } from '../words/failure.ts';
import { checkValues } from './credential-check.ts';
import {
  type ChosenConfig,
  completeKubeConfig,
  type Environment,
  type Source,
  withoutOwn,
} from './kubeconfig.ts';

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
