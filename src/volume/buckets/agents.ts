import { readFile } from 'node:fs/promises';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { createSecureContext, getCACertificates } from 'node:tls';
import { systemCode } from '../../disk/system-error.ts';
import { Failure } from '../../words/failure.ts';

/** The agents that make the connections of a store. */
export interface Agents {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
}

/**
 * Agents that keep connections open, use the proxy of HTTPS_PROXY and NO_PROXY, and also trust the certificates in a file.
 *
 * @param caFile PEM; null to trust only the system's certificates
 * @throws Failure if the file cannot be read or has no certificate
 */
export async function storeAgents(caFile: string | null): Promise<Agents> {
  const options = { keepAlive: true, proxyEnv: process.env };
  const ca = caFile === null ? {} : { ca: [...getCACertificates('default'), await certificatesIn(caFile)] };
  return { http: new HttpAgent(options), https: new HttpsAgent({ ...options, ...ca }) };
}

async function certificatesIn(file: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const code = systemCode(error);
    if (code === null) throw error;
    throw new Failure(`--store-ca: cannot read ${file} (${code})`, null, 'usage');
  }
  try {
    if (!text.includes('-----BEGIN CERTIFICATE-----')) throw new Error('no certificate');
    createSecureContext({ ca: text });
    return text;
  } catch {
    throw new Failure(`--store-ca: ${file} has no certificate in PEM format`, null, 'usage');
  }
}
