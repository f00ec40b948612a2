import { brief } from '../words/names.ts';

/** A continue token may be long. */
const LONGEST_PATH = 500;

/** The server responded with an error status. */
export class ApiError extends Error {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** The reason in the server's Status object: Forbidden, Expired …; '' if it sent none. */
  readonly reason: string;
  /** The server's message alone; '' if it sent none. */
  readonly serverMessage: string;
  /** Milliseconds of the server's Retry-After; null if it sent none. */
  readonly retryAfter: number | null;

  constructor(method: string, path: string, status: number, body: string, retryAfter: number | null) {
    const answer = statusOf(body);
    super(
      `${method} ${brief(path, LONGEST_PATH)}: ${status}${answer.message === '' ? '' : ` ${answer.message}`}`,
    );
    this.name = 'ApiError';
    this.method = method;
    this.path = path;
    this.status = status;
    this.reason = answer.reason;
    this.serverMessage = answer.message;
    this.retryAfter = retryAfter;
  }
}

/** The connection failed, or the response was broken; a retry may help, unless the cause is TLS trust. */
export class ConnectionError extends Error {
  /** The code of Node or OpenSSL: ECONNREFUSED, CERT_HAS_EXPIRED …; '' if there is none. */
  readonly code: string;

  constructor(method: string, path: string, what: string, code = '') {
    super(`${method} ${brief(path, LONGEST_PATH)}: ${what}`);
    this.name = 'ConnectionError';
    this.code = code;
  }
}

/** A complete but unusable response; a retry would give the same. */
export class WrongAnswer extends ConnectionError {}

/** The response began well and then broke off; the part that was read is useless. */
export class BrokenAnswer extends ConnectionError {}

const LONGEST_MESSAGE = 500;

function statusOf(body: string): { message: string; reason: string } {
  try {
    const parsed: unknown = JSON.parse(body);
    const { message, reason } = Object(parsed);
    return {
      message: typeof message === 'string' ? oneLine(message) : '',
      reason: typeof reason === 'string' ? reason : '',
    };
  } catch {
    // Proxies and load balancers answer in HTML or plain text.
    return { message: oneLine(body), reason: '' };
  }
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > LONGEST_MESSAGE ? `${line.slice(0, LONGEST_MESSAGE)}…` : line;
}

const TRUST = new Map([
  [
    'CERT_HAS_EXPIRED',
    "the certificate of the API server has expired: renew it, or check this machine's clock",
  ],
  ['CERT_NOT_YET_VALID', "the certificate of the API server is not valid yet: check this machine's clock"],
  [
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'the certificate is for another host name: use that name, or set tls-server-name in the kubeconfig',
  ],
]);
const UNKNOWN_ISSUER =
  /^(SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)|CERT_SIGNATURE_FAILURE|CERT_UNTRUSTED)/;

/** What to do about a failure, or null if the message itself says enough. */
export function hintOf(error: unknown): string | null {
  if (error instanceof WrongAnswer)
    return 'the API behind this path sends responses that no API server would send: check it (kubectl get apiservices) and any proxies, or leave the type out with --exclude-resource';
  if (error instanceof ConnectionError) {
    if (UNKNOWN_ISSUER.test(error.code)) {
      return 'the certificate of the API server was not issued by the CA of these credentials: correct certificate-authority in the kubeconfig';
    }
    const trust = TRUST.get(error.code);
    if (trust !== undefined) return trust;
    if (error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN')
      return 'the host name cannot be resolved: check the address in the kubeconfig, and DNS';
    return 'the API server cannot be reached or closes connections: check its address, network policies and proxies, then run again';
  }
  if (error instanceof ApiError) {
    if (error.status === 401)
      return 'the API server rejects the credentials: renew the token, or log in again';
    if (error.status === 403) return 'a permission is missing: openshift-backup access shows what to grant';
    if (error.status === 404)
      return 'the API server lists this resource type but does not serve it: check the API behind this path (kubectl get apiservices)';
    if (error.status === 410)
      return 'the list took longer than the API server keeps old resource versions: run again when it is less busy, or raise --retry-for';
    if (error.status === 429) return 'the API server is overloaded: run again later, or raise --retry-for';
    if (error.status >= 500)
      return 'the API server, or the aggregated API behind this path, failed: check its log, then run again';
  }
  return null;
}

/** Whether the cause of a failure is TLS trust or the credentials, so that a retry cannot help. */
export function isTrustError(error: unknown): boolean {
  return (
    error instanceof ConnectionError &&
    (TRUST.has(error.code) ||
      UNKNOWN_ISSUER.test(error.code) ||
      error.code.startsWith('ERR_SSL') ||
      error.code === 'ENOTFOUND')
  );
}

/** Whether a retry may help: overload, server errors, broken connections. */
export function isPassing(error: unknown): boolean {
  if (error instanceof ApiError) return error.status === 429 || error.status >= 500 || error.status === 408;
  return error instanceof ConnectionError && !(error instanceof WrongAnswer) && !isTrustError(error);
}
