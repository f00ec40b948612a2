import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonText } from '../../../src/output/print/json.ts';
import { isPrintable, printable, printableText } from '../../../src/output/print/printable.ts';

test('control characters are printed as escapes', () => {
  assert.equal(
    printable('a\u001b[31mb\r\n\tc\u007f\u009bd'),
    'a\\u001b[31mb\\u000d\\u000a\\u0009c\\u007f\\u009bd',
  );
  assert.equal(printable('\u202egpj.exe\u2066\u2028\ufeff'), '\\u202egpj.exe\\u2066\\u2028\\ufeff');
  assert.equal(printable('Zürich 東京 😀'), 'Zürich 東京 😀');
});

test('JSON keeps its meaning and its lines', () => {
  const value = { name: 'a\u009b\u202e\u007f\u001b', 'k\u2028': ['😀'] };
  const text = jsonText(value);
  assert.deepEqual(JSON.parse(text), value);
  assert.doesNotMatch(text, /(?!\n)[\p{Cc}\u202e\u2028]/u);
  assert.ok(text.endsWith('}\n'));
  assert.equal(printableText('{\n\t"a": 1\n}'), '{\n\t"a": 1\n}');
});

const UNSEEN = [
  ...['\u0000', '\u007f', '\u0085', '\u009b', '\u00a0', '\u00ad', '\u034f', '\u061c', '\u115f', '\u1160'],
  ...['\u1680', '\u17b4', '\u180b', '\u180e', '\u2003', '\u200b', '\u200c', '\u200d', '\u200e', '\u200f'],
  ...['\u2028', '\u2029', '\u202a', '\u202e', '\u202f', '\u205f', '\u2060', '\u2064', '\u2069', '\u206f'],
  ...['\u2800', '\u3000', '\u3164', '\ufe0e', '\ufe0f', '\ufeff', '\uffa0', '\ufff9', '\ufffb', '\uffff'],
  ...['\ud800', '\udfff', '\u{1d159}', '\u{1d173}', '\u{e0001}', '\u{e0041}', '\u{e007f}', '\u{e0100}'],
];

for (const character of UNSEEN) {
  const code = character.codePointAt(0)?.toString(16);
  test(`"admin" and "admin" with U+${code} do not look alike`, () => {
    const shown = printable(`admin${character}`);
    assert.match(shown, /^admin(?:\\u[0-9a-f]{4}){1,2}$/);
    assert.equal(printableText(`admin${character}`), shown);
    assert.equal(JSON.parse(`"${shown}"`), `admin${character}`);
    assert.equal(isPrintable(character), false);
  });
}

test('printing an escaped text again does not change it', () => {
  const text = UNSEEN.map(printable).join('');
  assert.equal(printable(text), text);
});

test('letters of all scripts, emoji and accents are printed as they are', () => {
  const text = 'Zürich, e\u0301, 東京, עברית, العربية, हिन्दी, ภาษาไทย, 😀, 🇩🇪, ①, ─│█░, �';
  assert.equal(printable(text), text);
  assert.ok(isPrintable(`${text}\n\t`));
});
