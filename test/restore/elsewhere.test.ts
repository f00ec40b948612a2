import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ZipFile } from '../cluster/run-cli.ts';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { at, isJsonObject } from '../support/kube-object.ts';
import { loadSample, SAMPLE_PROJECTS } from '../support/sample-cluster.ts';
import { backUp, differences, restore, told, Volume } from './restore-runs.ts';

let control: ControlPlane;
const volume = new Volume();

before(async () => {
  control = await startControlPlane();
  await loadSample(control);
  await backUp(volume, control.kubeconfig);
});

after(async () => {
  volume[Symbol.dispose]();
  await control?.stop();
});

test('into another project on the same server: a copy, and the first one is not touched', async () => {
  const words = ['-p', 'shop', '--map', 'shop=shop-copy', '--apply'];
  const run = await restore(volume, control.kubeconfig, ...words);
  assert.equal(run.status, 0, JSON.stringify(run.rows.filter(({ outcome }) => outcome === 'failed')));
  const created = run.rows.filter(({ outcome }) => outcome === 'created');
  assert.ok(
    created.some(
      ({ project, type, from }) => project === 'shop-copy' && type === 'deployments.apps' && from === 'shop',
    ),
  );
  assert.deepEqual(
    told(created, ({ project, name }) => project !== 'shop-copy' && name !== 'shop-copy'),
    [],
  );
  const binding = await control.request(
    'GET',
    '/apis/rbac.authorization.k8s.io/v1/namespaces/shop-copy/rolebindings/config-reader',
  );
  assert.equal(at(binding, 'subjects', 0, 'namespace'), 'shop-copy');
  using copies = new Volume();
  const [first, second] = [
    await backUp(volume, control.kubeconfig),
    await backUp(copies, control.kubeconfig, '-p', 'shop-copy'),
  ];
  const changed = (await differences(volume)).filter((each) => !/shop-copy|ipaddresses/.test(each));
  assert.deepEqual(changed, []);
  for (const type of ['deployments.apps', 'configmaps', 'routes.route.openshift.io'])
    for (const name of second.objects(`shop-copy/${type}.json`))
      assert.ok(first.objects(`shop/${type}.json`).includes(name));
});

test('onto a second server, which knows none of the types: everything is there afterwards', async () => {
  const other = await startControlPlane();
  try {
    using moved = new Volume();
    const run = await restore(volume, other.kubeconfig, '--apply', '--cluster-resources', 'yes');
    assert.equal(run.status, 0, JSON.stringify(run.rows.filter(({ outcome }) => outcome === 'failed')));
    const there = await backUp(moved, other.kubeconfig);
    const projects = there.manifest.projects.map(({ name }) => name);
    for (const project of SAMPLE_PROJECTS) assert.ok(projects.includes(project), project);
    const here = volume.latest();
    for (const type of [
      'routes.route.openshift.io',
      'featureflags.config.example.com',
      'deployments.apps',
      'secrets',
    ])
      for (const name of there.objects(`shop/${type}.json`))
        assert.deepEqual(withoutGenerated(there, type, name), withoutGenerated(here, type, name));
    const again = await restore(volume, other.kubeconfig, '--cluster-resources', 'yes');
    assert.equal(
      at(again.report, 'numCreated'),
      0,
      told(again.rows, ({ outcome }) => outcome === 'created').join(),
    );
  } finally {
    await other.stop();
  }
});

/** An object without what is generated again: the count of rollouts, and the host of a Route. No controller of either runs here. */
function withoutGenerated(archive: ZipFile, type: string, name: string): unknown {
  const object = JSON.parse(JSON.stringify(archive.object(`shop/${type}.json`, name)));
  const [metadata, spec] = [at(object, 'metadata'), at(object, 'spec')];
  const annotations = at(metadata, 'annotations');
  if (isJsonObject(annotations)) Reflect.deleteProperty(annotations, 'deployment.kubernetes.io/revision');
  if (at(annotations, 'openshift.io/host.generated') === 'true' && isJsonObject(spec))
    Reflect.deleteProperty(spec, 'host');
  if (isJsonObject(annotations)) Reflect.deleteProperty(annotations, 'openshift.io/host.generated');
  if (isJsonObject(metadata) && Object.keys(annotations ?? {}).length === 0)
    Reflect.deleteProperty(metadata, 'annotations');
  return object;
}
