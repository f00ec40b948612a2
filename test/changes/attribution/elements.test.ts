import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Elements } from '../../../src/changes/attribution/elements.ts';
import { FieldSet } from '../../../src/changes/attribution/field-set.ts';
import type { Path } from '../../../src/changes/path.ts';
import type { Value } from '../../../src/json/value.ts';

/** An item that counts how often it is read. */
class CountedItem extends Map<string, Value> {
  reads = 0;

  override get(key: string): Value | undefined {
    this.reads += 1;
    return super.get(key);
  }
}

function itemsOf(names: readonly string[]): CountedItem[] {
  return names.map((name) => new CountedItem([['name', name]]));
}

function pathTo(name: string): Path {
  return [
    { kind: 'key', key: 'env' },
    { kind: 'item', match: [['name', name]] },
    { kind: 'key', key: 'value' },
  ];
}

test('an item is found by its key fields, and has no position if several have the same', () => {
  const items = itemsOf(['a', 'b', 'c', 'b']);
  const elements = new Elements(new Map([['env', items]]), 'after');
  const found = ['a', 'b', 'c', 'd'].map((name) => elements.of(pathTo(name))[1]);
  assert.deepEqual(
    found.map((element) => (element?.kind === 'item' ? element.index : 'no item')),
    [0, null, 2, null],
  );
});

test('a long list is read once, whatever the number of its changes', () => {
  const names = Array.from({ length: 200 }, (_, at) => `name-${at}`);
  const items = itemsOf(names);
  const elements = new Elements(new Map([['env', items]]), 'after');
  elements.of(pathTo('name-0'));
  const before = items.map(({ reads }) => reads);
  for (const name of names) elements.of(pathTo(name));
  const more = items.reduce((sum, { reads }, at) => sum + reads - (before[at] ?? 0), 0);
  assert.ok(more <= names.length, `${more} reads for ${names.length} paths`);
});

test('the key of an item is found once, whatever the number of its changes', () => {
  const bytes = Buffer.from(JSON.stringify({ 'k:{"name":"a"}': { 'f:value': {} } }));
  const fields = new FieldSet(bytes, 0);
  const [item] = itemsOf(['a']);
  assert.ok(item !== undefined);
  const element = { kind: 'item', value: item, index: 0 } as const;
  assert.equal(fields.reach([element]).end, 'at');
  const before = item.reads;
  for (let at = 0; at < 10; at += 1) fields.reach([element, { kind: 'field', name: `field-${at}` }]);
  assert.equal(item.reads, before);
});
