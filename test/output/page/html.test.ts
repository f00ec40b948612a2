import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { plain, shown, shownLine, shownProse } from '../../../src/output/page/html.ts';
import { UNSEEN } from '../../../src/output/print/printable.ts';

const MARK = /<span class="u">(U\+[0-9A-F]{4,6})<\/span>/g;
const DECODED: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&amp;': '&',
};

function decoded(html: string): string {
  return html.replace(MARK, '$1').replace(/&[a-z0-9#]+;/g, (entity) => DECODED[entity] ?? entity);
}

test('markup is shown as text', () => {
  assert.equal(
    shown(`</script><b a="1" c='2'>&amp;`),
    '&lt;/script&gt;&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;amp;',
  );
});

test('an invisible character is shown as its code point in a box', () => {
  const mark = (name: string) => `<span class="u">${name}</span>`;
  assert.equal(shown('a\u202eb'), `a${mark('U+202E')}b`);
  assert.equal(shown('\u0000\u001b\u0085'), ['U+0000', 'U+001B', 'U+0085'].map(mark).join(''));
  assert.equal(
    shown('\u200b\u00ad\u00a0\u3164\ufeff'),
    ['U+200B', 'U+00AD', 'U+00A0', 'U+3164', 'U+FEFF'].map(mark).join(''),
  );
  assert.equal(shown('\u{e0041}'), mark('U+E0041'));
  assert.equal(shown('a\ud83d \udc00'), `a${mark('U+D83D')} ${mark('U+DC00')}`);
  assert.equal(shown('Zürich 東京 😀 שלום'), 'Zürich 東京 😀 שלום');
  assert.equal(plain('\u202e<'), 'U+202E&lt;');
});

test('tabs are kept only in lines of texts', () => {
  assert.equal(shownLine('\ta\r'), '\ta<span class="u">U+000D</span>');
  assert.equal(shown('\t'), '<span class="u">U+0009</span>');
});

test('dates, times and options in a sentence are not broken at their hyphens', () => {
  assert.equal(
    shownProse('from 2026-09-10 00:15:03 to 2026-09-11 (--include-noise) <b>'),
    'from <span class="whole">2026-09-10 00:15:03</span> to <span class="whole">2026-09-11</span> (<span class="whole">--include-noise</span>) &lt;b&gt;',
  );
  for (const text of ['a-b', '12026-09-10', '2026-09-101', 'U+202E \u202e --'])
    assert.equal(shownProse(text), shown(text));
});

test('any text is shown completely, and never as markup', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.string({ unit: fc.constantFrom('<', '&', '"', "'", 'U+202E', '\u202e', '\ud800', 'a') }),
      ),
      (text) => {
        assert.doesNotMatch(shown(text).replace(MARK, ''), /[<>"']/);
        assert.doesNotMatch(plain(text), /[<>"']|[\p{Cc}\p{Cs}\p{Bidi_Control}]/u);
        assert.equal(decoded(shown(text)), decoded(plain(text)));
        const kept = [...text].filter((each) => !new RegExp(`[${UNSEEN}]`, 'v').test(each));
        assert.equal(decoded(shown(text).replace(MARK, '')), kept.join(''));
      },
    ),
  );
});
