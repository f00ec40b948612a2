import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { waitFor } from '../support/wait.ts';
import { object, ProxiedCluster } from './proxied-cluster.ts';

// Nothing of a Secret is on the screen, whoever says it.

const SECRETS = '/api/v1/namespaces/shop/secrets';
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const PASSWORD = 'correct-horse';
const OTHER = 'battery-staple';
const encoded = (text: string) => Buffer.from(text).toString('base64');
const FORBIDDEN = [PASSWORD, OTHER, encoded(PASSWORD), encoded(OTHER)];
let cluster: ProxiedCluster;

before(async () => {
  cluster = await ProxiedCluster.start();
  const metadata = { name: 'key', namespace: 'shop', annotations: { [LAST_APPLIED]: PASSWORD } };
  const data = { password: encoded(PASSWORD), gone: encoded(PASSWORD) };
  await cluster.control.apply([{ apiVersion: 'v1', kind: 'Secret', metadata, data }]);
});

after(async () => {
  await cluster?.end();
});

function secret(name: string, more: object): string {
  const annotations = { [LAST_APPLIED]: JSON.stringify({ stringData: { password: OTHER } }) };
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: 'shop', annotations },
    ...more,
  });
}

const WAYS: ReadonlyArray<readonly string[]> = [
  [],
  ['--existing', 'fail'],
  ['--existing', 'update'],
  ['--existing', 'replace'],
  ['--replace', 'horse=cow'],
  ['--status', 'secrets'],
];

test('differences of Secrets are shown as such alone', async () => {
  const wanted = secret('key', { data: { password: encoded(OTHER), added: encoded(OTHER) } });
  for (const way of WAYS)
    for (const output of ['json', 'text']) {
      const run = await cluster.run({ 'shop/secrets.json': [wanted] }, ...way, '-o', output);
      assert.match(run.stdout, /data\.password/, run.stderr);
      for (const text of FORBIDDEN) assert.ok(!(run.stdout + run.stderr).includes(text), `${way}: ${text}`);
    }
});

test('what the server says of an invalid Secret is not shown', async () => {
  const wanted = [
    secret('bad', { data: { password: PASSWORD } }),
    secret('tls', { type: 'kubernetes.io/tls', stringData: { 'tls.crt': PASSWORD } }),
    // A label with a blank, which the server quotes.
    object(
      'label',
      { metadata: { name: 'label', labels: { owner: `${PASSWORD} ${OTHER}` } } },
      'v1',
      'Secret',
    ),
  ];
  const run = await cluster.restore({ 'shop/secrets.json': wanted });
  assert.equal(run.status, 3);
  for (const text of FORBIDDEN) assert.ok(!(run.stdout + run.stderr).includes(text), run.stdout);
});

test('who denies a Secret is told, but not in words that quote it', async () => {
  const group = 'admissionregistration.k8s.io/v1';
  const rule = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['secrets'] };
  const messageExpression = "'too weak: ' + string(object.data.password)";
  await cluster.control.apply([
    {
      apiVersion: group,
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name: 'strength' },
      spec: {
        matchConstraints: { resourceRules: [rule] },
        validations: [{ expression: 'false', messageExpression, reason: 'Forbidden' }],
      },
    },
    {
      apiVersion: group,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name: 'strength' },
      spec: { policyName: 'strength', validationActions: ['Deny'] },
    },
  ]);
  const probe = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'x' },
    data: { password: encoded('x') },
  };
  await waitFor('the policy to hold', async () => {
    return (await cluster.control.admin.answer('POST', `${SECRETS}?dryRun=All`, probe)).status === 403;
  });
  const wanted = object('weak', { data: { password: encoded(PASSWORD) } }, 'v1', 'Secret');
  const run = await cluster.restore({ 'shop/secrets.json': [wanted] });
  assert.equal(run.status, 3);
  assert.match(run.rows[0]?.reason ?? '', /^403 Forbidden: .*ValidatingAdmissionPolicy 'strength'/);
  for (const text of FORBIDDEN) assert.ok(!(run.stdout + run.stderr).includes(text), run.stdout);
});

test('nor what it says of another object with a secret in it', async () => {
  const wanted = object(
    'web',
    {
      metadata: { name: 'web', labels: { owner: `${PASSWORD} ${OTHER}` } },
      data: { 'secret.yaml': `kind: Secret\nstringData:\n  password: ${PASSWORD}\n` },
    },
    'v1',
    'ConfigMap',
  );
  for (const output of ['json', 'text']) {
    const run = await cluster.run({ 'shop/configmaps.json': [wanted] }, '-o', output);
    assert.match(run.stdout, /422 Invalid; the message of the server is not shown/, run.stderr);
    for (const text of FORBIDDEN) assert.ok(!(run.stdout + run.stderr).includes(text), run.stdout);
  }
});

test('differences of other objects with secrets are shown as such alone', async () => {
  const configMap = (password: string) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'manifests', namespace: 'shop' },
    data: {
      'secret.yaml': `kind: Secret\nstringData:\n  password: ${password}\n`,
      'key.pem': `-----BEGIN PRIVATE KEY-----\n${encoded(password)}\n-----END PRIVATE KEY-----\n`,
    },
  });
  await cluster.control.apply([configMap(PASSWORD)]);
  for (const way of WAYS)
    for (const output of ['json', 'text']) {
      const run = await cluster.run(
        { 'shop/configmaps.json': [JSON.stringify(configMap(OTHER))] },
        ...way,
        '-o',
        output,
      );
      assert.match(run.stdout, /secret\.yaml/, run.stderr);
      for (const text of FORBIDDEN) assert.ok(!(run.stdout + run.stderr).includes(text), `${way}: ${text}`);
    }
});
