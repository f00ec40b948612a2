import { LEFT_OUT } from '../../plan/pruning-table.ts';
import { textAt, valueAt } from '../edit.ts';
import type { Item } from '../item.ts';
import type { SkipRow } from '../rule.ts';

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
