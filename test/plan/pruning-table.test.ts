import assert from 'node:assert/strict';
import { test } from 'node:test';
import { steps } from '../../src/json/pruning-paths.ts';
import { BINDING, EVERYWHERE, PER_TYPE } from '../../src/plan/pruning-table.ts';

const ROWS = [...EVERYWHERE, ...PER_TYPE, ...BINDING];

test('every row says why', () => {
  for (const { path, reason } of ROWS) assert.match(reason, /\w{3}/, path);
});

test('no row is there twice for a type', () => {
  const seen = new Set<string>();
  for (const { types, path } of ROWS) {
    for (const type of types === '*' ? ['*'] : types) {
      assert(!seen.has(`${type} ${path}`), `${type} ${path}`);
      seen.add(`${type} ${path}`);
    }
  }
});

test('nothing but metadata is pruned from every type', () => {
  for (const { path } of EVERYWHERE) assert.equal(steps(path)[0], 'metadata', path);
});

test('what a user wished for is never pruned', () => {
  for (const { path } of ROWS) {
    const [top, key = ''] = steps(path);
    assert(
      top !== 'metadata' || !['name', 'namespace', 'labels', 'ownerReferences', 'finalizers'].includes(key),
      path,
    );
    assert(!['data', 'stringData', 'apiVersion', 'kind'].includes(top ?? ''), path);
  }
});

test('conditions are JSON texts', () => {
  for (const { path, only, unless } of ROWS)
    for (const text of [only, unless])
      if (text !== undefined) assert.doesNotThrow(() => JSON.parse(text), path);
});
