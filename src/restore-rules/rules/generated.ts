import { type Fields, isFields } from '../../json/value.ts';
import { isGeneratedToken, TOKEN_SECRET, TOKEN_TYPE } from '../../plan/token-secrets.ts';
import { edited, listAt, textAt, valueAt, without } from '../edit.ts';
import type { Item } from '../item.ts';
import type { ChangeRow, SkipRow } from '../rule.ts';

const SERVICE_CA = ['service.beta', 'service.alpha'].map(
  (name) => `${name}.openshift.io/originating-service-name`,
);
const ACCOUNT = 'kubernetes.io/service-account.name';
const TOKENS = 'https://kubernetes.io/docs/concepts/security/service-accounts/';
const OCP_ACCOUNTS =
  'https://docs.okd.io/latest/authentication/understanding-and-creating-service-accounts.html';

const CA_DOCS = 'https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/';
const CLUSTER_CAS = new Set(['kube-root-ca.crt', 'openshift-service-ca.crt']);
/** With an update of these, the cluster would trust the CAs of another one. */
const PUBLISHED = new Set([
  'kube-system/extension-apiserver-authentication',
  'kube-system/kube-apiserver-legacy-service-account-token-tracking',
  'kube-public/cluster-info',
]);
/** Annotations that the controllers set themselves. */
const OF_CA_CONTROLLERS = new Set([
  'kubernetes.io/description',
  'service.alpha.openshift.io/inject-cabundle',
  'service.beta.openshift.io/inject-cabundle',
]);

/** What a controller generates a Secret for: the token of a ServiceAccount, or OpenShift's pull secret. */
export type Generated = 'token' | 'dockercfg';

const SUFFIX = /^[a-z0-9]{5,}$/;
/** Annotations of generated pull secrets, of OpenShift before and since 4.16. */
const OPENSHIFT_PULL_SECRET = [
  'openshift.io/token-secret.name',
  'openshift.io/internal-registry-auth-token.service-account',
];

/** Secrets and ConfigMaps that the cluster creates by itself. */
export const GENERATED: readonly SkipRow[] = [
  {
    rule: 'token-secret',
    types: ['secrets'],
    reason: 'a token that the cluster generates for each ServiceAccount',
    source: TOKENS,
    skips: ({ fields }) => textAt(fields, 'type') === TOKEN_TYPE && isGeneratedTokenSecret(fields),
  },
  {
    rule: 'generated-pull-secret',
    types: ['secrets'],
    reason: 'a pull secret that OpenShift generates for each ServiceAccount',
    source: OCP_ACCOUNTS,
    skips: ({ fields }) => textAt(fields, 'type') !== TOKEN_TYPE && isGeneratedSecret(fields),
  },
  {
    rule: 'bootstrap-token',
    types: ['secrets'],
    reason: 'it lets nodes join the cluster in which it was created, and expires',
    source: 'https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/',
    skips: ({ fields }) => textAt(fields, 'type') === 'bootstrap.kubernetes.io/token',
  },
  {
    rule: 'service-ca-secret',
    types: ['secrets'],
    reason: 'a serving certificate, which the service CA signs for its Service',
    source: 'https://docs.okd.io/latest/security/certificates/service-serving-certificate.html',
    skips: ({ fields }) =>
      SERVICE_CA.some((key) => valueAt(fields, 'metadata', 'annotations', key) !== undefined),
  },
  {
    rule: 'ca-bundle',
    types: ['configmaps'],
    reason: 'the CA of the cluster, which a controller publishes in every project',
    source: CA_DOCS,
    skips: (item) => isClusterCa(item) && !hasOwnMetadata(item.fields),
  },
  {
    rule: 'ca-bundle',
    types: ['configmaps'],
    reason: 'the API server or the installer publishes the addresses and CAs of this cluster in it',
    source:
      'https://kubernetes.io/docs/tasks/extend-kubernetes/configure-aggregation-layer/#extension-apiserver-client-authentication',
    skips: ({ project, name }) => PUBLISHED.has(`${project}/${name}`),
  },
];

/** What controllers write into the ConfigMaps that they create in every project. */
export const CA_RULES: readonly ChangeRow[] = [
  {
    rule: 'ca-bundle',
    types: ['configmaps'],
    reason: 'the CA is that of this cluster; labels and annotations that somebody added are restored',
    source: CA_DOCS,
    silent: true,
    change: (fields, { item }) => (isClusterCa(item) ? without(fields, 'data', 'binaryData') : fields),
  },
];

/** What controllers write into ServiceAccounts and Secrets. */
export const ACCOUNT_RULES: readonly ChangeRow[] = [
  {
    rule: 'account-secrets',
    types: ['serviceaccounts'],
    reason: 'generated tokens and pull secrets have other names in another cluster',
    source: 'https://kubernetes.io/docs/concepts/security/service-accounts/',
    change: (fields, { item: { name, project }, archiveIndex: { ownSecrets } }) =>
      ['secrets', 'imagePullSecrets'].reduce(
        (left, list) =>
          edited(left, `${list}[*]`, (each) => {
            const secret = textAt(each, 'name') ?? '';
            const isGenerated =
              isGeneratedFor(name, 'token', secret) || isGeneratedFor(name, 'dockercfg', secret);
            return isGenerated && !ownSecrets.has(`${project}/${secret}`) ? undefined : each;
          }),
        fields,
      ),
  },
  {
    rule: 'account-pull-secret-ref',
    types: ['serviceaccounts', 'secrets'],
    reason: 'it names a generated Secret',
    source: 'https://docs.okd.io/latest/registry/accessing-the-registry.html',
    change: (fields) =>
      without(fields, 'metadata.annotations[openshift.io/internal-registry-pull-secret-ref]'),
  },
  {
    rule: 'token-identity',
    types: ['secrets'],
    reason: 'the token controller fills in token, CA and uid of the account in this cluster',
    source: `${TOKENS}#manually-create-a-service-account-api-token`,
    silent: true,
    change: (fields) =>
      textAt(fields, 'type') === TOKEN_TYPE
        ? without(fields, ...TOKEN_SECRET.map(({ path }) => path))
        : without(fields, 'metadata.annotations[kubernetes.io/service-account.uid]'),
  },
];

/** A ConfigMap in which a controller publishes the CA of the cluster, in every project. */
function isClusterCa({ type, project, name }: Pick<Item, 'type' | 'project' | 'name'>): boolean {
  return type === 'configmaps' && project !== null && CLUSTER_CAS.has(name);
}

/** Whether somebody added labels or annotations. */
function hasOwnMetadata(fields: Fields): boolean {
  const keysOf = (key: string) => {
    const value = valueAt(fields, 'metadata', key);
    return isFields(value) ? [...value.keys()] : [];
  };
  return keysOf('labels').length > 0 || keysOf('annotations').some((key) => !OF_CA_CONTROLLERS.has(key));
}

/**
 * Whether a controller generated a Secret for a ServiceAccount, by type and annotations. A user's Secret may
 * have a similar name.
 */
export function isGeneratedSecret(fields: Fields): boolean {
  const type = textAt(fields, 'type');
  const annotations = valueAt(fields, 'metadata', 'annotations');
  if (type === TOKEN_TYPE) return isGeneratedTokenSecret(fields);
  if (OPENSHIFT_PULL_SECRET.some((key) => textAt(annotations, key) !== null)) return true;
  return type === 'kubernetes.io/dockercfg' && textAt(annotations, ACCOUNT) !== null;
}

/** Whether a Secret may be generated by its name: `default-token-x7k2p`. */
export function hasGeneratedName(name: string): boolean {
  return /-(?:token|dockercfg)-[a-z0-9]{5,}$/.test(name);
}

/** Whether an account or a pod names a Secret that was generated for the account. */
export function isGeneratedFor(account: string, kind: Generated, secret: string): boolean {
  const start = `${account}-${kind}-`;
  return secret.startsWith(start) && SUFFIX.test(secret.slice(start.length));
}

function isGeneratedTokenSecret(fields: Fields): boolean {
  const annotations = valueAt(fields, 'metadata', 'annotations');
  return isGeneratedToken({
    name: textAt(fields, 'metadata', 'name') ?? '',
    account: textAt(annotations, ACCOUNT) ?? '',
    isOwned: listAt(fields, 'metadata', 'ownerReferences').length > 0,
    isMarked: valueAt(annotations, 'kubernetes.io/created-by') !== undefined,
  });
}
