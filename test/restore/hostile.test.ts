import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Files } from '../comparison/archives.ts';
import { at, listAt } from '../support/kube-object.ts';
import { CONFIG_MAPS, object, ProxiedCluster } from './proxied-cluster.ts';

// Every archive from outside is hostile: whatever stands in it, no request leaves the object's own place.

let cluster: ProxiedCluster;

before(async () => {
  cluster = await ProxiedCluster.start();
});

after(async () => {
  await cluster?.end();
});

/**
 * What is asked whatever the archive holds: the server, the identity, permissions, projects, types, and what a
 * restored project has of the types that both know.
 */
const FIRST_QUESTIONS =
  /selfsubject|^GET \/(readyz|version|api(s\/[a-z0-9.]+)?\/v1)$|^GET \/api\/v1\/namespaces(\/(shop|kube-system|Shop%20Of%20Horrors))?$|^GET \/api\/v1\/namespaces\/shop\/(configmaps|secrets)$/;

const NAMES = ['', '.', '..', 'a/b', '../secrets/key', 'a%2fb', 'a\ud800b'];
const CUNNING: Readonly<Record<string, Files>> = {
  'a name that would lead elsewhere': { 'shop/configmaps.json': NAMES.map((name) => object(name)) },
  'a name that the server would make up': {
    'shop/configmaps.json': [
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"","generateName":"made-up-"}}',
    ],
  },
  'a project in a file that is not that of projects': {
    'namespaces.hidden.json': [
      '{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop","labels":{"a":"b"}}}',
    ],
  },
  'a Secret in a file of another group': {
    'shop/secrets.hidden.json': [object('key', { stringData: { password: 'hunter2' } }, 'v1', 'Secret')],
  },
  'a version that is a path': {
    'shop/configmaps.json': [object('a', {}, '../api/v1'), object('b', {}, 'v1\ud800')],
    'shop/things.example.com.json': [object('c', {}, 'example.com/v1/namespaces/shop/things/t', 'Thing')],
  },
  'a folder that is no project': { 'Shop Of Horrors/configmaps.json': [object('a')] },
  'a type that stands in no project': {
    'shop/clusterroles.rbac.authorization.k8s.io.json': [
      object('a', { rules: [] }, 'rbac.authorization.k8s.io/v1', 'ClusterRole'),
    ],
  },
  'a type that stands in projects': { 'configmaps.json': [object('a')] },
  'a command in the form of an object': {
    'shop/bindings.json': [object('a', { target: { kind: 'Node', name: 'n' } }, 'v1', 'Binding')],
  },
};

for (const [what, files] of Object.entries(CUNNING))
  test(`${what} is sent nowhere, and deletes nothing`, async () => {
    const run = await cluster.restore(files, '--apply', '--existing', 'replace');
    assert.equal(run.status, 3, run.stderr + run.stdout);
    const count = Object.values(files).flat().length;
    assert.equal(
      run.rows.filter(({ outcome, reason }) => outcome === 'failed' && reason !== null).length,
      count,
    );
    assert.deepEqual(
      run.asked.filter((each) => !FIRST_QUESTIONS.test(each)),
      [],
    );
    const items = listAt(await cluster.control.request('GET', CONFIG_MAPS), 'items');
    assert.ok(items.some((item) => at(item, 'metadata', 'name') === 'bystander'));
    assert.ok(!items.some((item) => String(at(item, 'metadata', 'name')).startsWith('made-up-')));
    const project = await cluster.control.request('GET', '/api/v1/namespaces/shop');
    assert.equal(at(project, 'metadata', 'deletionTimestamp'), undefined);
    assert.ok(!(run.stdout + run.stderr).includes('hunter2'));
  });
