import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { differingSpans, lineHtml } from '../../../src/output/page/line-text.ts';

test('whole words and numbers are marked', () => {
  const [before, after] = ['image: web:1.14.2 # pinned', 'image: web:1.15.0 # pinned'];
  const [from, to] = differingSpans(before, after);
  assert.equal(lineHtml(before, from, 'del').html, 'image: web:1.<del>14.2</del> # pinned');
  assert.equal(lineHtml(after, to, 'ins').html, 'image: web:1.<ins>15.0</ins> # pinned');
  const [old, young] = differingSpans('port 8080', 'port 9090');
  assert.equal(lineHtml('port 8080', old, 'del').html, 'port <del>8080</del>');
  assert.equal(lineHtml('port 9090', young, 'ins').html, 'port <ins>9090</ins>');
});

test('lines that have little in common carry no marks', () => {
  const [from] = differingSpans('"info"', '"nothing of this is there"');
  assert.equal(lineHtml('"info"', from, 'del').html, '&quot;info&quot;');
});

test('white space at the end of a line is marked', () => {
  const [, to] = differingSpans('exec shop', 'exec shop ');
  assert.equal(lineHtml('exec shop ', to, 'ins').html, 'exec shop<ins> </ins>');
});

test('what begins and ends alike is no part of the difference, and no pair of surrogates is parted', () => {
  const line = fc.string({
    unit: fc.constantFrom('a', 'b', ' ', '😀', '😁', '\ud83d', '\ude00'),
    maxLength: 12,
  });
  fc.assert(
    fc.property(line, line, (before, after) => {
      const [from, to] = differingSpans(before, after);
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
  const [from] = differingSpans(before, after);
  const { html, isWhole } = lineHtml(before, from, 'del');
  assert.equal(isWhole, false);
  assert.match(
    html,
    /^<span class="cut">29,701 characters left out<\/span>x{299} <del>1<\/del> y{299}<span class="cut">4,701 characters left out<\/span>$/,
  );
});

test('of a line that is long and nothing but different, the beginning is shown', () => {
  const { html, isWhole } = lineHtml('z'.repeat(3000), null, 'ins');
  assert.equal(isWhole, false);
  assert.match(html, /^z{1400}<span class="cut">1,600 characters left out<\/span>$/);
  assert.deepEqual(lineHtml('z'.repeat(2000), null, 'ins'), { html: 'z'.repeat(2000), isWhole: true });
});

test('cutting parts no pair of surrogates', () => {
  fc.assert(
    fc.property(fc.nat(5), fc.nat(5), fc.nat(3000), (odd, end, at) => {
      const text = 'a'.repeat(odd) + '😀'.repeat(2000) + 'b'.repeat(end);
      const { html } = lineHtml(
        text,
        { from: 0, to: Math.min(text.length, odd + 2 * at), isMarked: true },
        'del',
      );
      assert.doesNotMatch(html, /U\+D/);
    }),
  );
});
