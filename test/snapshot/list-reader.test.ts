import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { INCOMPLETE, JsonError, valueEnd } from '../../src/snapshot/json.ts';
import { ListReader, NotAList } from '../../src/snapshot/list-reader.ts';

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
      assert.deepEqual(metadata, { resourceVersion: '42', continue: 'abc' });
    });
  }

  it('reads a small list byte by byte', () => {
    assert.deepEqual(
      read('{"items":[ {"a":[]} , {} ], "metadata":{"resourceVersion":"7"}, "kind":"L"} \n', 1),
      {
        items: ['{"a":[]}', '{}'],
        metadata: { resourceVersion: '7', continue: null },
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
    ['no items at all', '{"kind":"Status","status":"Failure"}'],
    ['items that are no list', '{"items":{"a":1}}'],
    ['an item that is no object', '{"items":[1]}'],
    ['a missing comma', '{"items":[{} {}]}'],
    ['more than one document', '{"items":[]}{"items":[]}'],
    ['nothing', ''],
    ['something else', '<html>busy</html>'],
  ];
  it('tells a whole document that is no list from one that broke off', () => {
    assert.throws(() => read('{"kind":"Status","status":"Success"}', 5), NotAList);
    assert.throws(
      () => read('{"kind":"Status","status":', 5),
      (error) => !(error instanceof NotAList),
    );
  });

  for (const [what, text] of broken) {
    it(`refuses ${what}`, () => {
      for (const chunk of [1, 7, 1000]) assert.throws(() => read(text, chunk), JsonError);
    });
  }
});
