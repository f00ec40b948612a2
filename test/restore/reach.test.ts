import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Volume } from '../cluster/run-cli.ts';
import { runHere } from '../cluster/run-here.ts';
import { writeArchive } from '../comparison/archives.ts';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { definition } from '../support/definition.ts';
import { at, textAt } from '../support/kube-object.ts';
import { type Restored, reportOf } from './restore-runs.ts';

// A restore of a project stays in it: what an archive grants beyond needs --cluster-resources yes.

const RBAC = 'rbac.authorization.k8s.io';
const ROLES = `/apis/${RBAC}/v1/clusterroles`;
const BINDINGS = `/apis/${RBAC}/v1/clusterrolebindings`;
const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const CLASSES = '/apis/storage.k8s.io/v1/storageclasses';
const WEBHOOKS = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';
const SHOP = '/api/v1/namespaces/shop';
const ENFORCE = 'pod-security.kubernetes.io/enforce';

const web = { kind: 'ServiceAccount', name: 'web', namespace: 'shop' };
const group = (name: string) => ({ kind: 'Group', name, apiGroup: RBAC });
const role = (name: string) => ({ apiGroup: RBAC, kind: 'ClusterRole', name });
const object = (apiVersion: string, kind: string, name: string, more: object = {}, metadata: object = {}) =>
  JSON.stringify({ apiVersion, kind, metadata: { name, ...metadata }, ...more });
const inShop = (apiVersion: string, kind: string, name: string, more: object = {}) =>
  object(apiVersion, kind, name, more, { namespace: 'shop' });
const binding = (name: string, to: string, subjects: readonly object[]) =>
  object(`${RBAC}/v1`, 'ClusterRoleBinding', name, { roleRef: role(to), subjects });
const clusterRole = (name: string, rules: readonly object[], labels: object = {}) =>
  object(`${RBAC}/v1`, 'ClusterRole', name, { rules }, { labels });
const reads = (resource: string) => ({ apiGroups: [''], resources: [resource], verbs: ['get'] });
const converted = (plural: string, kind: string, conversion: object) =>
  JSON.stringify(definition(`${plural}.example.com`, kind, { schema: { type: 'object' }, conversion }));
const webhook = (namespace: string) => ({
  strategy: 'Webhook',
  webhook: {
    conversionReviewVersions: ['v1'],
    clientConfig: { service: { namespace, name: 'hook', path: '/convert', port: 443 } },
  },
});

const FILES = {
  'namespaces.json': [
    object(
      'v1',
      'Namespace',
      'shop',
      { spec: { finalizers: ['kubernetes'] } },
      { labels: { 'kubernetes.io/metadata.name': 'shop', [ENFORCE]: 'privileged', team: 'a' } },
    ),
  ],
  [`clusterrolebindings.${RBAC}.json`]: [
    binding('everything', 'cluster-admin', [web, group('system:unauthenticated')]),
    binding('mixed', 'reader', [web, group('system:unauthenticated')]),
    binding('own', 'reader', [web]),
    binding('renamed-admin', 'harmless', [web]),
    binding('tenants', 'tenant', [web]),
  ],
  [`clusterroles.${RBAC}.json`]: [
    clusterRole('harmless', [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }]),
    clusterRole('reader', [reads('pods')]),
    clusterRole('tenant', [reads('secrets')], {
      [`${RBAC}/aggregate-to-view`]: 'true',
      [`${RBAC}/aggregate-to-edit`]: 'true',
      app: 'shop',
    }),
    clusterRole('escalator', [
      { apiGroups: [RBAC], resources: ['clusterroles'], verbs: ['bind', 'escalate'] },
    ]),
  ],
  'customresourcedefinitions.apiextensions.k8s.io.json': [
    converted('evils', 'Evil', webhook('elsewhere')),
    converted('owns', 'Own', webhook('shop')),
  ],
  'persistentvolumes.json': [
    object('v1', 'PersistentVolume', 'host', {
      spec: {
        capacity: { storage: '1Gi' },
        accessModes: ['ReadWriteOnce'],
        hostPath: { path: '/' },
        storageClassName: 'gold',
        claimRef: { namespace: 'shop', name: 'data' },
      },
    }),
  ],
  'storageclasses.storage.k8s.io.json': [
    object(
      'storage.k8s.io/v1',
      'StorageClass',
      'gold',
      { provisioner: 'example.com/gold', reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' },
      { annotations: { 'storageclass.kubernetes.io/is-default-class': 'true', kept: 'yes' } },
    ),
  ],
  'priorityclasses.scheduling.k8s.io.json': [
    object('scheduling.k8s.io/v1', 'PriorityClass', 'gold', { value: 1000, globalDefault: true }),
  ],
  'validatingwebhookconfigurations.admissionregistration.k8s.io.json': [
    object('admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration', 'gate', {
      webhooks: [
        {
          name: 'gate.example.com',
          clientConfig: { service: { namespace: 'shop', name: 'gate', path: '/all' } },
          rules: [{ apiGroups: [''], apiVersions: ['v1'], resources: ['nodes'], operations: ['CREATE'] }],
          sideEffects: 'None',
          admissionReviewVersions: ['v1'],
        },
      ],
    }),
  ],
  'shop/serviceaccounts.json': [inShop('v1', 'ServiceAccount', 'web')],
  'shop/configmaps.json': [inShop('v1', 'ConfigMap', 'settings', { data: { a: 'b' } })],
  'shop/evils.example.com.json': [inShop('example.com/v1', 'Evil', 'evil')],
  'shop/owns.example.com.json': [inShop('example.com/v1', 'Own', 'own')],
  'shop/persistentvolumeclaims.json': [
    inShop('v1', 'PersistentVolumeClaim', 'data', {
      spec: {
        accessModes: ['ReadWriteOnce'],
        storageClassName: 'gold',
        volumeName: 'host',
        resources: { requests: { storage: '1Gi' } },
      },
    }),
  ],
  'shop/podtemplates.json': [
    inShop('v1', 'PodTemplate', 'web', {
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { priorityClassName: 'gold', containers: [{ name: 'web', image: 'web' }] },
      },
    }),
  ],
  [`shop/rolebindings.${RBAC}.json`]: [
    inShop(`${RBAC}/v1`, 'RoleBinding', 'escalates', { roleRef: role('escalator'), subjects: [web] }),
    inShop(`${RBAC}/v1`, 'RoleBinding', 'everybody', {
      roleRef: role('reader'),
      subjects: [web, group('system:unauthenticated'), group('system:authenticated')],
    }),
    inShop(`${RBAC}/v1`, 'RoleBinding', 'neighbour', {
      roleRef: role('reader'),
      subjects: [
        { kind: 'ServiceAccount', name: 'ci', namespace: 'build' },
        { kind: 'User', name: 'ann' },
      ],
    }),
  ],
};

let control: ControlPlane;
const volume = new Volume();
let archive: string;

before(async () => {
  control = await startControlPlane();
  archive = writeArchive(volume.path, 'evil.zip', FILES);
});

after(async () => {
  volume[Symbol.dispose]();
  await control?.stop();
});

async function restore(...words: string[]): Promise<Restored> {
  const common = ['--kubeconfig', control.kubeconfig, '--wait', '2', '--retry-for', '4', '-o', 'json'];
  const run = await runHere(['restore', archive, ...common, '--rebind-storage-class', 'gold', ...words]);
  return { ...run, ...reportOf(run) };
}

const read = async (path: string): Promise<unknown> =>
  (await control.admin.answer('GET', path)).status === 404 ? null : await control.request('GET', path);

/** `NAME: what it reaches` of the report, with `+` where it is restored all the same. */
function reached({ report }: Restored): string[] {
  const rows = report.reach;
  assert(Array.isArray(rows));
  return rows.flatMap((row) =>
    Object(row).reaches.map(
      (each: string) => `${at(row, 'restored') === true ? '+ ' : ''}${textAt(row, 'name')}: ${each}`,
    ),
  );
}

test('an archive with everything: a dry run lists it, and --apply leaves it out', async () => {
  for (const words of [[], ['--apply']]) {
    const run = await restore('-p', 'shop', ...words);
    const found = reached(run);
    for (const line of [
      'everything: cluster-admin → ServiceAccount shop/web, Group system:unauthenticated',
      'renamed-admin: harmless → ServiceAccount shop/web',
      'harmless: everything',
      'escalator: escalates roles',
      'escalator: binds any role',
      'mixed: reader → Group system:unauthenticated',
      '+ mixed: reader → ServiceAccount shop/web',
      '+ own: reader → ServiceAccount shop/web',
      '+ tenants: tenant → ServiceAccount shop/web',
      'tenant: aggregates into view, edit',
      'evils.example.com: objects are converted by Service elsewhere/hook/convert',
      'host: hostPath /',
      'gold: the default class of the cluster',
      'gold: globalDefault, the priority of all pods without a class',
      'gate: sends requests to Service shop/gate/all',
      `shop: label ${ENFORCE}=privileged`,
      'everybody: reader → Group system:unauthenticated',
      '+ everybody: reader → Group system:authenticated',
      '+ neighbour: reader → ServiceAccount build/ci',
    ])
      assert(found.includes(line), `${line}\n${found.join('\n')}\n${run.stderr}`);
    assert.equal(found.length, 19, found.join('\n'));
  }
  for (const path of [
    `${BINDINGS}/everything`,
    `${BINDINGS}/renamed-admin`,
    `${ROLES}/harmless`,
    `${ROLES}/escalator`,
    `${CRDS}/evils.example.com`,
    `${WEBHOOKS}/gate`,
    '/api/v1/persistentvolumes/host',
  ])
    assert.equal(await read(path), null, path);
});

test('what the project needs is restored, cut down to the project', async () => {
  assert.equal(textAt(await read(`${SHOP}/configmaps/settings`), 'data', 'a'), 'b');
  assert.deepEqual(at(await read(`${BINDINGS}/mixed`), 'subjects'), [
    { kind: 'ServiceAccount', name: 'web', namespace: 'shop' },
  ]);
  assert.deepEqual(at(await read(`${ROLES}/tenant`), 'metadata', 'labels'), { app: 'shop' });
  assert.notEqual(await read(`${CRDS}/owns.example.com`), null, 'its webhook is in the project');
  const annotations = at(await read(`${CLASSES}/gold`), 'metadata', 'annotations');
  assert.deepEqual(annotations, { kept: 'yes' });
  assert.equal(at(await read('/apis/scheduling.k8s.io/v1/priorityclasses/gold'), 'globalDefault'), undefined);
  const labels = at(await read(SHOP), 'metadata', 'labels');
  assert.deepEqual(labels, { 'kubernetes.io/metadata.name': 'shop', team: 'a' });
  const subjects = at(await read(`/apis/${RBAC}/v1/namespaces/shop/rolebindings/everybody`), 'subjects');
  assert(Array.isArray(subjects));
  assert.deepEqual(
    subjects.map((each) => textAt(each, 'name')),
    ['web', 'system:authenticated'],
  );
});

test('what exists reaches no further by a restore, is left as it is, and is not told', async () => {
  await control.request('PATCH', SHOP, { metadata: { labels: { [ENFORCE]: 'privileged' } } });
  const subjects = [group('system:unauthenticated'), group('others'), { ...web }];
  await control.request('PATCH', `${BINDINGS}/mixed`, { subjects });
  await control.request('PATCH', `${CLASSES}/gold`, {
    metadata: { annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
  });
  await control.apply([
    JSON.parse(binding('everything', 'cluster-admin', [web, group('system:unauthenticated')])),
  ]);
  for (const words of [[], ['--existing', 'update', '--apply']]) {
    const run = await restore('-p', 'shop', ...words);
    const outcome = (name: string, type: string) =>
      run.rows.find((row) => row.name === name && row.type.startsWith(type))?.outcome;
    assert.equal(outcome('shop', 'namespaces'), 'existed');
    assert.equal(outcome('mixed', 'clusterrolebindings'), 'existed');
    assert.equal(outcome('everything', 'clusterrolebindings'), 'existed');
    assert.equal(outcome('gold', 'storageclasses'), 'existed');
    const found = reached(run).join('\n');
    assert.doesNotMatch(found, /label|everything: cluster-admin|default class|^\+? ?own:/m);
  }
  assert.deepEqual(
    Object(at(await read(`${BINDINGS}/mixed`), 'subjects')).map((each: unknown) => textAt(each, 'name')),
    ['system:unauthenticated', 'others', 'web'],
  );
  assert.equal(textAt(await read(SHOP), 'metadata', 'labels', ENFORCE), 'privileged');
});

test('--cluster-resources yes, or the name of an object, restores all of it', async () => {
  const named = await restore(`_cluster/clusterroles.${RBAC}/harmless`, '--apply');
  assert.deepEqual(reached(named), []);
  assert.notEqual(await read(`${ROLES}/harmless`), null);
  const run = await restore('-p', 'shop', '--cluster-resources', 'yes', '--apply');
  assert.deepEqual(reached(run), []);
  for (const path of [`${BINDINGS}/renamed-admin`, `${ROLES}/escalator`, `${WEBHOOKS}/gate`])
    assert.notEqual(await read(path), null, path);
});

test('the text report has a heading of its own', async () => {
  const words = ['--kubeconfig', control.kubeconfig, '--map', 'shop=copy', '-p', 'shop'];
  const run = await runHere(['restore', archive, ...words]);
  assert.match(
    run.stdout,
    /\nreaches beyond the restored projects\n {2}not restored; --cluster-resources yes restores it\n/,
  );
  assert.match(run.stdout, / {4}_cluster\/namespaces\/shop: label .*privileged\n/);
});
