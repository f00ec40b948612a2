import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Change, ObjectChange } from '../../src/changes/change.ts';
import type { Comparison } from '../../src/changes/comparison.ts';
import { Tally } from '../../src/changes/tally.ts';
import { Masked, Raw } from '../../src/changes/value.ts';
import { comparisonText } from '../../src/output/comparison-text.ts';
import { totalsText } from '../../src/output/totals.ts';

async function* handedOut(objects: readonly ObjectChange[], tally: Tally): AsyncGenerator<ObjectChange> {
  for (const object of objects) {
    tally.add(object);
    yield object;
  }
}

/** The text of one changed object, without its headings and totals. */
async function textOf(changes: readonly Change[], colour = false): Promise<string> {
  const tally = new Tally();
  const named = { change: 'changed', project: 'p', type: 'things', kind: 'Thing', name: 'a' } as const;
  const comparison: Comparison = {
    before: { name: 'a.zip', time: '2026-09-10T00:15:00Z' },
    after: { name: 'b.zip', time: '2026-09-11T00:15:00Z' },
    notes: [],
    notComparable: [],
    objects: handedOut([{ ...named, changes }], tally),
    tally,
  };
  let text = '';
  for await (const piece of comparisonText(comparison, 'UTC', { colour })) text += piece;
  return colour ? text : text.split('\n').slice(6, -3).join('\n');
}

const path = [{ kind: 'key', key: 'x' }] as const;

test('short values stand beside each other, long ones below', async () => {
  assert.equal(
    await textOf([{ kind: 'changed', path, before: new Raw('1'), after: 'b' }]),
    '        ~ x: 1 → "b"',
  );
  const long = 'y'.repeat(90);
  assert.equal(
    await textOf([{ kind: 'changed', path, before: 'a'.repeat(20), after: long }]),
    `        - x: "${'a'.repeat(20)}"\n        + x: "${long}"`,
  );
});

test('objects and lists are printed as YAML, an order as names', async () => {
  const value = new Map([['b', ['c', new Raw('9007199254740993')]]]);
  assert.equal(
    await textOf([{ kind: 'added', path, at: null, value }]),
    '        + x:\n        +   b:\n        +   - c\n        +   - 9007199254740993',
  );
  assert.equal(
    await textOf([{ kind: 'reordered', path, before: ['a', 'b'], after: ['b', 'a'] }]),
    '        ~ x (order): a, b → b, a',
  );
});

test('a masked value that has changed says so, and nothing else', async () => {
  const change = { kind: 'changed', path, before: new Masked('a'), after: new Masked('secret') } as const;
  assert.equal(await textOf([change]), '        ~ x: "***" → "*** (changed)"');
});

test('colours stand on lines, where they are wanted', async () => {
  const text = await textOf([{ kind: 'removed', path, at: null, value: 'a' }], true);
  assert.ok(text.includes('\n        \u001b[31m- x: "a"\u001b[39m\n'));
});

test('totals read as a sentence', () => {
  const none = { added: 0, changed: 0, removed: 0, projects: 0, clusterScoped: 0 };
  assert.equal(totalsText(none), 'no differences');
  assert.equal(
    totalsText({ ...none, changed: 12, added: 3, removed: 1, projects: 3 }),
    '12 objects changed, 3 added, 1 removed in 3 projects',
  );
  assert.equal(
    totalsText({ ...none, removed: 1, clusterScoped: 1 }),
    '1 object removed in cluster-scoped types',
  );
});
