import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { diff } from '../../src/commands/diff.ts';
import { temporaryFolder } from '../archive/sample.ts';
import { type Files, object, type Written, writeArchive } from '../comparison/archives.ts';
import { contextOf } from './context.ts';

/** What diff prints of two archives, its headings left out, and how it ended. */
async function compared(t: TestContext, before: Files, after: Files, ...words: string[]) {
  const folder = temporaryFolder(t);
  for (const [file, files] of [
    ['a.zip', before],
    ['b.zip', after],
  ] as const)
    writeArchive(folder, file, files);
  const paths = ['a.zip', 'b.zip'].map((file) => join(folder, file));
  const { context, text } = contextOf(['diff', ...paths, ...words]);
  const ending = await diff(context);
  return { ending, text: text(), lines: text().trimEnd().split('\n').slice(2) };
}

const owned = (apiVersion: string, kind: string): Written => ({
  ownerReferences: [{ apiVersion, kind, name: 'a', uid: '1', controller: true }],
});
const token = (value: string) =>
  object(
    'Secret',
    'builder-dockercfg-x',
    { type: 'kubernetes.io/dockercfg', data: { '.dockercfg': value } },
    { annotations: { 'openshift.io/internal-registry-auth-token.binding': 'bound' } },
  );
const pod = (name: string) => object('Pod', name, {}, owned('apps/v1', 'ReplicaSet'));
const deployment = (name: string, spec: Written, metadata: Written = {}) =>
  object('Deployment', name, { spec }, metadata);

test('a night in which things only moved by themselves has no differences, and says what moved', async (t) => {
  const before = { 'shop/secrets.json': [token('MQ==')], 'shop/pods.json': [pod('web-1')] };
  const after = { 'shop/secrets.json': [token('Mg==')], 'shop/pods.json': [pod('web-2')] };
  const { ending, lines } = await compared(t, before, after);
  assert.equal(ending, 'done');
  assert.deepEqual(lines, [
    'note: the newer archive has no _metadata: it is not known who changed the objects',
    '',
    'no differences',
    'Not shown: 2 pods and replica sets of controllers, 1 rotated registry token (--include-noise)',
  ]);
  const json = JSON.parse((await compared(t, before, after, '-o', 'json')).text);
  assert.deepEqual(json.notShown, [
    { reason: 'pods and replica sets of controllers', count: 2 },
    { reason: 'rotated registry tokens', count: 1 },
  ]);
  assert.match(json.notes.at(-1), /^not shown: 2 pods .* \(--include-noise\)$/);
  for (const form of ['markdown', 'html'])
    assert.match((await compared(t, before, after, '-o', form)).text, /Not shown: 2 pods/);
  const all = await compared(t, before, after, '--include-noise');
  assert.equal(all.ending, 'differences');
  assert.doesNotMatch(all.text, /Not shown/);
});

test('an owner excuses what follows from it, and nothing else', async (t) => {
  const files = (value: string) => ({
    'shop/secrets.json': [
      object(
        'Secret',
        'db',
        { data: { password: value } },
        owned('external-secrets.io/v1', 'ExternalSecret'),
      ),
    ],
    'shop/deployments.apps.json': [
      deployment('sso', { image: value }, owned('k8s.keycloak.org/v2', 'Keycloak')),
    ],
    'shop/replicasets.apps.json': [
      object('ReplicaSet', 'web', { spec: value }, owned('apps/v1', 'Deployment')),
    ],
  });
  const { text } = await compared(t, files('MQ=='), files('Mg=='));
  assert.match(text, /~ db\n/);
  assert.match(text, /~ sso\n/);
  assert.match(text, /\n2 objects changed in 1 project\nNot shown: 1 pod or replica set of a controller \(/);
});

test('an object is judged by its newest version', async (t) => {
  const bare = { 'shop/pods.json': [object('Pod', 'web')] };
  const made = { 'shop/pods.json': [pod('web')] };
  assert.match((await compared(t, bare, made)).text, /no differences\nNot shown: 1 pod/);
  assert.match((await compared(t, made, bare)).text, /~ web\n {8}- metadata\.ownerReferences/);
});

test('Endpoints are those of a Service if it has a selector', async (t) => {
  const files = (selector: Written | undefined, subsets: readonly Written[]) => ({
    'shop/services.json': [object('Service', 'web', { spec: selector === undefined ? {} : { selector } })],
    'shop/endpoints.json': [object('Endpoints', 'web', { subsets })],
  });
  const outside = [{ addresses: [{ ip: '192.0.2.1' }] }];
  const selected = await compared(t, files({ app: 'web' }, []), files({ app: 'web' }, outside));
  assert.match(selected.text, /no differences\nNot shown: 1 endpoints object of a Service \(/);
  for (const selector of [undefined, {}]) {
    const { text } = await compared(t, files(selector, []), files(selector, outside));
    assert.match(text, /~ web\n {8}\+ subsets/);
  }
  const gone = { ...files(undefined, outside), 'shop/services.json': [] };
  assert.match(
    (await compared(t, files({ app: 'web' }, outside), {})).text,
    /- web\n.*\nNot shown: 1 endpoints/s,
  );
  assert.match((await compared(t, gone, files(undefined, []))).text, /~ web\n {8}- subsets/);
});

test('replicas that an autoscaler chose are counted, those that it could not have chosen are shown', async (t) => {
  const scaler = (spec: Written) => object('HorizontalPodAutoscaler', 'any', { spec });
  const target = { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' } };
  const night = (replicas: number, image: string, spec: Written) => ({
    'shop/deployments.apps.json': [deployment('free', { replicas }), deployment('web', { replicas, image })],
    'shop/horizontalpodautoscalers.autoscaling.json': [scaler(spec)],
  });
  const wide = { ...target, minReplicas: 2, maxReplicas: 10 };
  const other = await compared(t, night(3, 'a', wide), night(7, 'a', wide));
  assert.match(other.text, /~ free\n {8}~ spec\.replicas: 3 → 7\n\n1 object changed in 1 project\n/);
  assert.match(other.text, /\nNot shown: 1 replica count driven by an autoscaler \(--include-noise\)\n$/);
  const also = await compared(t, night(3, 'a', wide), night(7, 'b', wide), 'deploy', 'web');
  assert.match(
    also.text,
    /~ web\n {8}~ spec\.image: "a" → "b"\n\n1 object changed in 1 project\nNot shown: 1 replica count/,
  );
  for (const [before, after] of [
    [3, 0],
    [0, 3],
    [3, 11],
  ] as const) {
    const { text } = await compared(t, night(before, 'a', wide), night(after, 'a', wide), 'deploy', 'web');
    assert.match(text, new RegExp(`~ web\n {8}~ spec\\.replicas: ${before} → ${after}\n`));
  }
  const toZero = (replicas: number) => ({
    'shop/deployments.apps.json': [deployment('web', { replicas })],
    'shop/scaledobjects.keda.sh.json': [
      object('ScaledObject', 'a', { spec: { scaleTargetRef: { name: 'web' } } }),
    ],
  });
  assert.equal((await compared(t, toZero(3), toZero(0))).ending, 'done');
});

test('a CA bundle that is renewed is counted, one that is gone is shown', async (t) => {
  const files = (clientConfig: Written) => ({
    'mutatingwebhookconfigurations.admissionregistration.k8s.io.json': [
      object('MutatingWebhookConfiguration', 'inject', { webhooks: [{ name: 'a', clientConfig }] }),
    ],
  });
  const renewed = await compared(t, files({ caBundle: 'MQ==' }), files({ caBundle: 'Mg==' }));
  assert.match(renewed.text, /no differences\nNot shown: 1 injected CA bundle \(/);
  const gone = await compared(t, files({ url: 'a', caBundle: 'MQ==' }), files({ url: 'a' }));
  assert.match(gone.text, /- webhooks\[name=a\]\.clientConfig\.caBundle: "\(CA bundle\)"/);
  const moved = await compared(
    t,
    files({ url: 'a', caBundle: 'MQ==' }),
    files({ url: 'b', caBundle: 'Mg==' }),
  );
  assert.match(moved.text, /~ webhooks\[name=a\]\.clientConfig\.url: "a" → "b"\n\n1 object/);
});

test('a Helm upgrade is one line: the revision that came', async (t) => {
  const revision = (number: number, status: string) =>
    object(
      'Secret',
      `sh.helm.release.v1.web.v${number}`,
      { type: 'helm.sh/release.v1' },
      {
        labels: { owner: 'helm', status, version: String(number) },
      },
    );
  const before = { 'shop/secrets.json': [revision(1, 'superseded'), revision(2, 'deployed')] };
  const after = { 'shop/secrets.json': [revision(2, 'superseded'), revision(3, 'deployed')] };
  const { text } = await compared(t, before, after);
  assert.match(
    text,
    /\+ sh\.helm\.release\.v1\.web\.v3\n\n1 object added in 1 project\nNot shown: 2 superseded Helm/,
  );
  assert.match((await compared(t, before, {})).text, /- sh\.helm\.release\.v1\.web\.v2\n\n1 object removed/);
});

test('--ignore passes over fields, and counts them in every form', async (t) => {
  const night = (replicas: number, image: string) => ({
    'shop/deployments.apps.json': [deployment('web', { replicas, image }), deployment('z', { replicas })],
  });
  const ignoring = ['--ignore', 'deploy:spec.replicas'];
  const { lines } = await compared(t, night(1, 'a'), night(2, 'b'), ...ignoring);
  assert.deepEqual(lines.slice(4), [
    '    ~ web',
    '        ~ spec.image: "a" → "b"',
    '',
    '1 object changed in 1 project',
    'Not shown: 2 fields by --ignore',
  ]);
  const quiet = await compared(t, night(1, 'a'), night(2, 'a'), ...ignoring, '-o', 'json');
  assert.equal(quiet.ending, 'done');
  assert.deepEqual(JSON.parse(quiet.text).notShown, [{ reason: 'fields by --ignore', count: 2 }]);
  // What somebody has named stays hidden, also among the noise.
  assert.equal(
    (await compared(t, night(1, 'a'), night(2, 'a'), ...ignoring, '--include-noise')).ending,
    'done',
  );
});

test('--filter is for the live cluster; two archives are what they are', () => {
  assert.throws(
    () => contextOf(['diff', 'a.zip', 'b.zip', '--filter', '.']),
    /--filter works only with diff ARCHIVE live/,
  );
  assert.doesNotThrow(() => contextOf(['diff', 'a.zip', 'live', '--filter', '.']));
  assert.doesNotThrow(() => contextOf(['diff', 'a.zip', '--filter', '.']));
});
