import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ItemVisitor } from '../../src/export/item-visitor.ts';
import { Printer } from '../../src/json/printer.ts';
import { compileRules } from '../../src/json/pruning-paths.ts';
import { EVERYWHERE } from '../../src/plan/pruning-table.ts';
import type { ResourceType } from '../../src/types/resource-type.ts';

// The export finds names by bytes and takes the first; readers make values and take the last.
// An object that has two would be listed as one and restored as another.

const ODD: ResourceType = {
  ...{ group: 'odd.example.com', version: 'v1', resource: 'odds', kind: 'Odd', name: 'odds.odd.example.com' },
  ...{ namespaced: true, singular: 'odd', shortNames: [] },
};

/** What the visitor finds wrong with an item. */
function mistakeIn(item: string): string | null {
  const bytes = Buffer.from(`${item} `);
  const visitor = new ItemVisitor(ODD);
  visitor.begin();
  const rules = compileRules(EVERYWHERE, ODD.name);
  const out = Buffer.alloc(4096);
  assert.ok(
    new Printer().print(bytes, 0, bytes.length, out, 0, { rules, depth: 2, head: visitor.head(2), visitor }) >
      0,
  );
  return visitor.mistake;
}

const ROWS: ReadonlyArray<readonly [item: string, mistake: string]> = [
  ['{"metadata":{"name":"a","namespace":"web","name":"b"}}', 'has "name" twice'],
  ['{"metadata":{"name":"a","namespace":"web","namespace":"kube-system"}}', 'has "namespace" twice'],
  ['{"metadata":{"name":"a","namespace":"web"},"metadata":{"name":"b"}}', 'has "metadata" twice'],
  ['{"kind":"Odd","metadata":{"name":"a","namespace":"web"},"kind":"Odd"}', 'has "kind" twice'],
  ['{"apiVersion":"odd.example.com/v1","metadata":{},"apiVersion":""}', 'has "apiVersion" twice'],
  ['{"k\\u0069nd":"Secret","metadata":{"name":"a"}}', 'writes the key "kind" with escapes'],
  ['{"metadata":{"name":"a"},"m\\u0065tadata":{"name":"b"}}', 'writes the key "metadata" with escapes'],
  ['{"metadata":{"name":"a","n\\u0061me":"b"}}', 'writes the key "name" with escapes'],
  ['{"metadata":{"name":"a","u\\u0069d":"1"}}', 'writes the key "uid" with escapes'],
];

for (const [item, mistake] of ROWS)
  test(`an object that could be read as two is none: ${mistake}`, () => {
    assert.equal(mistakeIn(item), `an object in it ${mistake}`);
  });

test('such keys elsewhere in an object are its own business', () => {
  const item =
    '{"metadata":{"name":"a","namespace":"web","annotations":{"name":"x","k\\u0069nd":"y"}},"spec":{"name":"b","name":"c","n\\u0061me":"d","metadata":{}},"a\\u0026b":1}';
  assert.equal(mistakeIn(item), null);
});
