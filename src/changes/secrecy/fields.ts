import { steps } from '../../json/pruning-paths.ts';
import type { Fields, Value } from '../../json/value.ts';

/** A field that holds a secret although its object is no Secret. */
export interface SecretField {
  /** Of objects of this kind, wherever they stand; `*` for every object at any depth. */
  readonly kind: string;
  /** From that object on, as in the tables of pruning; `[*]` stands for each item or each value. */
  readonly path: string;
  readonly reason: string;
  readonly source: string;
}

const KUBERNETES = 'https://kubernetes.io/docs';
const OPENSHIFT = 'https://docs.redhat.com/en/documentation/openshift_container_platform';
const KEYCLOAK = 'https://www.keycloak.org/docs-api/latest/rest-api';
const DEX = 'https://dexidp.io/docs/configuration/storage/';

/**
 * Fields that hold secrets in plain text. A row belongs here where the API says that the
 * field is a password, key or token: not fields that only some people use for one
 * (environment variables, parameters of Templates, values of Helm charts).
 */
export const SECRET_FIELDS: readonly SecretField[] = [
  {
    kind: 'Route',
    path: 'spec.tls.key',
    reason: 'the private key of the certificate',
    source: `${OPENSHIFT}: Route API`,
  },
  ...['github', 'gitlab', 'bitbucket', 'generic'].map((hook) => ({
    kind: 'BuildConfig',
    path: `spec.triggers[*].${hook}.secret`,
    reason: 'anyone who knows it can start builds',
    source: `${OPENSHIFT}: BuildConfig API, WebHookTrigger.secret`,
  })),
  ...['githubWebHook', 'gitlabWebHook', 'bitbucketWebHook', 'genericWebHook'].map((hook) => ({
    kind: 'Build',
    path: `spec.triggeredBy[*].${hook}.secret`,
    reason: 'the secret of the webhook that started the build',
    source: `${OPENSHIFT}: Build API`,
  })),
  ...['secret', 'additionalSecrets[*]'].map((path) => ({
    kind: 'OAuthClient',
    path,
    reason: 'what the client proves itself with',
    source: `${OPENSHIFT}: OAuthClient API`,
  })),
  ...['OAuthAccessToken', 'UserOAuthAccessToken'].flatMap((kind) =>
    ['authorizeToken', 'refreshToken'].map((path) => ({
      kind,
      path,
      reason: 'a token',
      source: `${OPENSHIFT}: OAuthAccessToken API`,
    })),
  ),
  {
    kind: 'ControllerConfig',
    path: 'spec.internalRegistryPullSecret',
    reason: 'credentials of the internal registry',
    source: 'machineconfiguration.openshift.io/v1 ControllerConfig',
  },
  {
    kind: '*',
    path: 'passwordHash',
    reason: 'the password of a node in an Ignition config',
    source: 'https://coreos.github.io/ignition/configuration-v3_4/',
  },
  ...['auth', 'password', 'identitytoken', 'registrytoken'].map((key) => ({
    kind: '*',
    path: `auths[*].${key}`,
    reason: 'the credentials of a container registry (.dockerconfigjson)',
    source: `${KUBERNETES}/concepts/configuration/secret/#docker-config-secrets`,
  })),
  ...['token', 'password', 'client-key-data', 'auth-provider.config[*]'].map((path) => ({
    kind: 'Config',
    path: `users[*].user.${path}`,
    reason: 'credentials in a kubeconfig',
    source: `${KUBERNETES}/reference/config-api/kubeconfig.v1/`,
  })),
  ...['aescbc', 'aesgcm', 'secretbox'].map((provider) => ({
    kind: 'EncryptionConfiguration',
    path: `resources[*].providers[*].${provider}.keys[*].secret`,
    reason: 'a key that encrypts what etcd stores',
    source: `${KUBERNETES}/tasks/administer-cluster/encrypt-data/`,
  })),
  ...['bootstrapTokens[*].token', 'bootstrapToken.token'].map((path) => ({
    kind: '*',
    path,
    reason: 'lets a node join the cluster',
    source: `${KUBERNETES}/reference/config-api/kubeadm-config.v1beta4/`,
  })),
  ...['cloudInitNoCloud', 'cloudInitConfigDrive'].flatMap((volume) =>
    ['userData', 'userDataBase64'].map((key) => ({
      kind: '*',
      path: `${volume}.${key}`,
      reason: 'passwords and keys of a virtual machine, with which it starts',
      source: 'https://kubevirt.io/user-guide/user_workloads/startup_scripts/',
    })),
  ),
  {
    kind: '*',
    path: 'secureJsonData[*]',
    reason: 'passwords of a Grafana data source',
    source: 'https://grafana.com/docs/grafana/latest/administration/provisioning/',
  },
  ...['admin_password', 'secret_key'].map((key) => ({
    kind: 'Grafana',
    path: `spec.config.security.${key}`,
    reason: 'the password of its administrator, the key of its data',
    source: 'https://grafana.github.io/grafana-operator/docs/api/',
  })),
  ...['realm', 'spec.realm'].flatMap((realm) =>
    [
      'clients[*].secret',
      'users[*].credentials[*].value',
      'users[*].credentials[*].secretData',
      'identityProviders[*].config.clientSecret',
      'smtpServer.password',
    ].flatMap((path) =>
      ['KeycloakRealm', 'KeycloakRealmImport'].map((kind) => ({
        kind,
        path: `${realm}.${path}`,
        reason: 'a credential of a Keycloak realm',
        source: KEYCLOAK,
      })),
    ),
  ),
  { kind: 'KeycloakClient', path: 'spec.client.secret', reason: 'a client secret', source: KEYCLOAK },
  {
    kind: 'KeycloakUser',
    path: 'spec.user.credentials[*].value',
    reason: 'the password of a user',
    source: KEYCLOAK,
  },
  { kind: 'OAuth2Client', path: 'secret', reason: 'a client secret of Dex', source: DEX },
  ...['token', 'obsoleteToken'].map((path) => ({
    kind: 'RefreshToken',
    path,
    reason: 'a token of Dex',
    source: DEX,
  })),
  { kind: 'Password', path: 'hash', reason: 'the password of a user of Dex', source: DEX },
  {
    kind: 'BGPPeer',
    path: 'spec.password',
    reason: 'the password of a BGP session',
    source: 'https://metallb.io/apis/',
  },
  {
    kind: 'FRRConfiguration',
    path: 'spec.bgp.routers[*].neighbors[*].password',
    reason: 'the password of a BGP session',
    source: 'https://github.com/metallb/frr-k8s',
  },
  ...['brokerK8sApiServerToken', 'ceIPSecPSK'].flatMap((key) =>
    ['Submariner', 'ServiceDiscovery'].map((kind) => ({
      kind,
      path: `spec.${key}`,
      reason: 'the token of the broker, the key of the tunnels',
      source: 'https://submariner.io/getting-started/',
    })),
  ),
  ...['TriggerAuthentication', 'ClusterTriggerAuthentication'].map((kind) => ({
    kind,
    path: 'spec.hashiCorpVault.credential.token',
    reason: 'a token of Vault',
    source: 'https://keda.sh/docs/latest/authentication-providers/hashicorp-vault/',
  })),
  {
    kind: 'ActiveMQArtemis',
    path: 'spec.adminPassword',
    reason: 'the password of the administrator',
    source: 'https://arkmq.org/docs/help/operator/',
  },
  {
    kind: 'ActiveMQArtemisSecurity',
    path: 'spec.loginModules.propertiesLoginModules[*].users[*].password',
    reason: 'the password of a user',
    source: 'https://arkmq.org/docs/help/operator/',
  },
  ...['SecretStore', 'ClusterSecretStore'].map((kind) => ({
    kind,
    path: 'spec.provider.fake.data[*].value',
    reason: 'the values that a fake provider gives out',
    source: 'https://external-secrets.io/latest/provider/fake/',
  })),
];

/** The step of a path that stands for each item or each value. */
export const EACH = '*';

/** A row with its path taken apart. */
export interface CompiledField {
  readonly kind: string;
  /** The first step. */
  readonly first: string;
  readonly steps: readonly string[];
}

const COMPILED: readonly CompiledField[] = SECRET_FIELDS.map(({ kind, path }) => {
  const own = steps(path);
  return { kind, first: own[0] ?? '', steps: own };
});
const ANYWHERE = COMPILED.filter(({ kind }) => kind === '*');
const BY_KIND = Map.groupBy(
  COMPILED.filter(({ kind }) => kind !== '*'),
  ({ kind }) => kind,
);

const OF_KIND = new Map([...BY_KIND].map(([kind, rows]) => [kind, [...rows, ...ANYWHERE]]));

/** The rows for an object of a kind, which may be none. */
export function fieldsOf(kind: string | null): readonly CompiledField[] {
  return (kind === null ? undefined : OF_KIND.get(kind)) ?? ANYWHERE;
}

/** Whether objects of a kind have rows of their own. */
export function hasFields(kind: string): boolean {
  return BY_KIND.has(kind);
}

/** The kinds that have rows, and the first keys of the rows for every object. */
export const SECRET_KINDS: readonly string[] = [...BY_KIND.keys()];
export const SECRET_KEYS: readonly string[] = [...new Set(ANYWHERE.flatMap(({ steps: [key] }) => key ?? []))];

/** An object that holds a secret and has no kind that says so: it is known by its other fields. */
interface SecretShape {
  /** A key that every such object has. */
  readonly sign: string;
  readonly has: (fields: Fields) => boolean;
  readonly keys: readonly string[];
  readonly reason: string;
  readonly source: string;
}

export const SECRET_SHAPES: readonly SecretShape[] = [
  {
    sign: 'termination',
    has: (fields) => typeof fields.get('termination') === 'string',
    keys: ['key'],
    reason: 'the private key of a Route, in a copy of its spec',
    source: `${OPENSHIFT}: Route API, TLSConfig`,
  },
  {
    sign: 'auth',
    has: (fields) => isCredential(fields.get('auth')),
    keys: ['auth', 'password', 'identitytoken', 'registrytoken'],
    reason: 'the credentials of a container registry, in the older .dockercfg',
    source: `${KUBERNETES}/concepts/configuration/secret/#docker-config-secrets`,
  },
];
export const SHAPE_SIGNS: readonly string[] = SECRET_SHAPES.map(({ sign }) => sign);

/** Base64 of `user:password`. */
function isCredential(value: Value | undefined): boolean {
  if (typeof value !== 'string' || !/^[\w+/-]{4,}={0,2}$/.test(value)) return false;
  return /^[^:\s]+:./.test(Buffer.from(value, 'base64').toString('utf8'));
}
