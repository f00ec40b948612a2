import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import type { Credentials } from './api-client.ts';

let written = 0;

/**
 * Writes a kubeconfig with one context (`name`) that holds the credentials inline, readable by its owner only,
 * and returns its path in `directory`. `namespace` is the context's. Throws the file system's error.
 */
export async function writeKubeconfig(
  directory: string,
  name: string,
  credentials: Credentials,
  namespace?: string,
): Promise<string> {
  written += 1;
  const path = join(directory, `kubeconfig-${written}-${name.replace(/[^\w.-]/g, '-')}`);
  await writeFile(path, dump(kubeconfig(name, credentials, namespace)), { mode: 0o600 });
  return path;
}

/** The content of a kubeconfig with one context, as a value that tests may change before they write it. */
export function kubeconfig(name: string, credentials: Credentials, namespace?: string) {
  const { server, caPem, certPem, keyPem, token } = credentials;
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [{ name, cluster: { server, 'certificate-authority-data': base64(caPem) } }],
    users: [
      {
        name,
        user: {
          ...(certPem === undefined ? {} : { 'client-certificate-data': base64(certPem) }),
          ...(keyPem === undefined ? {} : { 'client-key-data': base64(keyPem) }),
          ...(token === undefined ? {} : { token }),
        },
      },
    ],
    contexts: [
      { name, context: { cluster: name, user: name, ...(namespace === undefined ? {} : { namespace }) } },
    ],
  };
}

function base64(pem: string): string {
  return Buffer.from(pem).toString('base64');
}
