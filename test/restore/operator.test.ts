import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { runHere } from '../cluster/run-here.ts';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { at, type KubeObject, listAt } from '../support/kube-object.ts';
import { backUp, reportOf, restore, told, Volume } from './restore-runs.ts';

let control: ControlPlane;
const volume = new Volume();

const OBJECTS: KubeObject[] = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'bank' } },
  ...['shop', 'bank'].flatMap((namespace): KubeObject[] => [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace }, data: { a: 'b' } },
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'key', namespace }, data: { key: 'c2VjcmV0' } },
  ]),
];

before(async () => {
  control = await startControlPlane();
  await control.apply(OBJECTS);
  await backUp(volume, control.kubeconfig, '-p', 'shop,bank');
  for (const project of ['shop', 'bank'])
    for (const path of ['configmaps/settings', 'secrets/key'])
      await control.request('DELETE', `/api/v1/namespaces/${project}/${path}`);
});

after(async () => {
  volume[Symbol.dispose]();
  await control?.stop();
});

test('what an operator may not create is told per type and project before anything is written; the rest goes on', async () => {
  const user = await control.addUser('olga');
  const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['create', 'get'] }];
  await control.grant({ to: { user: 'olga' }, rules, namespaces: ['shop'] });
  await control.grant({
    to: { user: 'olga' },
    rules: [{ apiGroups: [''], resources: ['namespaces'], verbs: ['get'] }],
  });
  const run = await restore(volume, user.kubeconfig, '-p', 'shop,bank', '--apply');
  assert.equal(run.status, 3, run.stderr);
  const missing = listAt(run.report, 'missing').map((row) =>
    ['verb', 'type', 'project'].map((key) => at(row, key)).join(' '),
  );
  assert.deepEqual(missing, [
    'create configmaps bank',
    'get configmaps bank',
    'create secrets bank',
    'get secrets bank',
    'create secrets shop',
    'get secrets shop',
  ]);
  assert.deepEqual(told(run.rows), [
    'existed _cluster/namespaces/bank',
    'existed _cluster/namespaces/shop',
    'failed bank/configmaps/settings',
    'failed bank/secrets/key',
    'created shop/configmaps/settings',
    'failed shop/secrets/key',
  ]);
  assert.equal(
    run.rows.find(({ project, outcome }) => project === 'bank' && outcome === 'failed')?.reason,
    'the verb create on configmaps in project bank is missing',
  );
});

test('the account of the nightly job, which only reads, gets the missing verb of each type', async () => {
  const account = await control.addServiceAccount('cluster-backup', 'openshift-backup');
  await control.grant({
    to: account,
    rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list'] }],
  });
  const words = ['restore', 'latest', '--apply', '--volume', volume.path, '--kubeconfig', account.kubeconfig];
  const run = await runHere(words);
  assert.equal(run.status, 3, run.stderr);
  assert.match(run.stdout, /\nmissing permissions\n( {2}create \S+( in project \S+)?\n)+/);
  assert.match(run.stdout, /\n {2}create secrets in project shop\n/);
  assert.doesNotMatch(run.stdout, /^created/m);
  const answer = await control.admin.answer('GET', '/api/v1/namespaces/shop/secrets/key');
  assert.equal(answer.status, 404);
});

test('of a Secret that the server refuses, nothing of its answer is shown that may quote it', async () => {
  await control.apply([
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name: 'loud' },
      spec: {
        matchConstraints: {
          resourceRules: [
            { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['secrets'] },
          ],
        },
        validations: [{ expression: 'false', messageExpression: '"no: " + string(object.data.key)' }],
      },
    },
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name: 'loud' },
      spec: { policyName: 'loud', validationActions: ['Deny'] },
    },
  ]);
  let run = await restore(volume, control.kubeconfig, 'shop/secrets/key');
  // The server reads its policies every second.
  for (let tries = 0; run.status === 0 && tries < 10; tries++)
    run = await restore(volume, control.kubeconfig, 'shop/secrets/key');
  assert.equal(run.status, 3, run.stdout);
  assert.match(
    reportOf(run).rows.at(-1)?.reason ?? '',
    /^422 Invalid; the message of the server is not shown/,
  );
  assert.doesNotMatch(run.stdout + run.stderr, /"secret"|c2VjcmV0|no: /);
});
