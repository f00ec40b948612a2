import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonText, printable, printableJson } from '../../src/output/printable.ts';

test('what a terminal would obey stands there in letters', () => {
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
  assert.equal(printableJson('{\n\t"a": 1\r\n}'), '{\n\t"a": 1\r\n}');
});
