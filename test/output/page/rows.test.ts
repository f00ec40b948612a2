import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeRows, type Line } from '../../../src/output/page/rows.ts';
import { changed } from './sample.ts';

/** Rows as text: `2- old | 2+ new`. */
function rowsOf(before: unknown, after: unknown): string[] {
  return changed('p', 'configmaps', 'c', { data: before }, { data: after }).changes.flatMap((change) =>
    [...changeRows(change)].map((row) => {
      if (row.kind === 'gap') return `(${row.lines})`;
      if (row.kind === 'note') return row.text;
      const sign = row.kind === 'same' ? ' ' : '!';
      const text = (line: Line | null) =>
        line === null ? '' : `${line.number ?? ''}${sign}${line.text}${line.open ? '$' : ''}`;
      return `${text(row.before)}|${text(row.after)}`;
    }),
  );
}

test('values stand beside each other', () => {
  assert.deepEqual(rowsOf(1, 2), ['!1|!2']);
  assert.deepEqual(rowsOf('1', 9007199254740991), ['!"1"|!9007199254740991']);
  assert.deepEqual(rowsOf('a', { b: [1], c: 'd' }), ['!"a"|!b:', '|!- 1', '|!c: d']);
  assert.deepEqual(rowsOf({ a: 1 }, {}), ['!1|']);
  assert.deepEqual(rowsOf({}, { a: {} }), ['|!{}']);
});

test('texts of several lines stand line by line', () => {
  assert.deepEqual(rowsOf({}, { a: 'one\ntwo' }), ['|1!one', '|2!two$']);
  assert.deepEqual(rowsOf({ a: 'one\ntwo\n' }, {}), ['1!one|', '2!two|']);
});

test('changed texts show what is around the change, and how much is not shown', () => {
  const lines = (...numbers: number[]) => numbers.map((each) => `l${each}\n`).join('');
  const before = lines(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
  const after = before.replace('l5\n', 'x\ny\n').replace('l16\n', 'l16');
  assert.deepEqual(rowsOf(before, after), [
    '(1)',
    '2 l2|2 l2',
    '3 l3|3 l3',
    '4 l4|4 l4',
    '5!l5|5!x',
    '|6!y',
    '6 l6|7 l6',
    '7 l7|8 l7',
    '8 l8|9 l8',
    '(4)',
    '13 l13|14 l13',
    '14 l14|15 l14',
    '15 l15|16 l15',
    '16!l16|17!l16$',
  ]);
});

test('a text that was empty has no line before', () => {
  assert.deepEqual(rowsOf('', 'a\nb\n'), ['|1!a', '|2!b']);
  assert.deepEqual(rowsOf('a\nb\n', ''), ['1!a|', '2!b|']);
});

test('an order that changed is one line', () => {
  assert.deepEqual(rowsOf(['a', 'b', 'c'], ['a', 'c', 'b']), ['!a, b, c|!a, c, b']);
  const items = [1, 2, 3, 4].map((at) => ({ at, list: [at] }));
  assert.deepEqual(rowsOf(items, [items[3], items[0], items[1], items[2]]), [
    '1 of 4 items moved: [3] → [0]',
  ]);
});
