import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  documentMistake,
  itemsOf,
  memberOf,
  membersOf,
  objectMistake,
  textAt,
} from '../../src/json/members.ts';

/** Documents, and what becomes of them when a byte is changed. */
const DOCUMENT = fc
  .tuple(fc.json(), fc.nat(), fc.constantFrom('', ...'{}[],:"\\ 0a.-e'))
  .map(([json, at, byte]) => {
    const place = at % (json.length + 1);
    return json.slice(0, place) + byte + json.slice(place + (at % 2));
  });

test('agrees with JSON.parse on what is a document', () => {
  fc.assert(
    fc.property(DOCUMENT, (text) => {
      let valid = true;
      try {
        JSON.parse(text);
      } catch {
        valid = false;
      }
      const bytes = Buffer.from(text);
      assert.equal(documentMistake(bytes) === null, valid, text);
      const keys: Array<string | null> = [];
      const mistake = objectMistake(bytes, (keyAt) => keys.push(textAt(bytes, keyAt)));
      if (!text.trimStart().startsWith('{')) return;
      assert.equal(mistake === null, valid, text);
      const from = text.indexOf('{');
      if (valid)
        assert.deepEqual(
          keys,
          [...membersOf(bytes, from)].map(([keyAt]) => textAt(bytes, keyAt)),
        );
    }),
    { numRuns: 5000 },
  );
});

test('finds the members and items that JSON.parse finds', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()),
      fc.constantFrom(0, 2),
      (value, indent) => {
        const bytes = Buffer.from(JSON.stringify(value, null, indent));
        const keys = [...membersOf(bytes, 0)].map(([keyAt]) => textAt(bytes, keyAt));
        assert.deepEqual(keys, Object.keys(JSON.parse(bytes.toString())));
        const list = Buffer.from(JSON.stringify(Object.values(value), null, indent));
        assert.equal([...itemsOf(list, 0)].length, keys.length);
      },
    ),
  );
});

test('of members of one name the last counts, also where the name is written with escapes', () => {
  const bytes = Buffer.from('{"kind":"a","\\u006bind":"Secret"}');
  assert.equal(textAt(bytes, memberOf(bytes, 0, 'kind')), 'Secret');
  assert.equal(memberOf(bytes, 0, 'toString'), null);
  assert.equal(memberOf(Buffer.from('["kind"]'), 0, 'kind'), null);
});

test('a hundred thousand levels are refused without a stack', () => {
  for (const [open, close] of ['[]', ['{"a":', '}']].map((pair) => [...pair])) {
    const text = `${(open ?? '').repeat(100_000)}1${(close ?? '').repeat(100_000)}`;
    assert.match(documentMistake(Buffer.from(text)) ?? '', /nested deeper than 10000 levels/);
  }
});
