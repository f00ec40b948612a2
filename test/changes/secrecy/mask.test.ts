import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { masked, mayHoldSecrets } from '../../../src/changes/secrecy/mask.ts';
import { valueChanges } from '../../../src/changes/value-changes.ts';
import { parseValue } from '../../../src/json/parse-value.ts';
import { valueJson } from '../../../src/output/print/json.ts';
import { base64, CANARIES, tracesOf } from './canaries.ts';

const SECRET = 'correct-horse-battery-staple-41';
const OTHER = 'correct-horse-battery-staple-42';

const bytesOf = (object: unknown) => Buffer.from(JSON.stringify(object));

function shown(object: unknown, type = 'things.example.com'): unknown {
  const value = parseValue(bytesOf(object));
  return JSON.parse(valueJson(masked(value, type)));
}

for (const { name, type, object } of CANARIES) {
  test(`${name} is masked, and told as changed`, () => {
    const [before, after] = [SECRET, OTHER].map((each) => {
      const bytes = bytesOf(object(each));
      assert.ok(mayHoldSecrets(bytes, type), 'found without being taken apart');
      return masked(parseValue(bytes), type);
    });
    assert.ok(before !== undefined && after !== undefined);
    const text = valueJson(before, '');
    for (const trace of tracesOf(SECRET)) assert.ok(!text.includes(trace), text);
    assert.match(text, /\*\*\*/);
    const changes = [...valueChanges(before, after)];
    assert.ok(changes.length > 0, 'another value is a change');
    for (const trace of [...tracesOf(SECRET), ...tracesOf(OTHER)])
      assert.ok(!JSON.stringify(changes, shownValue).includes(trace));
  });
}

/** As JSON.stringify takes it, which would show nothing of a Map. */
function shownValue(_key: string, value: unknown): unknown {
  return value instanceof Map ? Object.fromEntries(value) : value;
}

test('keys stay, and what stands around a secret', () => {
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db', labels: { app: 'a' } } };
  assert.deepEqual(
    shown({ ...secret, data: { user: 'eA==', __proto: '' }, stringData: null, type: 'Opaque' }),
    {
      ...secret,
      data: { user: '***', __proto: '***' },
      stringData: null,
      type: 'Opaque',
    },
  );
  const yaml =
    'kind: ConfigMap\ndata: {a: b}\n---\nkind: Secret\nmetadata:\n  name: db\nstringData:\n  b: x\n---\n# end\n';
  assert.deepEqual(shown({ kind: 'ConfigMap', data: { yaml, other: 'x' } }), {
    kind: 'ConfigMap',
    data: { yaml: yaml.replace('b: x', "b: '***'"), other: 'x' },
  });
  const json = JSON.stringify({ a: [1, { kind: 'Secret', data: { b: 'x' } }] }, null, 2);
  assert.deepEqual(shown({ json }), { json: json.replace('"x"', '"***"') });
  const pem = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
  const key = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n';
  assert.deepEqual(shown({ pem: `${pem}${key}${pem}` }), { pem: `${pem}***\n${pem}` });
});

test('a key called __proto__ is a key like any other', () => {
  const value = masked(parseValue(Buffer.from('{"kind":"Secret","data":{"__proto__":"eA=="}}')), 'secrets');
  assert.equal(valueJson(value), '{"kind":"Secret","data":{"__proto__":"***"}}');
});

test('only what differs is told as changed, inside of texts, too', () => {
  const applied = (password: string, label: string) => ({
    kind: 'Thing',
    text: JSON.stringify({ kind: 'Secret', metadata: { labels: { label } }, data: { password, same: 'x' } }),
    yaml: `kind: Secret\nmetadata:\n  name: ${label}\ndata:\n  same: x\n`,
  });
  const change = (before: object, after: object) =>
    [
      ...valueChanges(
        ...([before, after].map((each) => masked(parseValue(bytesOf(each)), '')) as [never, never]),
      ),
    ].map(({ kind, path }) => `${kind} ${path.map((step) => ('key' in step ? step.key : '')).join('.')}`);
  assert.deepEqual(change(applied('a', 'x'), applied('b', 'x')), ['changed text.data.password']);
  assert.deepEqual(change(applied('a', 'x'), applied('a', 'y')), [
    'changed text.metadata.labels.label',
    'text yaml',
  ]);
  assert.deepEqual(change(applied('a', 'x'), applied('a', 'x')), []);
});

const OPEN: ReadonlyArray<readonly [string, object]> = [
  [
    'names of Secrets',
    { spec: { secretName: 'db', tls: [{ secretName: 'web' }], imagePullSecrets: [{ name: 'a' }] } },
  ],
  [
    'references to Secrets',
    { env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'a', key: 'password' } } }] },
  ],
  ['a reference with a kind', { spec: { target: { kind: 'Secret', name: 'db', key: 'password' } } }],
  ['rules about Secrets', { rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }] }],
  [
    'values of ConfigMaps',
    { kind: 'ConfigMap', data: { PASSWORD_FILE: '/run/secret', 'a.yaml': 'kind: Secret\nname: x\n' } },
  ],
  ['a text that speaks of Secrets', { data: { README: 'Make an object of kind: Secret, see the docs.' } }],
  ['certificates', { caBundle: base64('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n') }],
  ['a public key', { key: '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n' }],
  [
    'webhooks that name a Secret',
    { kind: 'BuildConfig', spec: { triggers: [{ github: { secretReference: { name: 'a' } } }] } },
  ],
  [
    'a Route with a certificate alone',
    { kind: 'Route', spec: { tls: { certificate: 'AAAA', termination: 'edge' } } },
  ],
  [
    'packed texts without a secret',
    { binaryData: { a: base64(gzipSync('just a text, long enough to be looked at')) } },
  ],
  [
    'images by digest',
    { image: 'quay.io/a/b@sha256:0123456789abcdef', url: 'https://a.example.com:8443/x@y' },
  ],
  ['placeholders in URLs', { value: 'postgres://$(USER):$(PASSWORD)@db:5432/a https://user:%s@host' }],
  ['a token by name', { spec: { privateKey: { rotationPolicy: 'Always' }, auths: ['a'] } }],
];

for (const [name, object] of OPEN) {
  test(`not masked: ${name}`, () => assert.deepEqual(shown(object), object));
}

test('most objects are passed over without being taken apart', () => {
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', annotations: { note: 'a \u003c b \u0026 c' } },
    spec: {
      template: { spec: { imagePullSecrets: [{ name: 'a' }], containers: [{ image: 'a@sha256:00' }] } },
    },
  };
  assert.equal(mayHoldSecrets(bytesOf(deployment), 'deployments.apps'), false);
});

test('texts of one object together become a limited number of values', () => {
  const secret = (password: string) =>
    JSON.stringify({ kind: 'Secret', data: { password, more: Array.from({ length: 50 }, () => ({})) } });
  const data = {
    one: secret(SECRET),
    two: secret(OTHER),
    plain: secret('').replace('Secret', 'Sheet kind: Secret'),
  };
  const within = (most: number): Record<string, string> =>
    JSON.parse(valueJson(masked(parseValue(bytesOf({ kind: 'ConfigMap', data })), 'configmaps', most))).data;
  const read = { kind: 'Secret', data: { password: '***', more: '***' } };
  const texts = (found: Record<string, string>) =>
    Object.values(found).map((text) => (text.startsWith('{') ? JSON.parse(text) : text));
  assert.deepEqual(texts(within(200)), [read, read, JSON.parse(data.plain)]);
  // Of the second there is no room for; a text without a secret takes none.
  assert.deepEqual(texts(within(100)), [read, '***', '***']);
  const plainFirst = { plain: data.plain, other: data.plain, one: data.one };
  const value = masked(parseValue(bytesOf({ kind: 'ConfigMap', data: plainFirst })), 'configmaps', 100);
  assert.deepEqual(texts(JSON.parse(valueJson(value)).data), [
    JSON.parse(data.plain),
    JSON.parse(data.plain),
    read,
  ]);
});

test('what is packed in itself, expands without end or is too large is masked as a whole', () => {
  let packed = JSON.stringify({ kind: 'Secret', data: { a: SECRET } });
  for (let level = 0; level < 12; level += 1) packed = base64(gzipSync(packed));
  const bomb = base64(gzipSync(Buffer.alloc(64 * 1024 * 1024)));
  const aliases = Array.from(
    { length: 9 },
    (_, at) => `a${at + 1}: &a${at + 1} [${`*a${at}, `.repeat(9)}x]\n`,
  );
  const laughs = `a0: &a0 {kind: Secret, data: {a: ${SECRET}}}\n${aliases.join('')}`;
  const long = `${'a: b\n'.repeat(300_000)}kind: Secret\ndata:\n  a: ${SECRET}\n`;
  const values = shown({ packed, bomb, laughs, long });
  assert.deepEqual(Object(values).packed, '***');
  assert.deepEqual(Object(values).bomb, '***');
  assert.deepEqual(Object(values).laughs, '***\n');
  assert.deepEqual(Object(values).long, '***\n');
});
