import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { runHere } from '../cluster/run-here.ts';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { definition } from '../support/definition.ts';
import { mayRead } from '../support/grants.ts';
import { at, type KubeObject, textAt } from '../support/kube-object.ts';
import { backUp, differences, restore, told, Volume } from './restore-runs.ts';

// A backup of some projects takes the cluster-scoped objects that they depend on.

const RBAC = 'rbac.authorization.k8s.io';
const CRDS = 'customresourcedefinitions.apiextensions.k8s.io';
const CLASSES = 'storageclasses.storage.k8s.io';
const PRIORITIES = 'priorityclasses.scheduling.k8s.io';
const SCCS = 'securitycontextconstraints.security.openshift.io';
const DEPENDENCIES_ONLY = /has only the cluster-scoped objects that they depend on/;

const inProject = (
  project: string,
  apiVersion: string,
  kind: string,
  name: string,
  more: object = {},
): KubeObject => ({ apiVersion, kind, metadata: { name, namespace: project }, ...more });
const ofCluster = (apiVersion: string, kind: string, name: string, more: object = {}): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name },
  ...more,
});
const storageClass = (name: string) =>
  ofCluster('storage.k8s.io/v1', 'StorageClass', name, { provisioner: 'csi.example.com' });
const priority = (name: string) =>
  ofCluster('scheduling.k8s.io/v1', 'PriorityClass', name, { value: 1000, description: name });
const clusterRole = (name: string) =>
  ofCluster(`${RBAC}/v1`, 'ClusterRole', name, {
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
  });
const roleRef = (name: string) => ({ apiGroup: RBAC, kind: 'ClusterRole', name });
const clusterBinding = (name: string, role: string, namespace: string) =>
  ofCluster(`${RBAC}/v1`, 'ClusterRoleBinding', name, {
    roleRef: roleRef(role),
    subjects: [{ kind: 'ServiceAccount', name: 'web', namespace }],
  });
const sccs = () => definition(SCCS, 'SecurityContextConstraints', { scope: 'Cluster' });
const scc = (name: string, users: readonly string[]) =>
  ofCluster('security.openshift.io/v1', 'SecurityContextConstraints', name, {
    allowPrivilegedContainer: false,
    users,
    groups: [],
    runAsUser: { type: 'RunAsAny' },
    seLinuxContext: { type: 'MustRunAs' },
  });
const volumeOf = (name: string, project: string, claim: string) =>
  ofCluster('v1', 'PersistentVolume', name, {
    spec: {
      capacity: { storage: '1Gi' },
      accessModes: ['ReadWriteOnce'],
      persistentVolumeReclaimPolicy: 'Retain',
      storageClassName: 'fast',
      nfs: { server: 'nfs.example.com', path: `/${name}` },
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: project, name: claim },
    },
  });
const claim = (project: string, name: string, volumeName: string) =>
  inProject(project, 'v1', 'PersistentVolumeClaim', name, {
    spec: {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '1Gi' } },
      storageClassName: 'fast',
      volumeName,
    },
  });
const deployment = (project: string, spec: object) =>
  inProject(project, 'apps/v1', 'Deployment', 'web', {
    spec: {
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'web', image: 'web:1' }], ...spec },
      },
    },
  });

const NEEDED: readonly KubeObject[] = [
  storageClass('fast'),
  priority('urgent'),
  ofCluster('node.k8s.io/v1', 'RuntimeClass', 'sandboxed', { handler: 'gvisor' }),
  ofCluster('networking.k8s.io/v1', 'IngressClass', 'public', {
    spec: {
      controller: 'example.com/ingress',
      parameters: { apiGroup: 'example.com', kind: 'GatewayConfig', name: 'edge' },
    },
  }),
  ofCluster('example.com/v1', 'GatewayConfig', 'edge', { spec: { size: 2 } }),
  clusterRole('shop-reader'),
  clusterRole('shop-operator'),
  clusterBinding('shop-operator', 'shop-operator', 'shop'),
  scc('shop-scc', ['system:serviceaccount:shop:web']),
  volumeOf('pv-shop', 'shop', 'data'),
];
const OTHERS: readonly KubeObject[] = [
  storageClass('slow'),
  priority('later'),
  clusterRole('other-reader'),
  clusterRole('other-operator'),
  clusterBinding('other-operator', 'other-operator', 'other'),
  scc('other-scc', ['system:serviceaccount:other:web']),
  volumeOf('pv-other', 'other', 'data'),
  ofCluster('example.com/v1', 'GatewayConfig', 'unused', { spec: { size: 1 } }),
];
const IN_SHOP: readonly KubeObject[] = [
  ofCluster('v1', 'Namespace', 'shop'),
  inProject('shop', 'v1', 'ServiceAccount', 'web'),
  inProject('shop', 'example.com/v1', 'Widget', 'red', { spec: { size: 1 } }),
  claim('shop', 'data', 'pv-shop'),
  inProject('shop', `${RBAC}/v1`, 'RoleBinding', 'readers', {
    roleRef: roleRef('shop-reader'),
    subjects: [{ kind: 'ServiceAccount', name: 'web', namespace: 'shop' }],
  }),
  inProject('shop', 'networking.k8s.io/v1', 'Ingress', 'web', {
    spec: { ingressClassName: 'public', defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
  }),
  deployment('shop', { priorityClassName: 'urgent', runtimeClassName: 'sandboxed' }),
];
const IN_OTHER: readonly KubeObject[] = [
  ofCluster('v1', 'Namespace', 'other'),
  inProject('other', 'v1', 'ServiceAccount', 'web'),
  inProject('other', 'example.com/v1', 'Gadget', 'blue', { spec: { size: 1 } }),
  claim('other', 'data', 'pv-other'),
  deployment('other', { priorityClassName: 'later' }),
];

let control: ControlPlane;
const volumes: Volume[] = [];
before(async () => {
  control = await startControlPlane();
  await control.apply([
    sccs(),
    definition('widgets.example.com', 'Widget'),
    definition('gadgets.example.com', 'Gadget'),
    definition('gatewayconfigs.example.com', 'GatewayConfig', { scope: 'Cluster' }),
  ]);
  await control.apply([...NEEDED, ...OTHERS, ...IN_SHOP, ...IN_OTHER]);
});
after(async () => {
  for (const volume of volumes) volume[Symbol.dispose]();
  await control?.stop();
});

function newVolume(): Volume {
  const volume = new Volume();
  volumes.push(volume);
  return volume;
}

test('a backup of a project holds what it depends on, and nothing else of the cluster', async () => {
  const archive = await backUp(newVolume(), control.kubeconfig, '--project', 'shop');
  const objects = (type: string) => archive.objects(`${type}.json`);
  assert.deepEqual(objects('namespaces'), ['shop']);
  assert.deepEqual(objects(CRDS), ['gatewayconfigs.example.com', SCCS, 'widgets.example.com']);
  assert.deepEqual(objects(CLASSES), ['fast']);
  assert.deepEqual(objects(PRIORITIES), ['urgent']);
  assert.deepEqual(objects('runtimeclasses.node.k8s.io'), ['sandboxed']);
  assert.deepEqual(objects('ingressclasses.networking.k8s.io'), ['public']);
  assert.deepEqual(objects('gatewayconfigs.example.com'), ['edge']);
  assert.deepEqual(objects(`clusterroles.${RBAC}`), ['shop-operator', 'shop-reader']);
  assert.deepEqual(objects(`clusterrolebindings.${RBAC}`), ['shop-operator']);
  assert.deepEqual(objects(SCCS), ['shop-scc']);
  assert.deepEqual(objects('persistentvolumes'), ['pv-shop']);
  const rows = archive.manifest.resourceTypes;
  const row = (name: string) => rows.find((each) => each.name === name);
  assert.deepEqual(
    [row(CLASSES)?.outcome, row(CLASSES)?.objects, row(CLASSES)?.dependenciesOnly],
    ['exported', 1, true],
  );
  assert.equal(row('configmaps')?.dependenciesOnly, undefined);
  assert.equal(row('nodes')?.outcome, 'excluded');
  const verified = await runHere(['verify', archive.path]);
  assert.equal(verified.status, 0, verified.stderr);
});

test('many projects, listed over the whole cluster, and a label: also what has other labels', async () => {
  const words = ['--project', 'shop,a,b,c,d,e', '--selector', 'app!=none'];
  const archive = await backUp(newVolume(), control.kubeconfig, ...words);
  assert.deepEqual(archive.objects(`${CLASSES}.json`), ['fast']);
  assert.deepEqual(archive.objects(`${CRDS}.json`), ['gatewayconfigs.example.com', 'widgets.example.com']);
});

test('--resource, --exclude-resource and --cluster-resources no are obeyed', async () => {
  const of = async (...words: string[]) =>
    (await backUp(newVolume(), control.kubeconfig, '-p', 'shop', ...words)).names.filter(
      (name) => !/^_|^shop\/|^manifest|^SHA|^namespaces/.test(name),
    );
  assert.deepEqual(await of('--resource', 'deployments'), []);
  assert.deepEqual(await of('--cluster-resources', 'no'), []);
  const some = await of('--exclude-resource', `${CLASSES},${CRDS}`);
  assert(!some.includes(`${CLASSES}.json`) && !some.includes(`${CRDS}.json`), some.join());
  assert(some.includes(`${PRIORITIES}.json`), some.join());
});

test('an account that may list nothing of the cluster backs up its project without it', async () => {
  const account = await control.addServiceAccount('shop', 'nightly');
  await control.grant({
    to: account,
    namespaces: ['shop'],
    rules: [mayRead('*', '*')],
  });
  const archive = await backUp(newVolume(), account.kubeconfig, '-p', 'shop');
  assert.deepEqual(
    archive.names.filter((name) => name.startsWith('customresource') || name.startsWith('cluster')),
    [],
  );
  assert.equal(archive.manifest.complete, true);
  assert.equal(archive.manifest.resourceTypes.find(({ name }) => name === CLASSES)?.outcome, 'excluded');
});

test('what an archive has only of one project is not missing in it', async () => {
  const volume = newVolume();
  await backUp(volume, control.kubeconfig);
  await backUp(volume, control.kubeconfig, '-p', 'shop');
  const found = await differences(volume);
  assert.deepEqual(
    found.filter((each) => !/shop\/(?:secrets|serviceaccounts)/.test(each)),
    [],
  );
  const words = ['history', `_cluster/${CLASSES}/slow`, '-o', 'json', '--volume', volume.path];
  const history = await runHere(words);
  assert.equal(history.status, 0, history.stderr);
  const { events, unknown } = JSON.parse(history.stdout);
  assert.deepEqual(
    events.map((event: unknown) => textAt(event, 'event')),
    ['first'],
  );
  assert.match(String(at(unknown, 0, 'reason')), DEPENDENCIES_ONLY);
});

test('it restores into an empty cluster', async () => {
  const volume = newVolume();
  await backUp(volume, control.kubeconfig, '-p', 'shop');
  const other = await startControlPlane();
  try {
    // The type of SCCs belongs to every OpenShift.
    await other.apply([sccs()]);
    const words = ['-p', 'shop', '--rebind-storage-class', '*', '--wait', '1', '--apply'];
    const run = await restore(volume, other.kubeconfig, ...words);
    assert.deepEqual(
      told(run.rows, ({ outcome }) => outcome === 'failed'),
      [],
      run.stderr,
    );
    const created = told(run.rows, ({ outcome }) => outcome === 'created');
    for (const { kind, metadata } of [...NEEDED, ...IN_SHOP])
      assert(
        created.some((each) => each.endsWith(`/${metadata.name}`)),
        `${kind} ${metadata.name}`,
      );
  } finally {
    await other.stop();
  }
});
