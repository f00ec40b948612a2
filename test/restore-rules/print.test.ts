import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseValue } from '../../src/json/parse-value.ts';
import { isFields, Masked } from '../../src/json/value.ts';
import { printFields } from '../../src/restore-rules/print.ts';

function reprinted(text: string): string {
  const fields = parseValue(Buffer.from(text));
  assert(isFields(fields));
  return printFields(fields).toString();
}

for (const text of [
  '{}',
  '{"n":9007199254740993,"f":1.0,"e":1e400,"z":-0}',
  '{"__proto__":{"constructor":[]},"":null}',
  '{"list":[true,false,null,"",[],{}]}',
  '{"10":"not first","2":"not sorted"}',
]) {
  test(`${text} is sent as it stands`, () => assert.equal(reprinted(text), text));
}

test('any text comes back as the same text', () => {
  const text = 'quote " backslash \\ newline \n nul \u0000 lone \ud800 line \u2028 é 🙂';
  assert.equal(JSON.parse(reprinted(JSON.stringify({ text }))).text, text);
});

test('what is nested too deep to be taken apart is sent as it stands', () => {
  const deep = `{"a":${'['.repeat(500)}1.50${']'.repeat(500)}}`;
  assert.equal(reprinted(deep), deep);
});

test('a masked value is never sent', () => {
  assert.throws(() => printFields(new Map([['password', new Masked('secret')]])), TypeError);
});
