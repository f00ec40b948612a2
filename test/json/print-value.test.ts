import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseValue } from '../../src/json/parse-value.ts';
import { printValue } from '../../src/json/print-value.ts';
import { Masked } from '../../src/json/value.ts';

const refuse = () => {
  throw new TypeError('masked');
};
const onOneLine = (json: string) => printValue(parseValue(Buffer.from(json)), null, refuse);

test('numbers keep all their digits and keys their order', () => {
  const json = '{"b":9007199254740993,"a":[1.0,-0,1e400,{}],"__proto__":null}';
  assert.equal(onOneLine(json), json);
});

test('without an indent the text is that of JSON.stringify, with one as well', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), (value) => {
      const json = JSON.stringify(value);
      assert.equal(onOneLine(json), json);
      const parsed = parseValue(Buffer.from(json));
      assert.equal(printValue(parsed, '', refuse), JSON.stringify(value, null, 2));
    }),
  );
});

test('the caller decides what becomes of a masked value, at any depth', () => {
  const value = new Map([['data', new Map([['password', new Masked('c2VjcmV0')]])]]);
  assert.equal(
    printValue(value, null, ({ shown }) => JSON.stringify(shown)),
    '{"data":{"password":"***"}}',
  );
  assert.throws(() => printValue(value, null, refuse), TypeError);
});
