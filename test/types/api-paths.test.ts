import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectionPath, itemPath, namespacePath, versionPath } from '../../src/types/api-paths.ts';

test('paths of versions, collections and objects', () => {
  assert.equal(versionPath('v1'), '/api/v1');
  assert.equal(versionPath('apps/v1'), '/apis/apps/v1');
  assert.equal(collectionPath('apps/v1', 'deployments', null), '/apis/apps/v1/deployments');
  const inShop = collectionPath('v1', 'configmaps', 'shop');
  assert.equal(inShop, '/api/v1/namespaces/shop/configmaps');
  assert.equal(itemPath(inShop, 'a b'), `${inShop}/a%20b`);
  assert.equal(namespacePath('shop'), '/api/v1/namespaces/shop');
});

for (const [what, part, encoded] of [
  ['a folder above', '..', '%2E%2E'],
  ['the folder itself', '.', '%2E'],
  ['a slash', 'a/b', 'a%2Fb'],
  ['an encoded slash', 'a%2fb', 'a%252fb'],
  ['a query', 'a?dryRun=All#b', 'a%3FdryRun%3DAll%23b'],
  ['a line feed', 'a\nb', 'a%0Ab'],
  ['a lone surrogate', 'a\ud800', 'a%EF%BF%BD'],
] as const)
  test(`${what} in a name stays one part of the path`, () => {
    assert.equal(itemPath('/api/v1/namespaces', part), `/api/v1/namespaces/${encoded}`);
    assert.equal(collectionPath('v1', part, part), `/api/v1/namespaces/${encoded}/${encoded}`);
  });

test('a version leads nowhere else, whatever it is', () => {
  assert.equal(versionPath('..'), '/api/%2E%2E');
  assert.equal(versionPath('x/../../api/v1'), '/apis/x/%2E%2E/%2E%2E/api/v1');
  assert.equal(versionPath('v1\ud800'), '/api/v1%EF%BF%BD');
});
