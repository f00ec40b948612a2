import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { waitFor } from '../support/wait.ts';
import { CONFIG_MAPS, object, ProxiedCluster } from './proxied-cluster.ts';

// `--existing replace` deletes what runs: never for an object that the server would refuse.

const DEPLOYMENTS = '/apis/apps/v1/namespaces/shop/deployments';
const REPLACE = ['--apply', '--existing', 'replace'];
let cluster: ProxiedCluster;

before(async () => {
  cluster = await ProxiedCluster.start();
});

after(async () => {
  await cluster?.end();
});

const isThere = async (path: string) => (await cluster.control.admin.answer('GET', path)).status === 200;

function deployment(label: string) {
  const template = {
    metadata: { labels: { app: label } },
    spec: { containers: [{ name: 'web', image: 'web' }] },
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { selector: { matchLabels: { app: 'web' } }, template },
  };
}

test('what is invalid replaces nothing', async () => {
  await cluster.control.apply([deployment('web')]);
  const run = await cluster.restore(
    { 'shop/deployments.apps.json': [JSON.stringify(deployment('other'))] },
    ...REPLACE,
  );
  assert.equal(run.status, 3, run.stderr);
  assert.match(run.rows[0]?.reason ?? '', /^not deleted, .* refused: 422 Invalid: /);
  assert.ok(await isThere(`${DEPLOYMENTS}/web`));
  assert.ok(!run.asked.some((each) => each.startsWith('DELETE')));
});

test('a Secret that cannot be read replaces nothing', async () => {
  const data = { password: 'aHVudGVyMg==' };
  const path = '/api/v1/namespaces/shop/secrets/key';
  await cluster.control.apply([
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'key', namespace: 'shop' }, data },
  ]);
  const spoilt = object('key', { data: { password: 'no base64!' } }, 'v1', 'Secret');
  const run = await cluster.restore({ 'shop/secrets.json': [spoilt] }, ...REPLACE);
  assert.equal(run.status, 3, run.stderr);
  assert.ok(await isThere(path));
  assert.ok(!run.stdout.includes('no base64!'));
});

test('what a policy denies replaces nothing', async () => {
  const group = 'admissionregistration.k8s.io/v1';
  const rule = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] };
  const validations = [{ expression: "!('forbidden' in object.data)" }];
  await cluster.control.apply([
    {
      apiVersion: group,
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name: 'no' },
      spec: { matchConstraints: { resourceRules: [rule] }, validations },
    },
    {
      apiVersion: group,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name: 'no' },
      spec: { policyName: 'no', validationActions: ['Deny'] },
    },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'settings', namespace: 'shop' },
      data: { colour: 'red' },
    },
  ]);
  const forbidden = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' }, data: { forbidden: '' } };
  await waitFor('the policy to hold', async () => {
    return (
      (await cluster.control.admin.answer('POST', `${CONFIG_MAPS}?dryRun=All`, forbidden)).status === 422
    );
  });
  const wanted = object('settings', { data: { forbidden: 'yes' } });
  const run = await cluster.restore({ 'shop/configmaps.json': [wanted] }, ...REPLACE);
  assert.equal(run.status, 3, run.stderr);
  assert.ok(await isThere(`${CONFIG_MAPS}/settings`));
});

test('what fails after the deletion is told as deleted to the end', async () => {
  await cluster.control.apply([
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'unlucky', namespace: 'shop' },
      data: { colour: 'red' },
    },
  ]);
  let isDeleted = false;
  const stop = cluster.proxy.add({
    match: (method, path) => {
      isDeleted ||= method === 'DELETE';
      return isDeleted && method === 'POST' && path.startsWith(CONFIG_MAPS);
    },
    times: 'forever',
    fault: { kind: 'status', status: 500 },
  });
  const wanted = object('unlucky', { data: { colour: 'blue' } });
  const run = await cluster.restore({ 'shop/configmaps.json': [wanted] }, ...REPLACE, '--retry-for', '1');
  stop();
  assert.equal(run.status, 3, run.stderr);
  assert.match(run.rows.at(-1)?.reason ?? '', /^it was deleted, and creating it again failed: 500 /);
  const again = await cluster.restore({ 'shop/configmaps.json': [wanted] }, ...REPLACE);
  assert.equal(again.status, 0, again.stderr);
});
