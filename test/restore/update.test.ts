import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { at, type JsonObject, type KubeObject } from '../support/kube-object.ts';
import { waitFor } from '../support/wait.ts';
import { backUp, type Restored, restore, Volume } from './restore-runs.ts';

// --existing update makes an object equal to the archive, whatever changed since, in place.

let control: ControlPlane;
const volume = new Volume();
const CORE = '/api/v1/namespaces/shop';
const APPS = '/apis/apps/v1/namespaces/shop';

function object(apiVersion: string, kind: string, name: string, rest: JsonObject): KubeObject {
  return { apiVersion, kind, metadata: { name, namespace: 'shop' }, ...rest };
}

const container = {
  name: 'web',
  image: 'registry.example.com/web:1',
  env: [
    { name: 'A', value: '1' },
    { name: 'A', value: '2' },
  ],
  ports: [{ name: 'http', containerPort: 8080 }],
  readinessProbe: { httpGet: { path: '/', port: 8080 } },
  volumeMounts: [{ name: 'settings', mountPath: '/etc/web' }],
};
const volumes = [{ name: 'settings', configMap: { name: 'settings' } }];
const deployment = (spec: JsonObject) =>
  object('apps/v1', 'Deployment', 'web', {
    spec: {
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec },
    },
  });
const service = (ports: readonly JsonObject[]) =>
  object('v1', 'Service', 'web', { spec: { type: 'NodePort', selector: { app: 'web' }, ports } });
const role = (rules: readonly JsonObject[]): KubeObject => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name: 'gathered' },
  aggregationRule: { clusterRoleSelectors: [{ matchLabels: { gathered: 'yes' } }] },
  rules,
});
const reading = [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }];

const ORIGINAL: readonly KubeObject[] = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
  deployment({ containers: [container], volumes }),
  service([
    { name: 'dns', port: 53, protocol: 'UDP' },
    { name: 'dns-tcp', port: 53, protocol: 'TCP' },
  ]),
  object('v1', 'ConfigMap', 'settings', { data: { odd: 'a\u0085b\u007fc', a: '1' } }),
  object('v1', 'Secret', 'fixed', { immutable: true, data: { key: 'b2xk' } }),
  object('apps/v1', 'StatefulSet', 'db', {
    spec: {
      serviceName: 'db',
      selector: { matchLabels: { app: 'db' } },
      template: {
        metadata: { labels: { app: 'db' } },
        spec: { containers: [{ name: 'db', image: 'db:1' }] },
      },
    },
  }),
  object('networking.k8s.io/v1', 'NetworkPolicy', 'closed', {
    spec: { podSelector: {}, policyTypes: ['Ingress'] },
  }),
  role(reading),
];

before(async () => {
  control = await startControlPlane();
  await control.apply(ORIGINAL);
  await backUp(volume, control.kubeconfig, '--include-default-excluded', '--resource', '*');
});

after(async () => {
  volume[Symbol.dispose]();
  await control?.stop();
});

const update = (...words: string[]) =>
  restore(volume, control.kubeconfig, '--existing', 'update', '--apply', ...words);
const rowOf = ({ rows }: Restored, name: string) => rows.find((row) => row.name === name);
const specOf = async (path: string) => at(await control.request('GET', path), 'spec');

const CHANGES: ReadonlyArray<readonly [what: string, spec: JsonObject]> = [
  ['a sidecar', { containers: [container, { name: 'spy', image: 'spy:1' }], volumes }],
  ['hostNetwork', { containers: [container], volumes, hostNetwork: true }],
  [
    'another probe',
    { containers: [{ ...container, readinessProbe: { exec: { command: ['true'] } } }], volumes },
  ],
  [
    'another mount path',
    { containers: [{ ...container, volumeMounts: [{ name: 'settings', mountPath: '/x' }] }], volumes },
  ],
  ['another source of a volume', { containers: [container], volumes: [{ name: 'settings', emptyDir: {} }] }],
  [
    'another container port',
    { containers: [{ ...container, ports: [{ name: 'http', containerPort: 80 }] }], volumes },
  ],
  [
    'an init container and a variable',
    {
      initContainers: [{ name: 'i', image: 'i:1' }],
      containers: [{ ...container, env: [{ name: 'B', value: 'x' }] }],
      volumes,
    },
  ],
];

for (const [what, spec] of CHANGES)
  test(`a Deployment with ${what} is as it was`, async () => {
    const path = `${APPS}/deployments/web`;
    const before = await specOf(path);
    await control.apply([deployment(spec)]);
    assert.notDeepEqual(await specOf(path), before);
    const run = await update('shop/deploy/web');
    assert.equal(run.status, 0, run.stdout);
    assert.equal(rowOf(run, 'web')?.outcome, 'updated');
    assert.deepEqual(await specOf(path), before);
    const again = await update('shop/deploy/web');
    assert.equal(rowOf(again, 'web')?.outcome, 'existed');
  });

test('a Service keeps its addresses and node ports, and gets its ports back', async () => {
  const path = `${CORE}/services/web`;
  const before = await specOf(path);
  const patch = {
    spec: {
      ports: [
        { name: 'dns', port: 54, protocol: 'UDP' },
        { name: 'web', port: 80 },
      ],
    },
  };
  await control.request('PATCH', path, patch);
  await control.request('PATCH', path, {
    metadata: { finalizers: ['example.com/hold'], labels: { since: 'then' } },
  });
  const run = await update('shop/svc/web');
  assert.equal(run.status, 0, run.stdout);
  const live = await control.request('GET', path);
  const ports = (spec: unknown) => JSON.stringify(spec).replace(/"nodePort":\d+,?/g, '');
  assert.equal(ports(at(live, 'spec')), ports(before));
  assert.equal(at(live, 'spec', 'clusterIP'), at(before, 'clusterIP'));
  assert.equal(at(live, 'metadata', 'labels'), undefined);
  // Somebody cleans up by it.
  assert.deepEqual(at(live, 'metadata', 'finalizers'), ['example.com/hold']);
  await control.request('PATCH', path, { metadata: { finalizers: null } });
});

test('keys of a ConfigMap and rules of a NetworkPolicy that others added go; odd characters arrive', async () => {
  await control.request('PATCH', `${CORE}/configmaps/settings`, { data: { odd: 'x', since: 'then' } });
  const policy = '/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies/closed';
  await control.request('PATCH', policy, { spec: { ingress: [{}] } });
  const run = await update('shop/cm/settings', 'shop/netpol/closed');
  assert.equal(run.status, 0, run.stdout);
  const settings = await control.request('GET', `${CORE}/configmaps/settings`);
  assert.deepEqual(settings.data, { a: '1', odd: 'a\u0085b\u007fc' });
  assert.equal(at(await specOf(policy), 'ingress'), undefined);
});

test('an aggregated ClusterRole keeps the rules that the controller gathered', async () => {
  const rules = [{ apiGroups: [''], resources: ['secrets'], verbs: ['list'] }];
  await control.apply([role(rules)]);
  await control.request('PATCH', '/apis/rbac.authorization.k8s.io/v1/clusterroles/gathered', {
    metadata: { labels: { since: 'then' } },
  });
  const run = await update('_cluster/clusterroles/gathered');
  assert.equal(run.status, 0, run.stdout);
  const live = await control.request('GET', '/apis/rbac.authorization.k8s.io/v1/clusterroles/gathered');
  assert.deepEqual([live.rules, at(live, 'metadata', 'labels')], [rules, undefined]);
});

test('what the server calls immutable has failed, and only then is replace advised', async () => {
  await control.request('DELETE', `${CORE}/secrets/fixed`);
  await control.apply([object('v1', 'Secret', 'fixed', { immutable: true, data: { key: 'bmV3' } })]);
  await control.request('DELETE', `${APPS}/statefulsets/db`);
  await control.apply([
    object('apps/v1', 'StatefulSet', 'db', {
      spec: {
        serviceName: 'other',
        selector: { matchLabels: { app: 'db' } },
        template: {
          metadata: { labels: { app: 'db' } },
          spec: { containers: [{ name: 'db', image: 'db:1' }] },
        },
      },
    }),
  ]);
  const run = await update('shop/secrets/fixed', 'shop/sts/db');
  assert.equal(run.status, 3);
  for (const name of ['fixed', 'db']) {
    const row = rowOf(run, name);
    assert.equal(row?.outcome, 'failed');
    assert.match(row.reason ?? '', /--existing replace deletes it and creates it again$/);
    assert.ok(row.changes.length > 0);
  }
});

test('what a policy puts in again is no update: it has failed, with its path', async () => {
  const api = '/apis/admissionregistration.k8s.io/v1';
  const name = 'always-labelled';
  const rules = [{ apiGroups: [''], apiVersions: ['v1'], operations: ['UPDATE'], resources: ['configmaps'] }];
  const expression = 'Object{metadata: Object.metadata{labels: {"team": "x"}}}';
  await control.apply([
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'MutatingAdmissionPolicy',
      metadata: { name },
      spec: {
        matchConstraints: { resourceRules: rules },
        mutations: [{ patchType: 'ApplyConfiguration', applyConfiguration: { expression } }],
        reinvocationPolicy: 'Never',
      },
    },
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'MutatingAdmissionPolicyBinding',
      metadata: { name },
      spec: { policyName: name },
    },
  ]);
  const path = `${CORE}/configmaps/settings`;
  await waitFor('the policy is in force', async () => {
    await control.request('PATCH', path, { data: { since: 'then' } });
    return at(await control.request('GET', path), 'metadata', 'labels', 'team') === 'x';
  });
  const run = await update('shop/cm/settings');
  for (const kind of ['mutatingadmissionpolicybindings', 'mutatingadmissionpolicies'])
    await control.request('DELETE', `${api}/${kind}/${name}`);
  assert.equal(run.status, 3);
  const row = rowOf(run, 'settings');
  assert.deepEqual(
    [row?.outcome, row?.changes.map((change) => change.path)],
    ['failed', ['metadata.labels']],
  );
});
