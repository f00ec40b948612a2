import { BucketError, type BucketTrouble } from './bucket.ts';

const NETWORK: Readonly<Record<string, BucketTrouble>> = {
  ENOTFOUND: 'no-dns',
  EAI_AGAIN: 'no-dns',
  EAI_FAIL: 'no-dns',
  EAI_NODATA: 'no-dns',
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'refused',
  ENETUNREACH: 'refused',
  EADDRNOTAVAIL: 'refused',
  ECONNRESET: 'broken',
  ECONNABORTED: 'broken',
  EPIPE: 'broken',
  ETIMEDOUT: 'silent',
  ERR_STREAM_PREMATURE_CLOSE: 'broken',
  UND_ERR_SOCKET: 'broken',
  HPE_INVALID_CONSTANT: 'broken',
  CERT_HAS_EXPIRED: 'untrusted',
  CERT_NOT_YET_VALID: 'untrusted',
  CERT_UNTRUSTED: 'untrusted',
  CERT_REJECTED: 'untrusted',
  CERT_REVOKED: 'untrusted',
  CERT_SIGNATURE_FAILURE: 'untrusted',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'untrusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'untrusted',
  UNABLE_TO_GET_ISSUER_CERT: 'untrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'untrusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'untrusted',
  INVALID_CA: 'untrusted',
  ERR_TLS_CERT_ALTNAME_INVALID: 'untrusted',
};

/**
 * Translates an error of a connection by its code, or that of one of its causes. Null for any other error. Not for requests
 * that were aborted on purpose.
 */
export function transportError(error: unknown): BucketError | null {
  for (const each of causesOf(error)) {
    const code = 'code' in each && typeof each.code === 'string' ? each.code : '';
    const trouble = NETWORK[code] ?? (code === 'EPROTO' || code.startsWith('ERR_SSL_') ? 'untrusted' : null);
    // Only credentials come from outside and are put into headers.
    if (code === 'ERR_INVALID_CHAR')
      return new BucketError('bad-credentials', 'they contain a line end or another invalid character');
    if (each.name === 'AbortError') return new BucketError('broken', each.message);
    if (trouble !== null) return new BucketError(trouble, withoutUrl(each.message) || code);
  }
  return null;
}

const DEEPEST = 8;

/** An error with its causes, outermost first. Connections to several addresses fail with several errors. */
function causesOf(error: unknown): Error[] {
  const found: Error[] = [];
  for (let at = error; at instanceof Error && found.length < DEEPEST; ) {
    found.push(at);
    at = at instanceof AggregateError && at.cause === undefined ? at.errors[0] : at.cause;
  }
  return found;
}

/** node-fetch begins its messages with the URL of the request, which is a secret for an upload. */
function withoutUrl(message: string): string {
  return message.replace(/^request to \S* failed, reason: /, '');
}
