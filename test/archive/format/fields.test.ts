import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FieldMistake, Fields } from '../../../src/archive/format/fields.ts';

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

test('a time is one that there is', () => {
  const read = (time: string) => new Fields({ time }, '').time('time');
  for (const time of ['2026-09-11T00:15:00Z', '2026-09-11T00:15:00.000Z', '2024-02-29T23:59:59.123456Z'])
    assert.equal(read(time), time);
  for (const time of [
    '2026-02-30T00:15:00Z',
    '2026-13-01T00:00:00Z',
    '2026-09-11T24:00:00Z',
    '2026-09-11',
    '',
  ])
    assert.throws(() => read(time), FieldMistake, time);
});
