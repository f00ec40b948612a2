import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddress, typePathOf } from '../../src/types/archive-paths.ts';

test('reads the place of a type file from its name', () => {
  const places: ReadonlyArray<readonly [string, string | null, string, string]> = [
    ['namespaces.json', null, '', 'namespaces'],
    [
      '_status/clusterroles.rbac.authorization.k8s.io.json',
      null,
      '_status',
      'clusterroles.rbac.authorization.k8s.io',
    ],
    ['web/deployments.apps.json', 'web', '', 'deployments.apps'],
    ['web/_status/deployments.apps.json', 'web', '_status', 'deployments.apps'],
    ['web/_metadata/deployments.apps.json', 'web', '_metadata', 'deployments.apps'],
    ['_metadata/namespaces.json', null, '_metadata', 'namespaces'],
    ['web/_bound/persistentvolumeclaims.json', 'web', '_bound', 'persistentvolumeclaims'],
  ];
  for (const [name, project, view, type] of places)
    assert.deepEqual(typePathOf(name), { project, view, type }, name);
});

test('other names are no type files', () => {
  for (const name of [
    'manifest.json',
    'SHA256SUMS',
    'web/notes.txt',
    '.json',
    'web/_x/a.json',
    'web/a/b.json',
    'web/_status/x/a.json',
    '_x/a.json',
    'web/_status.json',
  ]) {
    assert.equal(typePathOf(name), null, name);
  }
});

test('reads what a person names', () => {
  const address = { project: 'web', view: '', type: null, name: null } as const;
  assert.deepEqual(parseAddress('web'), address);
  assert.deepEqual(parseAddress('web/'), address);
  assert.deepEqual(parseAddress('web/configmaps'), { ...address, type: 'configmaps' });
  assert.deepEqual(parseAddress('web/configmaps/a'), { ...address, type: 'configmaps', name: 'a' });
  assert.deepEqual(parseAddress('web/_status/pods/a'), {
    ...address,
    view: '_status',
    type: 'pods',
    name: 'a',
  });
  assert.deepEqual(parseAddress('_cluster/namespaces/web'), {
    project: null,
    view: '',
    type: 'namespaces',
    name: 'web',
  });
  for (const text of ['', '/', 'web//a', '/web']) assert.equal(parseAddress(text), null, text);
});
