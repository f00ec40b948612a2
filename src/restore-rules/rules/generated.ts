import { LEFT_OUT } from '../../plan/pruning-table.ts';
import { edited, textAt, valueAt, without } from '../edit.ts';
import type { Item } from '../item.ts';
import type { ChangeRow, SkipRow } from '../rule.ts';

const SERVICE_CA = ['service.beta', 'service.alpha'].map(
  (name) => `${name}.openshift.io/originating-service-name`,
);
const ACCOUNT = 'kubernetes.io/service-account.name';
const TOKENS = 'https://kubernetes.io/docs/concepts/security/service-accounts/';
const OCP_ACCOUNTS =
  'https://docs.okd.io/latest/authentication/understanding-and-creating-service-accounts.html';

/** Secrets and ConfigMaps that the cluster makes by itself. */
export const GENERATED: readonly SkipRow[] = [
  {
    rule: 'token-secret',
    types: ['secrets'],
    reason: LEFT_OUT[0].reason,
    source: TOKENS,
    skips: ({ fields }) => textAt(fields, 'type') === 'kubernetes.io/service-account-token',
  },
  {
    rule: 'generated-pull-secret',
    types: ['secrets'],
    reason: 'a pull secret of a ServiceAccount for the internal registry, which OpenShift makes anew',
    source: OCP_ACCOUNTS,
    skips: isGeneratedPullSecret,
  },
  {
    rule: 'service-ca-secret',
    types: ['secrets'],
    reason: 'a serving certificate, which the service CA of the cluster signs anew for its Service',
    source: 'https://docs.okd.io/latest/security/certificates/service-serving-certificate.html',
    skips: ({ fields }) =>
      SERVICE_CA.some((key) => valueAt(fields, 'metadata', 'annotations', key) !== undefined),
  },
  {
    rule: 'ca-bundle',
    types: ['configmaps'],
    reason: 'the CA of the cluster, which is put into every project',
    source: 'https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/',
    skips: ({ name, project }) =>
      project !== null && (name === 'kube-root-ca.crt' || name === 'openshift-service-ca.crt'),
  },
];

/** What controllers write into ServiceAccounts. */
export const ACCOUNT_RULES: readonly ChangeRow[] = [
  {
    rule: 'account-secrets',
    types: ['serviceaccounts'],
    reason: 'generated tokens and pull secrets, which have other names when they are made anew',
    source: 'https://kubernetes.io/docs/concepts/security/service-accounts/',
    change: (fields, { item: { name } }) =>
      ['secrets', 'imagePullSecrets'].reduce(
        (left, list) =>
          edited(left, `${list}[*]`, (each) => {
            const secret = textAt(each, 'name') ?? '';
            return isGeneratedFor(name, 'token', secret) || isGeneratedFor(name, 'dockercfg', secret)
              ? undefined
              : each;
          }),
        fields,
      ),
  },
  {
    rule: 'account-pull-secret-ref',
    types: ['serviceaccounts', 'secrets'],
    reason: 'names a generated Secret, which OpenShift makes anew',
    source: 'https://docs.okd.io/latest/registry/accessing-the-registry.html',
    change: (fields) =>
      without(fields, 'metadata.annotations[openshift.io/internal-registry-pull-secret-ref]'),
  },
];

/** Somebody's own pull secret may be called so too; only the generated ones tell whose account they serve. */
function isGeneratedPullSecret({ name, fields }: Item): boolean {
  if (!/-dockercfg-[a-z0-9]{5,}$/.test(name)) return false;
  const annotations = valueAt(fields, 'metadata', 'annotations');
  return (
    textAt(annotations, ACCOUNT) !== null ||
    textAt(annotations, 'openshift.io/token-secret.name') !== null ||
    textAt(annotations, 'openshift.io/internal-registry-auth-token.service-account') !== null ||
    textAt(fields, 'type') === 'kubernetes.io/dockercfg'
  );
}

/** What a controller generated a Secret for: the token of a ServiceAccount, or OpenShift's pull secret. */
export type Generated = 'token' | 'dockercfg';

const SUFFIX = /^[a-z0-9]{5,}$/;

/** Whether a Secret's name is one that was generated for a ServiceAccount: `default-token-x7k2p`. */
export function isGeneratedFor(account: string, kind: Generated, secret: string): boolean {
  const start = `${account}-${kind}-`;
  return secret.startsWith(start) && SUFFIX.test(secret.slice(start.length));
}
