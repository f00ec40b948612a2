import { brief } from '../words/names.ts';

/** A continue token may be long. */
const LONGEST_PATH = 500;

/** The server answered, but not with what was asked for. */
export class ApiError extends Error {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** Of the Status object that the server sent: Forbidden, Expired …; '' where it sent none. */
  readonly reason: string;
  /** The server's message alone; '' where it sent none. */
  readonly said: string;
  /** Milliseconds after which the server wants to be asked again; null where it did not say. */
  readonly retryAfter: number | null;

  constructor(method: string, path: string, status: number, body: string, retryAfter: number | null) {
    const said = statusOf(body);
    super(
      `${method} ${brief(path, LONGEST_PATH)}: ${status}${said.message === '' ? '' : ` ${said.message}`}`,
    );
    this.name = 'ApiError';
    this.method = method;
    this.path = path;
    this.status = status;
    this.reason = said.reason;
    this.said = said.message;
    this.retryAfter = retryAfter;
  }
}

/** The connection failed, or its answer was broken; asking again may help, unless it is a matter of trust. */
export class ConnectionError extends Error {
  /** Of Node or OpenSSL: ECONNREFUSED, CERT_HAS_EXPIRED …; '' where there is none. */
  readonly code: string;

  constructor(method: string, path: string, what: string, code = '') {
    super(`${method} ${brief(path, LONGEST_PATH)}: ${what}`);
    this.name = 'ConnectionError';
    this.code = code;
  }
}

/** A whole answer, but not what was asked for; asking again would bring the same. */
export class WrongAnswer extends ConnectionError {}

/** The answer began well and then broke off; what was read of it is worth nothing. */
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
    "the certificate of the API server has expired: renew it, or look at this machine's clock",
  ],
  ['CERT_NOT_YET_VALID', "the certificate of the API server is not valid yet: look at this machine's clock"],
  [
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'the certificate is for another host name: use that name, or set tls-server-name in the kubeconfig',
  ],
]);
const UNKNOWN_ISSUER =
  /^(SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)|CERT_SIGNATURE_FAILURE|CERT_UNTRUSTED)/;

/** What to do about a failure, or null where nothing better is known than the message itself. */
export function hintOf(error: unknown): string | null {
  if (error instanceof WrongAnswer)
    return 'the API behind this path does not answer as an API server does: check it (kubectl get apiservices) and any proxies, or leave the type out with --exclude-resource';
  if (error instanceof ConnectionError) {
    if (UNKNOWN_ISSUER.test(error.code)) {
      return 'the certificate of the API server was not issued by the CA of these credentials: correct certificate-authority in the kubeconfig';
    }
    const trust = TRUST.get(error.code);
    if (trust !== undefined) return trust;
    if (error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN')
      return 'the host name cannot be resolved: look at the address in the kubeconfig and at DNS';
    return 'the API server cannot be reached or breaks connections off: look at its address, at network policies and proxies, then run again';
  }
  if (error instanceof ApiError) {
    if (error.status === 401) return 'the credentials are not accepted: renew the token, or log in again';
    if (error.status === 403) return 'a role is missing: openshift-backup access shows what to grant';
    if (error.status === 404)
      return 'the API server names this resource type but does not serve it: look at the API behind this path (kubectl get apiservices)';
    if (error.status === 410)
      return 'the list takes longer than the API server keeps its history: run again when it is less busy, or raise --retry-for';
    if (error.status === 429) return 'the API server is overloaded: run again later, or raise --retry-for';
    if (error.status >= 500)
      return 'the API server, or the aggregated API behind this path, has a fault: look at its log, then run again';
  }
  return null;
}

/** Whether a failure concerns TLS trust or the credentials themselves, which no repetition mends. */
export function isTrustError(error: unknown): boolean {
  return (
    error instanceof ConnectionError &&
    (TRUST.has(error.code) ||
      UNKNOWN_ISSUER.test(error.code) ||
      error.code.startsWith('ERR_SSL') ||
      error.code === 'ENOTFOUND')
  );
}

/** Whether asking again may help: overload, server faults, broken connections. */
export function isPassing(error: unknown): boolean {
  if (error instanceof ApiError) return error.status === 429 || error.status >= 500 || error.status === 408;
  return error instanceof ConnectionError && !(error instanceof WrongAnswer) && !isTrustError(error);
}
