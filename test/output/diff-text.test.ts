import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Change, ObjectChange } from '../../src/changes/change.ts';
import type { Comparison } from '../../src/changes/comparison.ts';
import { Tally } from '../../src/changes/tally.ts';
import { Masked, Raw } from '../../src/json/value.ts';
import { comparisonText } from '../../src/output/diff-text.ts';
import { totalsText } from '../../src/output/diff-words.ts';

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
    objects: handedOut([{ ...named, changes, beingDeletedSince: null }], tally),
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
    await textOf([
      {
        kind: 'reordered',
        path,
        before: ['a', 'b'],
        after: ['b', 'a'],
        moved: [
          [1, 0],
          [0, 1],
        ],
      },
    ]),
    '        ~ x (order): a, b → b, a',
  );
});

test('an order is one line, of long lists the items that moved', async () => {
  const names = Array.from({ length: 40 }, (_, at) => `item-${at}`);
  const after = [...names.slice(1, 20), 'item-0', ...names.slice(20)];
  const moved = after.map((name, at) => [Number(name.slice(5)), at] as const);
  assert.equal(
    await textOf([{ kind: 'reordered', path, before: names, after, moved }]),
    '        ~ x (order): 1 of 40 items moved: [0] → [19]',
  );
});

test('of a long text on one line, what differs and what stands around it', async () => {
  const between = 'word '.repeat(5000);
  const long = (end: string) => `first ${between}\u001b[2J "quoted" ${end} ${between}`;
  const lines = (await textOf([{ kind: 'changed', path, before: long('old'), after: long('new') }])).split(
    '\n',
  );
  assert.equal(lines.length, 2);
  for (const [at, word] of ['old', 'new'].entries()) {
    assert.match(
      lines[at] ?? '',
      new RegExp(
        `^        [-+] x: "\\[…24\\d{3} characters…\\].*u001b\\[2J \\\\"quoted\\\\" ${word} word.*\\[…24\\d{3} characters…\\]"$`,
      ),
    );
    assert.ok((lines[at] ?? '').length < 300);
  }
});

test('long lines of a text are told around what differs, too', async () => {
  const long = (end: string) => `${'x '.repeat(2000)}${end}${' y'.repeat(2000)}`;
  const lines = [`-${long('old')}`, `+${long('new')}`, ` ${long('same')}`];
  const hunks = [{ beforeStart: 1, beforeLines: 2, afterStart: 1, afterLines: 2, lines }];
  const text = (await textOf([{ kind: 'text', path, hunks }])).split('\n').slice(2);
  assert.match(text[0] ?? '', /^ {8}-\[…39\d\d characters…\].* x old y .*\[…39\d\d characters…\]$/);
  assert.match(text[1] ?? '', /^ {8}\+\[…39\d\d characters…\].* x new y .*\[…39\d\d characters…\]$/);
  assert.match(text[2] ?? '', /^ {9}x x .*\[…7004 characters…\]$/);
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
