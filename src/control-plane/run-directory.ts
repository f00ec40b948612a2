import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Names of files in the directory of a run, which is the working directory of both programs. */
export const FILES = {
  /** The API server creates its own serving certificate here. */
  certificates: 'certificates',
  certificate: 'certificates/apiserver.crt',
  tokens: 'tokens.csv',
  accountKey: 'service-accounts.key',
  accountPublicKey: 'service-accounts.pub',
  egress: 'egress.json',
  kubeconfig: 'kubeconfig',
} as const;

const USER = 'rehearsal';

/**
 * Where the API server connects to: to nothing but etcd. An archive names hosts in APIServices, Services and webhooks,
 * and whoever wrote it must not be able to send requests from here. A proxy that does not exist ends all connections.
 *
 * @see https://kubernetes.io/docs/tasks/extend-kubernetes/setup-konnectivity/
 */
const EGRESS = {
  apiVersion: 'apiserver.k8s.io/v1beta1',
  kind: 'EgressSelectorConfiguration',
  egressSelections: ['cluster', 'controlplane'].map((name) => ({
    name,
    connection: { proxyProtocol: 'HTTPConnect', transport: { uds: { udsName: 'no-proxy' } } },
  })),
};

/** Writes what the API server reads when it starts: its keys for service accounts, and the token of its only user. */
export async function writeServerFiles(run: string, token: string): Promise<void> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  await save(run, FILES.accountKey, privateKey.export({ type: 'sec1', format: 'pem' }));
  await save(run, FILES.accountPublicKey, publicKey.export({ type: 'spki', format: 'pem' }));
  await save(run, FILES.tokens, `${token},${USER},${USER},system:masters\n`);
  await save(run, FILES.egress, JSON.stringify(EGRESS));
}

/**
 * Writes the kubeconfig of the only user.
 *
 * @returns its path
 */
export async function writeKubeconfig(
  run: string,
  port: number,
  certificate: string,
  token: string,
): Promise<string> {
  const cluster = {
    server: `https://127.0.0.1:${port}`,
    'certificate-authority-data': Buffer.from(certificate).toString('base64'),
  };
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: USER, cluster }],
    users: [{ name: USER, user: { token } }],
    contexts: [{ name: USER, context: { cluster: USER, user: USER } }],
    'current-context': USER,
  };
  await save(run, FILES.kubeconfig, `${JSON.stringify(kubeconfig)}\n`);
  return join(run, FILES.kubeconfig);
}

async function save(run: string, name: string, content: string | Buffer): Promise<void> {
  await writeFile(join(run, name), content, { mode: 0o600 });
}
