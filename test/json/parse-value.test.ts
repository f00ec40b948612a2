import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MOST_VALUES, parseValue } from '../../src/json/parse-value.ts';
import { canonical, Raw, same } from '../../src/json/value.ts';
import { valueJson } from '../../src/output/print/json.ts';

const parse = (json: string) => parseValue(Buffer.from(json));

test('a value is printed as the JSON that it was made of', () => {
  fc.assert(
    fc.property(fc.array(fc.json()), fc.constantFrom(0, 2), (texts, indent) => {
      const json = JSON.stringify(JSON.parse(`[${texts.join()}]`), null, indent);
      assert.equal(JSON.stringify(JSON.parse(valueJson(parse(json), ''))), JSON.stringify(JSON.parse(json)));
    }),
  );
});

test('keeps the text of numbers, whatever their size', () => {
  for (const number of ['9007199254740993', '-0', '1.0', '1e400', '0.1000']) {
    assert.equal(valueJson(parse(`[${number}]`)), `[${number}]`);
  }
});

test('two values are the same exactly where their canonical texts are', () => {
  const json = fc.jsonValue({ maxDepth: 3 }).map((value) => parse(JSON.stringify([value])));
  fc.assert(fc.property(json, json, (a, b) => assert.equal(same(a, b), canonical(a) === canonical(b))));
});

test('a document that is too much to be taken apart stays text, whole', () => {
  for (const json of [
    `{"a":[${'{},'.repeat(600_000)}{}],"b":[1]}`,
    `{${Array.from({ length: 600_000 }, (_, at) => `"${at}":"x"`).join()}}`,
  ]) {
    const value = parse(json);
    assert.ok(value instanceof Raw);
    assert.equal(value.json, json);
  }
});

test('one value less than too much is taken apart', () => {
  const value = parse(`[${'1,'.repeat(MOST_VALUES - 2)}1]`);
  assert.ok(Array.isArray(value));
  assert.equal(value.length, MOST_VALUES - 1);
});
