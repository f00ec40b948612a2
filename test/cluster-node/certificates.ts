import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import { command } from './command.ts';
import { FILES, NODE_ADDRESS, SERVER, SERVICE_ADDRESS } from './layout.ts';

const inPki = (name: string) => join(FILES.certificates, name);

/** Where the keys and certificates of the cluster lie. */
export const PKI = {
  ca: inPki('ca.crt'),
  caKey: inPki('ca.key'),
  server: inPki('server.crt'),
  serverKey: inPki('server.key'),
  admin: inPki('admin.crt'),
  adminKey: inPki('admin.key'),
  accounts: inPki('accounts.key'),
} as const;

/** Makes them, for a month, and a kubeconfig for the administrator, whom the cluster's own components use as well. */
export async function createCertificates(): Promise<void> {
  await mkdir(FILES.certificates, { recursive: true, mode: 0o700 });
  await openssl('req', '-x509', ...NEW_KEY, '-keyout', PKI.caKey, '-out', PKI.ca, '-subj', '/CN=cluster-ca');
  await openssl('genrsa', '-out', PKI.accounts, '2048');
  await signed(
    PKI.server,
    PKI.serverKey,
    '/CN=kube-apiserver',
    `subjectAltName=IP:${SERVICE_ADDRESS},IP:127.0.0.1,IP:${NODE_ADDRESS},DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc`,
  );
  await signed(PKI.admin, PKI.adminKey, '/O=system:masters/CN=admin', 'extendedKeyUsage=clientAuth');
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'cluster-node',
    clusters: [{ name: 'cluster-node', cluster: { server: SERVER, 'certificate-authority': PKI.ca } }],
    users: [{ name: 'admin', user: { 'client-certificate': PKI.admin, 'client-key': PKI.adminKey } }],
    contexts: [{ name: 'cluster-node', context: { cluster: 'cluster-node', user: 'admin' } }],
  };
  await writeFile(FILES.kubeconfig, dump(kubeconfig), { mode: 0o600 });
}

const NEW_KEY = ['-newkey', 'rsa:2048', '-nodes', '-days', '30'];

async function signed(certificate: string, key: string, subject: string, extension: string): Promise<void> {
  const by = ['-CA', PKI.ca, '-CAkey', PKI.caKey];
  const what = ['-keyout', key, '-out', certificate, '-subj', subject, '-addext', extension];
  await openssl('req', '-x509', ...NEW_KEY, ...by, ...what, '-addext', 'basicConstraints=critical,CA:FALSE');
}

async function openssl(...args: string[]): Promise<void> {
  await command('openssl', ...args);
}
