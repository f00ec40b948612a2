import { deflateRawSync, gzipSync } from 'node:zlib';
import { SECRET_FIELDS } from '../../../src/changes/secrecy/fields.ts';
import { steps } from '../../../src/json/pruning-paths.ts';

/** An object that holds a secret somewhere. */
export interface Canary {
  readonly name: string;
  /** Of the file in which it stands. */
  readonly type: string;
  /** Made anew for each value of the secret. */
  readonly object: (secret: string) => Readonly<Record<string, unknown>>;
}

export const base64 = (text: string | Buffer): string => Buffer.from(text).toString('base64');
/** The texts by which a secret could be told, also in base64 at any offset. */
export function tracesOf(secret: string): readonly string[] {
  const shifted = ['', 'x', 'xx'].map((before) => base64(`${before}${secret}`).slice(4, -6));
  return [secret, ...shifted];
}

const named = (kind: string, more: object, metadata: object = {}, apiVersion = 'v1') => ({
  apiVersion,
  kind,
  metadata: { name: 'canary', ...metadata },
  ...more,
});
const secretOf = (value: string, more: object = {}) =>
  named('Secret', { data: { password: base64(value) }, stringData: { plain: value }, ...more });
const yamlOf = (value: string, indent = '') =>
  ['apiVersion: v1', 'data:', `  password: ${base64(value)}`, 'kind: Secret', 'metadata:', '  name: db', '']
    .map((line) => `${indent}${line}`)
    .join('\n');
const annotated = (kind: string, annotations: object, more: object = {}) =>
  named(kind, more, { annotations });
const configMap = (text: string) => named('ConfigMap', { data: { 'a.txt': text } });
const privateKey = (value: string, label = 'RSA PRIVATE KEY') =>
  `-----BEGIN ${label}-----\n${base64(value)}\n${value}\n-----END ${label}-----\n`;

/** A zip file with one file in it, as objectmatcher writes it: its sizes stand behind the content. */
function zipOf(text: string): Buffer {
  const name = 'original';
  const header = Buffer.alloc(30);
  header.write('PK\u0003\u0004', 'latin1');
  header.writeUInt16LE(8, 6);
  header.writeUInt16LE(8, 8);
  header.writeUInt16LE(name.length, 26);
  const descriptor = Buffer.alloc(16);
  descriptor.write('PK\u0007\u0008', 'latin1');
  return Buffer.concat([header, Buffer.from(name), deflateRawSync(text), descriptor]);
}

const token = (value: string) =>
  [{ alg: 'RS256' }, { sub: value }, value]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
const applied = 'kubectl.kubernetes.io/last-applied-configuration';
const json = JSON.stringify;

const SECRETS: readonly Canary[] = [
  { name: 'a Secret', type: 'secrets', object: (value) => secretOf(value) },
  {
    name: 'a Secret that does not say so',
    type: 'secrets',
    object: (value) => ({ ...secretOf(value), kind: 'secret' }),
  },
  {
    name: 'a Secret of another group',
    type: 'secrets.example.com',
    object: (value) => ({ ...secretOf(value), apiVersion: 'example.com/v1' }),
  },
  {
    name: 'a Helm release',
    type: 'secrets',
    object: (value) =>
      secretOf(value, { data: { release: base64(base64(gzipSync(value))) }, type: 'helm.sh/release.v1' }),
  },
];

const COPIES: readonly Canary[] = Object.entries({
  'what kubectl applied': (value: string) => ({ [applied]: json(secretOf(value)) }),
  'what kapp applied': (value: string) => ({ 'kapp.k14s.io/original': json(secretOf(value)) }),
  'what kapp applied, in YAML': (value: string) => ({ 'kapp.k14s.io/original': yamlOf(value) }),
  'what Fleet applied': (value: string) => ({
    'objectset.rio.cattle.io/applied': base64(gzipSync(json(secretOf(value)))).replace(/=+$/, ''),
  }),
  'what objectmatcher applied': (value: string) => ({
    'banzaicloud.com/last-applied': base64(zipOf(json(secretOf(value)))),
  }),
  'what kubectl applied, in what kapp applied': (value: string) => ({
    'kapp.k14s.io/original': json({
      ...secretOf('x'),
      metadata: { name: 'canary', annotations: { [applied]: json(secretOf(value)) } },
    }),
  }),
  'a copy in base64': (value: string) => ({ 'example.com/copy': base64(json(secretOf(value))) }),
  'a copy that does not say what it is': (value: string) => ({
    'example.com/copy': json({ data: { a: value } }),
  }),
  'a copy of one value': (value: string) => ({ 'example.com/copy': `password=${value}` }),
  'a copy that is cut off': (value: string) => ({ [applied]: `{"data":{"password":"${value}` }),
  'a copy with letters escaped': (value: string) => ({
    'example.com/copy': `{"kind":"\\u0053ecret","data":{"a":"${value}"}}`,
  }),
  'a token of a dockercfg Secret': (value: string) => ({ 'openshift.io/token-secret.value': token(value) }),
}).flatMap(([name, annotations]) => [
  {
    name: `${name}, of the Secret itself`,
    type: 'secrets',
    object: (value: string) => ({
      ...secretOf(value),
      metadata: { name: 'canary', annotations: annotations(value) },
    }),
  },
  ...(/one value|cut off|does not say/.test(name)
    ? []
    : [
        {
          name: `${name}, of another object`,
          type: 'deployments.apps',
          object: (value: string) => annotated('Deployment', annotations(value)),
        },
      ]),
]);

const EMBEDDED: readonly Canary[] = [
  {
    name: 'a Template',
    type: 'templates.template.openshift.io',
    object: (value) => named('Template', { objects: [configMap('x'), secretOf(value)] }),
  },
  {
    name: 'a ManifestWork',
    type: 'manifestworks.work.open-cluster-management.io',
    object: (value) => named('ManifestWork', { spec: { workload: { manifests: [secretOf(value)] } } }),
  },
  {
    name: 'a policy of Open Cluster Management',
    type: 'policies.policy.open-cluster-management.io',
    object: (value) =>
      named('Policy', {
        spec: {
          'policy-templates': [
            { objectDefinition: { spec: { 'object-templates': [{ objectDefinition: secretOf(value) }] } } },
          ],
        },
      }),
  },
  {
    name: 'a SyncSet of Hive',
    type: 'syncsets.hive.openshift.io',
    object: (value) => named('SyncSet', { spec: { resources: [secretOf(value)] } }),
  },
  {
    name: 'an Object of Crossplane',
    type: 'objects.kubernetes.crossplane.io',
    object: (value) => named('Object', { spec: { forProvider: { manifest: secretOf(value) } } }),
  },
  {
    name: 'a list of Secrets',
    type: 'things.example.com',
    object: (value) =>
      named('Thing', {
        spec: {
          list: {
            apiVersion: 'v1',
            kind: 'SecretList',
            items: [{ metadata: {}, data: { a: base64(value) } }],
          },
        },
      }),
  },
  {
    name: 'a Secret deeper than values are taken apart',
    type: 'things.example.com',
    object: (value) =>
      named('Thing', {
        spec: Array.from({ length: 120 }).reduce((inner: unknown) => ({ a: inner }), secretOf(value)),
      }),
  },
  ...Object.entries({
    'YAML in a ConfigMap': (value: string) => yamlOf(value),
    'one of several documents in YAML': (value: string) =>
      `kind: ConfigMap\ndata:\n  a: b\n---\n${yamlOf(value)}---\na: b\n`,
    'YAML in flow style': (value: string) => `{apiVersion: v1, kind: Secret, data: {a: ${base64(value)}}}`,
    'YAML with quoted keys': (value: string) => `"kind": "Secret"\n"stringData":\n  "a": |\n    ${value}\n`,
    'YAML in a list': (value: string) => `kind: List\nitems:\n- ${yamlOf(value, '  ').trimStart()}`,
    'YAML with an anchor': (value: string) => `x: &a {password: ${value}}\ny: {kind: Secret, data: *a}\n`,
    'YAML with a tag': (value: string) => `kind: !!str Secret\ndata:\n  password: ${value}\n`,
    'YAML with a comment before the kind': (value: string) =>
      `kind: # of it\n  # all\n  Secret\ndata:\n  password: ${value}\n`,
    'YAML with quotes': (value: string) => `"kind": 'Secret'\n"stringData": {"password": '${value}'}\n`,
    'YAML with an anchor at the kind': (value: string) => `kind: &a Secret\ndata: {password: ${value}}\n`,
    'YAML with an alias for the kind': (value: string) =>
      `x: &a Secret\nkind: *a\ndata: {password: ${value}}\n`,
    'YAML with a merged kind': (value: string) =>
      `x: &a {kind: Secret}\ny: {<<: *a, data: {password: ${value}}}\n`,
    'YAML with an escaped key': (value: string) => `"\\x6bind": Secret\ndata: {password: ${value}}\n`,
    'YAML behind its separator': (value: string) => `a: b\n--- {kind: Secret, data: {password: ${value}}}\n`,
    'YAML behind an end': (value: string) => `a: b\n...\nkind: Secret\ndata: {password: ${value}}\n`,
    'a template with a tag': (value: string) =>
      `{{- if .x }}\nkind: !!str Secret\ndata:\n  password: ${value}\n{{ end }}\n`,
    'credentials in the older form': (value: string) =>
      json({ 'https://index.docker.io/v1/': { auth: base64(`me:${value}`), password: value, email: 'a@b' } }),
    'a Route without its kind': (value: string) =>
      json({ spec: { host: 'a', tls: { termination: 'edge', key: value } } }),
    'JSON in a ConfigMap': (value: string) => json(secretOf(value), null, 2),
    'two documents in JSON': (value: string) => `${json(configMap('a'))}\n${json(secretOf(value))}\n`,
    'a script that applies a Secret': (value: string) =>
      `set -e\nif true; then\n\tkubectl apply -f - <<EOF\n${yamlOf(value)}EOF\nfi\n`,
    'a template of Helm': (value: string) => `{{- if .x }}\n${yamlOf(value)}{{ end }}\n`,
    'gzip in a ConfigMap': (value: string) => base64(gzipSync(yamlOf(value))),
    'a data URL': (value: string) =>
      `data:,${encodeURIComponent(json({ auths: { 'quay.io': { auth: base64(value) } } }))}`,
    'a data URL in base64': (value: string) =>
      `data:text/plain;charset=utf-8;base64,${base64(yamlOf(value))}`,
    'a private key': (value: string) => privateKey(value),
    'a private key among other text': (value: string) =>
      `a: b\nkey: |\n${privateKey(value, 'PRIVATE KEY')}c: d\n`,
    'a private key of OpenSSH': (value: string) => privateKey(value, 'OPENSSH PRIVATE KEY'),
    'a private key of PGP': (value: string) => privateKey(value, 'PGP PRIVATE KEY BLOCK'),
    'a private key without an end': (value: string) => privateKey(value).slice(0, -10),
    'a private key in base64': (value: string) => base64(privateKey(value)),
    'a private key in base64 among other text': (value: string) =>
      `key: ${base64(privateKey(value))}\nother: 1\n`,
    'a private key in JSON': (value: string) => json({ private_key: privateKey(value) }),
    'a JSON Web Token': (value: string) => `Authorization: Bearer ${token(value)}`,
    'a password in a URL': (value: string) => `https_proxy=http://proxy:${value}@proxy.example.com:3128`,
    'an identity of age': (value: string) =>
      `AGE-SECRET-KEY-1${Buffer.from(value).toString('hex').toUpperCase()}`,
    'a kubeconfig': (value: string) =>
      `apiVersion: v1\nkind: Config\nusers:\n- name: a\n  user:\n    token: ${value}\n    client-key-data: ${base64(privateKey(value))}\n`,
    'credentials of registries': (value: string) =>
      json({ auths: { 'quay.io': { auth: base64(`me:${value}`), password: value, email: 'a@b' } } }),
    'credentials of registries in base64': (value: string) =>
      base64(json({ auths: { 'quay.io': { auth: base64(`me:${value}`) } } })),
    'a data source of Grafana': (value: string) =>
      `datasources:\n- name: Prometheus\n  secureJsonData:\n    httpHeaderValue1: Bearer ${value}\n`,
  }).map(([name, text]) => ({
    name,
    type: 'configmaps',
    object: (value: string) => configMap(text(value)),
  })),
];

/** A row of the table as an object that has the field. */
const FIELDS: readonly Canary[] = SECRET_FIELDS.map(({ kind, path }) => ({
  name: `${kind} ${path}`,
  type: kind === '*' ? 'things.example.com' : `${kind.toLowerCase()}s.example.com`,
  object: (value: string) => {
    const made = steps(kind === '*' ? `spec.deep.${path}` : path).reduceRight((inner: unknown, step) => {
      return step === '*' ? [inner] : { [step]: inner };
    }, value);
    return {
      ...Object(made),
      apiVersion: 'example.com/v1',
      kind: kind === '*' ? 'Thing' : kind,
      metadata: { name: 'canary' },
    };
  },
}));

/** Copies in annotations of the same object that do not say of what kind they are. */
const KINDLESS: readonly Canary[] = [
  ['BuildConfig', { spec: { triggers: [{ type: 'GitHub', github: { secret: 'VALUE' } }] } }],
  ['Route', { spec: { tls: { key: 'VALUE' } } }],
  ['OAuthClient', { secret: 'VALUE' }],
].map(([kind, copy]) => ({
  name: `a copy of a ${kind} without its kind`,
  type: 'things.example.com',
  object: (value: string) => ({
    apiVersion: 'example.com/v1',
    kind,
    metadata: {
      name: 'canary',
      annotations: { 'example.com/applied': JSON.stringify(copy).replace('VALUE', value) },
    },
  }),
}));

/** Every place in which a secret may stand that must not be shown. */
export const CANARIES: readonly Canary[] = [...SECRETS, ...COPIES, ...EMBEDDED, ...KINDLESS, ...FIELDS];
