import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type ListPart, ListSplitter, UnboundedItem } from '../../../src/archive/reading/list-splitter.ts';

function split(
  text: string | Buffer,
  chunk = 1_000_000,
): { items: string[]; whole: string; envelope: string } {
  const splitter = new ListSplitter();
  const bytes = Buffer.from(text);
  const parts: ListPart[] = [];
  for (let at = 0; at < bytes.length; at += chunk)
    parts.push(...splitter.push(bytes.subarray(at, at + chunk)));
  parts.push(...splitter.end());
  const join = (some: readonly ListPart[]) => Buffer.concat(some.map((part) => part.bytes)).toString();
  return {
    items: parts.filter(({ kind }) => kind === 'item').map((part) => part.bytes.toString()),
    envelope: join(parts.filter(({ kind }) => kind === 'envelope')),
    whole: join(parts),
  };
}

test('cuts out the items and leaves the envelope', () => {
  const { items, envelope } = split('{"kind":"List","items":[ {"a":[1,{}]} ,{"b":"}],"}],"x":{"items":[3]}}');
  assert.deepEqual(items, ['{"a":[1,{}]}', '{"b":"}],"}']);
  assert.equal(envelope, '{"kind":"List","items":[  ,],"x":{"items":[3]}}');
});

test('items may be any value, also where they make no List', () => {
  assert.deepEqual(split('{"items":[1, -2.5e3,"a,]\\"",null ,[[]],true]}').items, [
    '1',
    '-2.5e3',
    '"a,]\\""',
    'null',
    '[[]]',
    'true',
  ]);
});

test('only the top-level list called items has items', () => {
  for (const text of [
    '{"items":{"items":[1]}}',
    '[{"items":[1]}]',
    '{"item":[1]}',
    '{"a":"items","b":[1]}',
    '[1]',
  ]) {
    assert.deepEqual(split(text).items, [], text);
  }
});

test('an end in the middle of an item gives what there is of it', () => {
  assert.deepEqual(split('{"items":[{"a":1},{"b":').items, ['{"a":1}', '{"b":']);
});

test('an item without end is stopped', () => {
  const splitter = new ListSplitter();
  const push = (bytes: Buffer) => [...splitter.push(bytes)];
  push(Buffer.from('{"items":["'));
  const chunk = Buffer.alloc(16 * 1024 * 1024, 'x');
  for (let at = 0; at < 4; at += 1) push(chunk.subarray(at));
  assert.throws(() => push(chunk), UnboundedItem);
});

test('wherever the chunks are cut, the bytes and the items are the same', () => {
  const list = fc.record({
    apiVersion: fc.string(),
    items: fc.array(fc.jsonValue()),
    metadata: fc.jsonValue(),
  });
  fc.assert(
    fc.property(list, fc.constantFrom(0, 2), fc.integer({ min: 1, max: 9 }), (value, indent, chunk) => {
      const text = JSON.stringify(value, null, indent);
      const { items, whole } = split(text, chunk);
      assert.equal(whole, text);
      assert.deepEqual(
        items.map((item) => JSON.parse(item)),
        JSON.parse(text).items,
      );
    }),
  );
});
