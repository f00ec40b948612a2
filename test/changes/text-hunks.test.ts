import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { textHunks } from '../../src/changes/text-hunks.ts';

const numbers = (...replaced: readonly number[]) =>
  [...Array(20).keys()].map((each) => (replaced.includes(each) ? `new ${each}\n` : `${each}\n`)).join('');

test('prints as diff -u does', () => {
  assert.deepEqual(textHunks(numbers(), numbers(4, 11, 19)), [
    {
      beforeStart: 2,
      beforeLines: 14,
      afterStart: 2,
      afterLines: 14,
      lines: [
        ' 1',
        ' 2',
        ' 3',
        '-4',
        '+new 4',
        ' 5',
        ' 6',
        ' 7',
        ' 8',
        ' 9',
        ' 10',
        '-11',
        '+new 11',
        ' 12',
        ' 13',
        ' 14',
      ],
    },
    {
      beforeStart: 17,
      beforeLines: 4,
      afterStart: 17,
      afterLines: 4,
      lines: [' 16', ' 17', ' 18', '-19', '+new 19'],
    },
  ]);
  assert.equal(textHunks(numbers(), numbers(4, 12))?.length, 2);
});

test('counts an empty range from the line before it, and marks a last line without a line end', () => {
  assert.deepEqual(textHunks('', 'a\n'), [
    { beforeStart: 0, beforeLines: 0, afterStart: 1, afterLines: 1, lines: ['+a'] },
  ]);
  assert.deepEqual(textHunks('a\n', ''), [
    { beforeStart: 1, beforeLines: 1, afterStart: 0, afterLines: 0, lines: ['-a'] },
  ]);
  assert.deepEqual(textHunks('a\n', 'a')?.[0]?.lines, ['-a', '+a', '\\ No newline at end of file']);
});

test('every hunk holds the lines that it counts, and three around them', () => {
  const text = fc.array(fc.constantFrom('a\n', 'b\n', 'c\n', 'd\n'), { maxLength: 40 });
  fc.assert(
    fc.property(text, text, (before, after) => {
      for (const hunk of textHunks(before.join(''), after.join('')) ?? []) {
        const side = (sign: string) =>
          hunk.lines.filter((line) => !line.startsWith(sign)).map((line) => `${line.slice(1)}\n`);
        const slice = (lines: readonly string[], start: number, count: number) =>
          lines.slice(Math.max(0, start - 1), start - 1 + count);
        if (hunk.beforeLines > 0)
          assert.deepEqual(side('+'), slice(before, hunk.beforeStart, hunk.beforeLines));
        if (hunk.afterLines > 0) assert.deepEqual(side('-'), slice(after, hunk.afterStart, hunk.afterLines));
        assert.equal(side('+').length, hunk.beforeLines);
        assert.equal(side('-').length, hunk.afterLines);
        assert.doesNotMatch(hunk.lines.map((line) => line[0]).join(''), /^ {4}| {7}| {4}$/);
      }
    }),
  );
});
