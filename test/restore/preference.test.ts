import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { start } from '../bad-days/run.ts';
import { EXAMPLE } from '../restore-rules/preference-example.ts';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { at, type KubeObject } from '../support/kube-object.ts';
import { boundClaim } from '../support/sample/storage.ts';
import { waitFor } from '../support/wait.ts';
import { backUp, reportOf, restore, told, Volume } from './restore-runs.ts';

let control: ControlPlane;
const volume = new Volume();
const CLAIM = '/api/v1/namespaces/shop/persistentvolumeclaims/data';

before(async () => {
  control = await startControlPlane();
  const project = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  const settings = (name: string, namespace: string): KubeObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace },
  });
  await control.apply([
    project('shop'),
    project('bank'),
    ...boundClaim('shop', 'data', 'ReadWriteOnce', '1Gi'),
    settings('wanted', 'shop'),
    settings('left-out', 'shop'),
    settings('elsewhere', 'bank'),
  ]);
  await backUp(volume, control.kubeconfig, '--cluster-resources', 'yes');
  await control.deleteNamespace('shop');
  await control.deleteNamespace('bank');
});

after(async () => {
  volume[Symbol.dispose]();
  await control?.stop();
});

test('a preference file leaves out, and says so of each object', async () => {
  const file = join(volume.path, 'preference.yaml');
  const spec = ['excludeNamespaces: [bank]', 'excludeApiPathes: ["/api/v1/namespaces/shop,left-out"]'];
  writeFileSync(
    file,
    `apiVersion: clustersnapshot.rywt.io/v1alpha1\nkind: RestorePreference\nmetadata: {name: some}\nspec:\n  ${spec.join('\n  ')}\n`,
  );
  const run = await restore(volume, control.kubeconfig, '-p', 'shop,bank', '--preference', file);
  assert.equal(run.status, 0, run.stderr);
  const rows = run.rows.filter(({ rule }) => rule === 'preference');
  assert.deepEqual(told(rows), [
    'excluded _cluster/namespaces/bank',
    'excluded bank/configmaps/elsewhere',
    'excluded shop/configmaps/left-out',
  ]);
  assert.equal(rows[1]?.reason, 'excludeNamespaces: bank');
  assert.equal(at(run.report, 'numPreferenceExcluded'), 3);
  writeFileSync(file, EXAMPLE);
  const example = await restore(
    volume,
    control.kubeconfig,
    '--preference',
    file,
    '--cluster-resources',
    'yes',
  );
  assert.equal(example.status, 0, example.stderr);
  assert.ok(Number(at(example.report, 'numPreferenceExcluded')) > 20);
  writeFileSync(file, 'spec: {excludeNamespace: [bank]}');
  const wrong = await restore(volume, control.kubeconfig, '--preference', file);
  assert.equal(wrong.status, 2);
  assert.match(wrong.stderr, /the preference file has the unknown field excludeNamespace/);
});

test('a claim of a storage class that is rebound gets its volume, and is waited for', async () => {
  const words = [
    'restore',
    'latest',
    '-p',
    'shop',
    '--rebind-storage-class',
    'stand*',
    '--apply',
    '-o',
    'json',
  ];
  await control.request('PATCH', `/api/v1/persistentvolumes/${await volumeName()}`, {
    metadata: { finalizers: null },
  });
  await control.request('DELETE', `/api/v1/persistentvolumes/${await volumeName()}`);
  const running = start([...words, '--volume', volume.path, '--kubeconfig', control.kubeconfig]);
  await waitFor('the claim', async () => (await control.admin.answer('GET', CLAIM)).status === 200);
  // As the controller would, which is not there.
  await control.request('PATCH', `${CLAIM}/status`, { status: { phase: 'Bound' } });
  const run = await running.ended;
  assert.equal(run.status, 0, run.stderr);
  assert.doesNotMatch(run.stderr, /Claim/);
  const claim = await control.request('GET', CLAIM);
  const name = at(claim, 'spec', 'volumeName');
  assert.ok(typeof name === 'string');
  assert.equal(
    at(await control.request('GET', `/api/v1/persistentvolumes/${name}`), 'spec', 'claimRef', 'uid'),
    undefined,
  );
  const claims = reportOf(run).rows.filter(({ type }) => type.startsWith('persistentvolume'));
  assert.deepEqual(
    claims.map(({ outcome }) => outcome),
    ['created', 'created'],
  );
});

async function volumeName(): Promise<string> {
  return volume.latest().objects('persistentvolumes.json')[0] ?? '';
}
