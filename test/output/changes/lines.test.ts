import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Change } from '../../../src/changes/change.ts';
import { Masked, Raw } from '../../../src/json/value.ts';
import { changeLines, line } from '../../../src/output/changes/lines.ts';

/** The lines of a change, a line feed between them. */
function textOf(change: Change, colour = false): string {
  return changeLines(change, true)
    .map((each) => line(each, '', { colour }))
    .join('')
    .trimEnd();
}

const path = [{ kind: 'key', key: 'x' }] as const;

test('short values share a line, long ones have a line each', () => {
  assert.equal(textOf({ kind: 'changed', path, before: new Raw('1'), after: 'b' }), '~ x: 1 → "b"');
  const long = 'y'.repeat(90);
  assert.equal(
    textOf({ kind: 'changed', path, before: 'a'.repeat(20), after: long }),
    `- x: "${'a'.repeat(20)}"\n+ x: "${long}"`,
  );
});

test('objects and lists are printed as YAML, an order as names', () => {
  const value = new Map([['b', ['c', new Raw('9007199254740993')]]]);
  assert.equal(
    textOf({ kind: 'added', path, at: null, value }),
    '+ x:\n+   b:\n+   - c\n+   - 9007199254740993',
  );
  assert.equal(
    textOf({
      kind: 'reordered',
      path,
      before: ['a', 'b'],
      after: ['b', 'a'],
      moved: [
        [1, 0],
        [0, 1],
      ],
    }),
    '~ x (order): a, b → b, a',
  );
});

test('an order is one line, of long lists the items that moved', () => {
  const names = Array.from({ length: 40 }, (_, at) => `item-${at}`);
  const after = [...names.slice(1, 20), 'item-0', ...names.slice(20)];
  const moved = after.map((name, at) => [Number(name.slice(5)), at] as const);
  assert.equal(
    textOf({ kind: 'reordered', path, before: names, after, moved }),
    '~ x (order): 1 of 40 items moved: [0] → [19]',
  );
});

test('a long line shows what differs and the characters around it', () => {
  const between = 'word '.repeat(5000);
  const long = (end: string) => `first ${between}\u001b[2J "quoted" ${end} ${between}`;
  const lines = textOf({ kind: 'changed', path, before: long('old'), after: long('new') }).split('\n');
  assert.equal(lines.length, 2);
  for (const [at, word] of ['old', 'new'].entries()) {
    assert.match(
      lines[at] ?? '',
      new RegExp(
        `^[-+] x: "\\[…24\\d{3} characters…\\].*u001b\\[2J \\\\"quoted\\\\" ${word} word.*\\[…24\\d{3} characters…\\]"$`,
      ),
    );
    assert.ok((lines[at] ?? '').length < 300);
  }
});

test('so does a long line of a text', () => {
  const long = (end: string) => `${'x '.repeat(2000)}${end}${' y'.repeat(2000)}`;
  const lines = [`-${long('old')}`, `+${long('new')}`, ` ${long('same')}`];
  const hunks = [{ beforeStart: 1, beforeLines: 2, afterStart: 1, afterLines: 2, lines }];
  const text = textOf({ kind: 'text', path, hunks }).split('\n').slice(2);
  assert.match(text[0] ?? '', /^-\[…39\d\d characters…\].* x old y .*\[…39\d\d characters…\]$/);
  assert.match(text[1] ?? '', /^\+\[…39\d\d characters…\].* x new y .*\[…39\d\d characters…\]$/);
  assert.match(text[2] ?? '', /^ x x .*\[…7004 characters…\]$/);
});

test('a changed masked value is marked, and nothing else is shown', () => {
  const change = { kind: 'changed', path, before: new Masked('a'), after: new Masked('secret') } as const;
  assert.equal(textOf(change), '~ x: "***" → "*** (changed)"');
});

test('with colours, a line has the colour of its sign', () => {
  const removed: Change = { kind: 'removed', path, at: null, value: 'a' };
  assert.equal(textOf(removed, true), '\u001b[31m- x: "a"\u001b[39m');
  assert.equal(textOf(removed), '- x: "a"');
});
