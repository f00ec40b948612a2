import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FieldMistake, Fields } from '../../src/archive/fields.ts';

test('only own fields are fields', () => {
  const fields = new Fields(JSON.parse('{"__proto__":{"a":1}}'), '');
  assert.deepEqual(fields.keys(), ['__proto__']);
  for (const key of ['a', 'constructor', 'toString']) assert.equal(fields.value(key), undefined, key);
});

test('a mistake tells the whole path', () => {
  const fields = new Fields({ a: { b: [{}, { c: { d: 1 } }] } }, '');
  const read = () =>
    fields.object('a').list('b', (each) => (each.value('c') ? each.object('c').text('d') : ''));
  assert.throws(read, new FieldMistake('a.b[1].c.d is not a text'));
  assert.throws(() => new Fields([], ''), new FieldMistake('the document is no object'));
  assert.throws(() => new Fields(null, 'a'), new FieldMistake('a is no object'));
});
