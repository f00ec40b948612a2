import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Failure } from '../words/failure.ts';
import type { Cluster, User } from './client-library.ts';

type Kind = 'text' | 'boolean' | 'object';

/** The fields that are used, and their types in YAML. */
const CLUSTER: Readonly<Record<string, Kind>> = {
  server: 'text',
  'certificate-authority': 'text',
  'certificate-authority-data': 'text',
  'insecure-skip-tls-verify': 'boolean',
  'tls-server-name': 'text',
  'proxy-url': 'text',
};
const USER: Readonly<Record<string, Kind>> = {
  'client-certificate': 'text',
  'client-certificate-data': 'text',
  'client-key': 'text',
  'client-key-data': 'text',
  token: 'text',
  tokenFile: 'text',
  username: 'text',
  password: 'text',
  as: 'text',
  exec: 'object',
};
const CONTEXT: Readonly<Record<string, Kind>> = { cluster: 'text', user: 'text', namespace: 'text' };
const EXPECTED: Readonly<Record<Kind, string>> = {
  text: 'must be a string; put it in quotes',
  boolean: 'must be true or false, without quotes',
  object: 'must be a mapping',
};

/**
 * Checks the structure of a kubeconfig, which the library assumes to be valid.
 *
 * @param parsed the parsed YAML
 * @returns the mistake, with the name of the field, or null
 */
export function formMistake(parsed: unknown): string | null {
  if (!isMapping(parsed)) return 'it is not a kubeconfig';
  for (const [list, inner, fields] of [
    ['clusters', 'cluster', CLUSTER],
    ['users', 'user', USER],
    ['contexts', 'context', CONTEXT],
  ] as const) {
    const entries = parsed[list] ?? [];
    if (!Array.isArray(entries)) return `${list} must be a list`;
    for (const [at, entry] of entries.entries()) {
      if (!isMapping(entry) || typeof entry.name !== 'string' || entry.name === '')
        return `${list}[${at}] needs a name, which must be a string`;
      const where = `${list}[${entry.name}].${inner}`;
      const content = entry[inner] ?? {};
      if (!isMapping(content)) return `${where} ${EXPECTED.object}`;
      for (const [field, kind] of Object.entries(fields)) {
        const value = content[field];
        if (value !== undefined && value !== null && !isOf(kind, value))
          return `${where}.${field} ${EXPECTED[kind]}`;
      }
      const mistake = isMapping(content.exec) ? execMistake(content.exec) : null;
      if (mistake !== null) return `${where}.exec${mistake}`;
    }
  }
  const current = parsed['current-context'];
  return current === undefined || current === null || typeof current === 'string'
    ? null
    : `current-context ${EXPECTED.text}`;
}

function execMistake(exec: Readonly<Record<string, unknown>>): string | null {
  if (typeof exec.command !== 'string' || exec.command === '') return '.command must name a program';
  const args = exec.args ?? [];
  if (!Array.isArray(args) || !args.every((arg) => typeof arg === 'string'))
    return '.args must be a list of strings; put numbers in quotes';
  const env = exec.env ?? [];
  const isVariable = (each: unknown) =>
    isMapping(each) && typeof each.name === 'string' && typeof each.value === 'string';
  return Array.isArray(env) && env.every(isVariable)
    ? null
    : '.env must be a list of name and value, both strings; put numbers in quotes';
}

function isOf(kind: Kind, value: unknown): boolean {
  if (kind === 'object') return isMapping(value);
  return typeof value === (kind === 'text' ? 'string' : 'boolean');
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Checks the values that requests will use. Otherwise these would fail later, with errors of
 * Node and OpenSSL that do not name the field.
 *
 * @param where the kubeconfig, or the pod's service account
 * @throws Failure that names the field, never its value
 */
export function checkValues(cluster: Cluster, user: User | null, where: string): void {
  const inCluster = (field: string, value: string | undefined | null, check: (text: string) => unknown) =>
    checkField(`${where}: clusters[${cluster.name}].cluster.${field}`, value, check);
  inCluster('proxy-url', cluster.proxyUrl, checkProxyUrl);
  inCluster('tls-server-name', cluster.tlsServerName, checkServerName);
  if (cluster.caFile)
    inCluster('certificate-authority', cluster.caFile, (file) => certificatesOf(read(file)));
  else
    inCluster('certificate-authority-data', cluster.caData, (text) =>
      certificatesOf(String(fromBase64(text))),
    );
  if (user === null) return;
  const inUser = <T>(field: string, value: string | undefined | null, check: (text: string) => T) =>
    checkField(`${where}: users[${user.name}].user.${field}`, value, check);
  inUser('token', user.token, headerValue);
  inUser('as', user.impersonateUser, headerValue);
  const certificate = user.certFile
    ? inUser('client-certificate', user.certFile, (file) => pemOf(read(file), certificatesOf))
    : inUser('client-certificate-data', user.certData, (text) =>
        pemOf(String(fromBase64(text)), certificatesOf),
      );
  const keyField = user.keyFile ? 'client-key' : 'client-key-data';
  const key = user.keyFile
    ? inUser(keyField, user.keyFile, (file) => pemOf(read(file), privateKeyOf))
    : inUser(keyField, user.keyData, (text) => pemOf(String(fromBase64(text)), privateKeyOf));
  if (certificate === null && key === null) return;
  const missing = certificate === null ? 'client-certificate' : 'client-key';
  if (certificate === null || key === null)
    throw new Failure(`${where}: users[${user.name}].user has no ${missing}`, CORRECT);
  inUser(keyField, key, (pem) => checkPair(certificate, pem));
}

const CORRECT = 'correct this entry of the kubeconfig, or log in again';

/** The result of `check` for the value of a field; null if the field has none. */
function checkField<T>(
  field: string,
  value: string | undefined | null,
  check: (text: string) => T,
): T | null {
  if (value === undefined || value === null || value === '') return null;
  try {
    return check(value);
  } catch (error) {
    throw new Failure(`${field} ${error instanceof Error ? error.message : String(error)}`, CORRECT);
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function pemOf(pem: string, check: (pem: string) => unknown): string {
  check(pem);
  return pem;
}

/**
 * Checks of the parts of credentials, before Node or OpenSSL see them: their errors name
 * neither the field nor what to do. Every function throws an Error whose message continues
 * after the name of the field, and never contains the value.
 */

/** A token, or another value of a header, without the white space around it. */
export function headerValue(text: string): string {
  const value = text.trim();
  if (value === '') throw new Error('is empty');
  if (/[\r\n]/.test(value)) throw new Error('has a line break in the middle; it must be one line');
  if (!/^[\x21-\x7e]+( [\x21-\x7e]+)*$/.test(value))
    throw new Error('contains a character that is not allowed in an HTTP header');
  return value;
}

/** The bytes of a `…-data` field. */
export function fromBase64(text: string): Buffer {
  const packed = text.replace(/\s+/g, '');
  if (packed === '') throw new Error('is empty');
  if (text.includes('-----BEGIN'))
    throw new Error('is PEM; it must be base64 of the PEM, or a file that the field without -data names');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(packed) || packed.length % 4 !== 0)
    throw new Error('is not valid base64');
  return Buffer.from(packed, 'base64');
}

/** The certificates in a PEM text; there must be at least one. */
export function certificatesOf(pem: string): X509Certificate[] {
  const blocks = pem.match(
    /-----BEGIN (TRUSTED )?CERTIFICATE-----[\s\S]*?-----END (TRUSTED )?CERTIFICATE-----/g,
  );
  if (blocks === null) throw new Error('contains no certificate in PEM format');
  return blocks.map((block) => {
    try {
      return new X509Certificate(block);
    } catch {
      throw new Error('contains a certificate that cannot be read; it was truncated or changed');
    }
  });
}

/** The private key in a PEM text. */
export function privateKeyOf(pem: string): KeyObject {
  if (!pem.includes('-----BEGIN')) throw new Error('contains no private key in PEM format');
  try {
    return createPrivateKey(pem);
  } catch {
    if (/ENCRYPTED/.test(pem)) throw new Error('is encrypted with a passphrase; use one without');
    throw new Error('contains no private key that can be read');
  }
}

/** Checks that a key belongs to a client certificate. */
export function checkPair(certificate: string, key: string): void {
  const [own] = certificatesOf(certificate);
  if (own !== undefined && !own.checkPrivateKey(privateKeyOf(key)))
    throw new Error('does not belong to the client certificate');
}

/** The supported schemes of proxy URLs. */
const PROXIES = ['http:', 'https:'];

/** The URL of an HTTP proxy. */
export function checkProxyUrl(text: string): void {
  if (!URL.canParse(text) || !PROXIES.includes(new URL(text).protocol) || new URL(text).hostname === '')
    throw new Error('is not the URL of an HTTP proxy: http://HOST:PORT or https://HOST:PORT');
}

/** A host name or IP address, to which the server certificate must belong. */
export function checkServerName(text: string): void {
  if (!/^[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?\.?$/.test(text) && !/^[0-9a-fA-F:.]+$/.test(text))
    throw new Error('is not a host name');
}
