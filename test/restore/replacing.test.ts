import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { at, type KubeObject, textAt } from '../support/kube-object.ts';
import { waitFor } from '../support/wait.ts';
import { backUp, restore, Volume } from './restore-runs.ts';

// An operator's object owns a StatefulSet, and that the claim of its pod: deleted, it would take the data along.

let control: ControlPlane;
const volume = new Volume();
const OPERATED = '/api/v1/namespaces/shop/configmaps/operated';
const FREE = '/api/v1/namespaces/shop/configmaps/free';

function object(apiVersion: string, kind: string, name: string, rest: object, owner?: unknown): KubeObject {
  const ownerReferences = owner === undefined ? [] : [referenceTo(owner)];
  return { apiVersion, kind, metadata: { name, namespace: 'shop', ownerReferences }, ...rest };
}

function referenceTo(owner: unknown) {
  const [name, uid] = [textAt(owner, 'metadata', 'name'), textAt(owner, 'metadata', 'uid')];
  return { apiVersion: textAt(owner, 'apiVersion'), kind: textAt(owner, 'kind'), name, uid };
}

before(async () => {
  control = await startControlPlane();
  await control.apply([
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
    object('v1', 'ConfigMap', 'operated', { data: { size: 'small' } }),
    object('v1', 'ConfigMap', 'free', { data: { size: 'small' } }),
  ]);
  const labels = { app: 'db' };
  const containers = [{ name: 'db', image: 'registry.example.com/db:1' }];
  const spec = {
    serviceName: 'db',
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers } },
  };
  const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
  await control.apply([
    object('apps/v1', 'StatefulSet', 'db', { spec }, await control.request('GET', OPERATED)),
  ]);
  const owner = await control.request('GET', '/apis/apps/v1/namespaces/shop/statefulsets/db');
  await control.apply([object('v1', 'PersistentVolumeClaim', 'data-db-0', { spec: claim }, owner)]);
  await backUp(volume, control.kubeconfig, '-p', 'shop');
  for (const path of [OPERATED, FREE]) await control.request('PATCH', path, { data: { size: 'large' } });
});

after(async () => {
  volume[Symbol.dispose]();
  await control?.stop();
});

const sizeOfFree = async () => at(await control.request('GET', FREE), 'data', 'size');

async function replaced(name: string, kubeconfig = control.kubeconfig) {
  const words = [`shop/cm/${name}`, '--apply', '--existing', 'replace'];
  const run = await restore(volume, kubeconfig, ...words);
  return run.rows.find((row) => row.name === name);
}

test('an object that owns claims through another is not deleted', async () => {
  const row = await replaced('operated');
  const reason =
    'never deleted, since claim shop/data-db-0 and its data would be deleted, too; --existing update changes it in place';
  assert.deepEqual([row?.outcome, row?.reason], ['differs', reason]);
  assert.equal(at(await control.request('GET', OPERATED), 'data', 'size'), 'large');
});

test('who may not see the claims deletes nothing', async () => {
  const rules = [
    { apiGroups: [''], resources: ['namespaces'], verbs: ['get'] },
    { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'create', 'delete'] },
  ];
  const operator = await control.addUser('olga');
  await control.grant({ to: { user: 'olga' }, rules, namespaces: ['shop'] });
  const row = await replaced('free', operator.kubeconfig);
  assert.deepEqual(
    [row?.outcome, row?.reason?.split(':')[0]],
    ['differs', 'never deleted, since claims that it owns may be deleted, too'],
  );
  assert.equal(await sizeOfFree(), 'large');
});

test('who may not create deletes nothing either', async () => {
  const rules = [
    { apiGroups: [''], resources: ['namespaces'], verbs: ['get'] },
    { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'delete'] },
    { apiGroups: [''], resources: ['persistentvolumeclaims'], verbs: ['list'] },
  ];
  const operator = await control.addUser('otto');
  await control.grant({ to: { user: 'otto' }, rules, namespaces: ['shop'] });
  const row = await replaced('free', operator.kubeconfig);
  assert.match(
    row?.reason ?? '',
    /^not deleted, .* is refused: the verb create on configmaps in project shop/,
  );
  assert.equal(row?.outcome, 'failed');
  assert.equal(await sizeOfFree(), 'large');
});

test('what the server would not take is not made room for', async () => {
  const name = 'no-small-ones';
  const rules = [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] }];
  const validations = [{ expression: "object.data.size != 'small'", message: 'too small' }];
  await control.apply([
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name },
      spec: { matchConstraints: { resourceRules: rules }, validations },
    },
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name },
      spec: { policyName: name, validationActions: ['Deny'] },
    },
  ]);
  const small = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'small' }, data: { size: 'small' } };
  const dryRun = '/api/v1/namespaces/shop/configmaps?dryRun=All';
  await waitFor(
    'the policy is in force',
    async () => (await control.admin.answer('POST', dryRun, small)).status === 422,
  );
  const row = await replaced('free');
  for (const kind of ['validatingadmissionpolicybindings', 'validatingadmissionpolicies'])
    await control.request('DELETE', `/apis/admissionregistration.k8s.io/v1/${kind}/${name}`);
  await waitFor(
    'the policy is gone',
    async () => (await control.admin.answer('POST', dryRun, small)).status === 201,
  );
  assert.match(row?.reason ?? '', /^not deleted, .* is refused: 422 Invalid: .*too small/);
  assert.equal(row?.outcome, 'failed');
  assert.equal(await sizeOfFree(), 'large');
});

test('a full quota, in which the object itself is counted, gets time to notice that it is gone', async () => {
  const quota = '/api/v1/namespaces/shop/resourcequotas/few';
  const hard = { 'count/configmaps': '2' };
  await control.apply([
    { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'few', namespace: 'shop' }, spec: { hard } },
  ]);
  // The quota controller, which does not run here, writes what is used.
  const use = (used: string) =>
    control.request('PATCH', `${quota}/status`, { status: { hard, used: { 'count/configmaps': used } } });
  await use('2');
  const restoring = replaced('free');
  await waitFor('it is deleted', async () => (await control.admin.answer('GET', FREE)).status === 404);
  await use('1');
  const row = await restoring;
  await control.request('DELETE', quota);
  assert.equal(row?.outcome, 'updated', row?.reason ?? '');
  assert.equal(await sizeOfFree(), 'small');
  await control.request('PATCH', FREE, { data: { size: 'large' } });
});

test('another object of the same project is', async () => {
  const row = await replaced('free');
  assert.equal(row?.outcome, 'updated');
  assert.equal(await sizeOfFree(), 'small');
});
