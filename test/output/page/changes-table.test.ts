import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { differingSpans, type Span } from '../../../src/output/changes/line-pieces.ts';
import { lineHtml } from '../../../src/output/page/changes-table.ts';

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

test('lines that have little in common carry no marks', () => {
  assert.equal(pairHtml('"info"', '"nothing of this is there"')[0], '&quot;info&quot;');
});

test('white space at the end of a line is marked', () => {
  assert.equal(pairHtml('exec shop', 'exec shop ')[1], 'exec shop<ins> </ins>');
});

test('differences that lie far from each other are marked each, and those that are near as one', () => {
  const far = 'the words between them are the same in both of the lines';
  assert.deepEqual(pairHtml(`a=1, ${far}, b=one two three`, `a=2, ${far}, b=one 2 three`), [
    `a=<del>1</del>, ${far}, b=one <del>two</del> three`,
    `a=<ins>2</ins>, ${far}, b=one <ins>2</ins> three`,
  ]);
});

test('what begins and ends alike is no part of the difference, and no pair of surrogates is parted', () => {
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

test('a long line is shown around what differs, and says what is left out', () => {
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

test('of a line that is long and nothing but different, the beginning is shown', () => {
  const { html, isWhole } = lineHtml('z'.repeat(3000), [], 'ins', false);
  assert.equal(isWhole, false);
  assert.match(html, /^z{1400}<span class="cut">1,600 characters left out<\/span>$/);
  assert.deepEqual(lineHtml('z'.repeat(2000), [], 'ins', false), { html: 'z'.repeat(2000), isWhole: true });
});

test('cutting parts no pair of surrogates', () => {
  fc.assert(
    fc.property(fc.nat(5), fc.nat(5), fc.nat(3000), (odd, end, at) => {
      const text = 'a'.repeat(odd) + '😀'.repeat(2000) + 'b'.repeat(end);
      const { html } = lineHtml(text, [{ from: 0, to: Math.min(text.length, odd + 2 * at) }], 'del', true);
      assert.doesNotMatch(html, /U\+D/);
    }),
  );
});

test('of a long line with changes at both ends both are shown, and what lies between is left out', () => {
  const between = 'word '.repeat(5000);
  const [before, after] = pairHtml(`first=1 ${between} last=1 end`, `first=2 ${between} last=2 end`);
  assert.match(before, /first=<del>1<\/del>.*characters left out.* last=<del>1<\/del> end$/);
  assert.match(after, /first=<ins>2<\/ins>.*characters left out.* last=<ins>2<\/ins> end$/);
  assert.ok(before.length < 2000);
});
