import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { differingSpans, type Span } from '../../../src/output/changes/line-pieces.ts';
import { changeRows, type Line, lineHtml } from '../../../src/output/page/changes-table.ts';
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

test('old and new values are beside each other', () => {
  assert.deepEqual(rowsOf(1, 2), ['!1|!2']);
  assert.deepEqual(rowsOf('1', 9007199254740991), ['!"1"|!9007199254740991']);
  assert.deepEqual(rowsOf('a', { b: [1], c: 'd' }), ['!"a"|!b:', '|!- 1', '|!c: d']);
  assert.deepEqual(rowsOf({ a: 1 }, {}), ['!1|']);
  assert.deepEqual(rowsOf({}, { a: {} }), ['|!{}']);
});

test('texts with several lines have a row for each line', () => {
  assert.deepEqual(rowsOf({}, { a: 'one\ntwo' }), ['|1!one', '|2!two$']);
  assert.deepEqual(rowsOf({ a: 'one\ntwo\n' }, {}), ['1!one|', '2!two|']);
});

test('a changed text is shown with some context, and with the number of lines that are left out', () => {
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

test('an empty text has no line on its side', () => {
  assert.deepEqual(rowsOf('', 'a\nb\n'), ['|1!a', '|2!b']);
  assert.deepEqual(rowsOf('a\nb\n', ''), ['1!a|', '2!b|']);
});

test('a changed order is one row', () => {
  assert.deepEqual(rowsOf(['a', 'b', 'c'], ['a', 'c', 'b']), ['!a, b, c|!a, c, b']);
  const items = [1, 2, 3, 4].map((at) => ({ at, list: [at] }));
  assert.deepEqual(rowsOf(items, [items[3], items[0], items[1], items[2]]), [
    '1 of 4 items moved: [3] → [0]',
  ]);
});

/** Both lines as HTML. */
function pairHtml(before: string, after: string): readonly [string, string] {
  const { before: from, after: to, isMarked } = differingSpans(before, after);
  return [lineHtml(before, from, 'del', isMarked).html, lineHtml(after, to, 'ins', isMarked).html];
}

test('whole words and numbers are marked', () => {
  assert.deepEqual(pairHtml('image: web:1.14.2 # pinned', 'image: web:1.15.0 # pinned'), [
    'image: web:1.<del>14.2</del> # pinned',
    'image: web:1.<ins>15.0</ins> # pinned',
  ]);
  assert.deepEqual(pairHtml('port 8080', 'port 9090'), ['port <del>8080</del>', 'port <ins>9090</ins>']);
});

test('lines that have little in common are not marked', () => {
  assert.equal(pairHtml('"info"', '"nothing of this is there"')[0], '&quot;info&quot;');
});

test('white space at the end of a line is marked', () => {
  assert.equal(pairHtml('exec shop', 'exec shop ')[1], 'exec shop<ins> </ins>');
});

test('distant differences are marked separately, near ones as one', () => {
  const far = 'the words between them are the same in both of the lines';
  assert.deepEqual(pairHtml(`a=1, ${far}, b=one two three`, `a=2, ${far}, b=one 2 three`), [
    `a=<del>1</del>, ${far}, b=one <del>two</del> three`,
    `a=<ins>2</ins>, ${far}, b=one <ins>2</ins> three`,
  ]);
});

test('the common start and end are not marked, and no surrogate pair is split', () => {
  const line = fc.string({
    unit: fc.constantFrom('a', 'b', ' ', '😀', '😁', '\ud83d', '\ude00'),
    maxLength: 12,
  });
  fc.assert(
    fc.property(line, line, (before, after) => {
      const spans = differingSpans(before, after);
      const whole = (each: readonly Span[]) => ({ from: each[0]?.from ?? 0, to: each.at(-1)?.to ?? 0 });
      const [from, to] = [whole(spans.before), whole(spans.after)];
      assert.equal(before.slice(0, from.from), after.slice(0, to.from));
      assert.equal(before.slice(from.to), after.slice(to.to));
      assert.ok(from.from <= from.to && to.from <= to.to);
      for (const [text, { from: start, to: end }] of [
        [before, from],
        [after, to],
      ] as const) {
        const parts = [text.slice(0, start), text.slice(start, end), text.slice(end)];
        assert.deepEqual(
          parts.flatMap((part) => [...part]),
          [...text],
        );
      }
    }),
  );
});

test('of a long line, the surroundings of the difference are shown, and the length of the rest', () => {
  const [head, tail] = ['x'.repeat(30_000), 'y'.repeat(5_000)];
  const [before, after] = [`${head} 1 ${tail}`, `${head} 2 ${tail}`];
  const { before: spans, isMarked } = differingSpans(before, after);
  const { html, isWhole } = lineHtml(before, spans, 'del', isMarked);
  assert.equal(isWhole, false);
  assert.match(
    html,
    /^<span class="cut">29,701 characters left out<\/span>x{299} <del>1<\/del> y{299}<span class="cut">4,701 characters left out<\/span>$/,
  );
});

test('of a long line that differs as a whole, the beginning is shown', () => {
  const { html, isWhole } = lineHtml('z'.repeat(3000), [], 'ins', false);
  assert.equal(isWhole, false);
  assert.match(html, /^z{1400}<span class="cut">1,600 characters left out<\/span>$/);
  assert.deepEqual(lineHtml('z'.repeat(2000), [], 'ins', false), { html: 'z'.repeat(2000), isWhole: true });
});

test('cutting never splits a surrogate pair', () => {
  fc.assert(
    fc.property(fc.nat(5), fc.nat(5), fc.nat(3000), (odd, end, at) => {
      const text = 'a'.repeat(odd) + '😀'.repeat(2000) + 'b'.repeat(end);
      const { html } = lineHtml(text, [{ from: 0, to: Math.min(text.length, odd + 2 * at) }], 'del', true);
      assert.doesNotMatch(html, /U\+D/);
    }),
  );
});

test('of a long line with changes at both ends, both are shown, and the middle is left out', () => {
  const between = 'word '.repeat(5000);
  const [before, after] = pairHtml(`first=1 ${between} last=1 end`, `first=2 ${between} last=2 end`);
  assert.match(before, /first=<del>1<\/del>.*characters left out.* last=<del>1<\/del> end$/);
  assert.match(after, /first=<ins>2<\/ins>.*characters left out.* last=<ins>2<\/ins> end$/);
  assert.ok(before.length < 2000);
});
