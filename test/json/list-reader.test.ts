import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { WRITTEN } from '../../src/json/limits.ts';
import { ListReader } from '../../src/json/list-reader.ts';
import { CutOff, INCOMPLETE, JsonError, valueEnd } from '../../src/json/scan.ts';

/** Reads a list that arrives in chunks of a size; gives its items as text. */
function read(text: string, chunk: number) {
  const reader = new ListReader();
  const items: string[] = [];
  const take = () => {
    for (let at = reader.item(); at >= 0; at = reader.item()) {
      const next = valueEnd(reader.bytes, at, reader.end);
      if (next === INCOMPLETE) {
        reader.incomplete();
        return;
      }
      items.push(reader.bytes.toString('utf8', at, next));
      reader.taken(next);
    }
  };
  const bytes = Buffer.from(text);
  for (let i = 0; i < bytes.length; i += chunk) {
    reader.push(bytes.subarray(i, i + chunk));
    take();
  }
  reader.finish();
  take();
  return { items, metadata: reader.metadata };
}

const long = `{"name":"${'x'.repeat(700_000)}"}`;
const list = `{"kind":"L","apiVersion":"v1","metadata":{"resourceVersion":"42","continue":"abc"},"items":[{"a":1},${long},{"b":{}}]}\n`;

describe('the list reader', () => {
  for (const chunk of [1000, 16_384, 65_536, 10_000_000]) {
    it(`gives every item, whole, from chunks of ${chunk} bytes`, () => {
      const { items, metadata } = read(list, chunk);
      assert.deepEqual(items, ['{"a":1}', long, '{"b":{}}']);
      assert.deepEqual(metadata, { resourceVersion: '42', continue: 'abc', kind: 'L', apiVersion: 'v1' });
    });
  }

  it('reads a small list byte by byte', () => {
    assert.deepEqual(
      read('{"items":[ {"a":[]} , {} ], "metadata":{"resourceVersion":"7"}, "kind":"L"} \n', 1),
      {
        items: ['{"a":[]}', '{}'],
        metadata: { resourceVersion: '7', continue: null, kind: 'L', apiVersion: null },
      },
    );
  });

  it('takes empty lists in every form of them', () => {
    for (const text of ['{"items":[]}', '{"items":null,"kind":"L"}', '{"metadata":{},"items":[ ]}']) {
      assert.deepEqual(read(text, 5).items, []);
    }
  });

  it('keeps its memory near the largest item', () => {
    const reader = new ListReader();
    reader.push(Buffer.from('{"items":['));
    const item = Buffer.from(`{"x":"${'y'.repeat(9_990)}"},`);
    for (let i = 0; i < 5_000; i++) {
      reader.push(item);
      for (let at = reader.item(); at >= 0; at = reader.item()) {
        const next = valueEnd(reader.bytes, at, reader.end);
        if (next === INCOMPLETE) {
          reader.incomplete();
          break;
        }
        reader.taken(next);
      }
    }
    assert.ok(reader.bytes.length <= 512 * 1024, `${reader.bytes.length} bytes held for 50 MB`);
    assert.ok(reader.passed > 49_000_000);
  });

  const broken: ReadonlyArray<readonly [string, string]> = [
    ['an end in the middle of an item', '{"items":[{"a":1},{"b'],
    ['an end behind an item', '{"items":[{"a":1}'],
    ['an end behind the items', '{"items":[{"a":1}]'],
    ['an item that is no object', '{"items":[1]}'],
    ['a missing comma', '{"items":[{} {}]}'],
    ['more than one document', '{"items":[]}{"items":[]}'],
    ['nothing', ''],
    ['something else', '<html>busy</html>'],
  ];
  it('tells a whole document that is no list from one that broke off', () => {
    for (const text of ['{"status":"Success","kind":"Status"}', '{"items":{"a":1},"kind":"Status"}'])
      assert.throws(() => read(text, 5), /^NotAList: it has no items, so it is not a list but a Status$/);
    for (const text of ['{"kind":"Status","status":', '{"items":[{}', '{"items":[{}, ', '', '  '])
      assert.throws(() => read(text, 5), CutOff);
  });

  it('holds no white space, wherever it stands between members and items', () => {
    const space = Buffer.alloc(64 * 1024, ' ');
    const reader = new ListReader();
    let items = 0;
    for (const piece of ['', '{', '"kind":"L"', ',', '"items":[', '{}', ',', '{}', ']', '}', '']) {
      for (let i = 0; i < 100; i++) {
        reader.push(i === 50 ? Buffer.from(piece) : space);
        for (let at = reader.item(); at >= 0; at = reader.item()) {
          const next = valueEnd(reader.bytes, at, reader.end);
          items += 1;
          reader.taken(next);
        }
      }
    }
    reader.finish();
    assert.equal(reader.item(), -1);
    assert.equal(items, 2);
    assert.equal(reader.bytes.length, 256 * 1024);
  });

  it('ends with the limits of objects and of what stands around them', () => {
    const large = (bytes: number) => `{"x":"${'y'.repeat(bytes)}"}`;
    const { items } = read(`{"items":[${large(WRITTEN.objectBytes - 10)},{}]}`, 65_536);
    assert.equal(items.length, 2);
    const tooLarge = `{"items":[${large(WRITTEN.objectBytes + 200_000)},{}]}`;
    assert.throws(() => read(tooLarge, 65_536), /an object of more than 16777216 bytes/);
    assert.throws(
      () => read(`{"metadata":${large(3_000_000)}}`, 65_536),
      /a member of more than 2097152 bytes/,
    );
  });

  it('gives the memory of a large item back', () => {
    const reader = new ListReader();
    reader.push(Buffer.from(`{"items":[{"x":"${'y'.repeat(9_000_000)}"},{"a`));
    const at = reader.item();
    reader.taken(valueEnd(reader.bytes, at, reader.end));
    assert(reader.bytes.length > 9_000_000);
    reader.shrink();
    assert.equal(reader.bytes.length, 256 * 1024);
    reader.push(Buffer.from('":1}]}'));
    reader.finish();
    const rest = reader.item();
    assert.equal(reader.bytes.toString('utf8', rest, valueEnd(reader.bytes, rest, reader.end)), '{"a":1}');
  });

  for (const [what, text] of broken) {
    it(`refuses ${what}`, () => {
      for (const chunk of [1, 7, 1000]) assert.throws(() => read(text, chunk), JsonError);
    });
  }
});
