/** What a controller generated a Secret for: the token of a ServiceAccount, or OpenShift's pull secret. */
export type Generated = 'token' | 'dockercfg';

const SUFFIX = /^[a-z0-9]{5,}$/;

/** Whether a Secret's name is one that was generated for a ServiceAccount: `default-token-x7k2p`. */
export function isGeneratedFor(account: string, kind: Generated, secret: string): boolean {
  const start = `${account}-${kind}-`;
  return secret.startsWith(start) && SUFFIX.test(secret.slice(start.length));
}
