import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Printer, WHOLE } from '../../src/json/printer.ts';
import { compileRules, type RuleRow, steps } from '../../src/json/pruning-paths.ts';

/** What is left of a value for the type `pods`. */
function pruned(
  rows: readonly (Omit<RuleRow, 'reason' | 'types'> & Partial<RuleRow>)[],
  value: unknown,
): unknown {
  const rules = compileRules(
    rows.map((row) => ({ types: ['pods'], reason: 'because', ...row })),
    'pods',
  );
  const source = Buffer.from(JSON.stringify(value));
  const out = Buffer.alloc(10_000);
  const printer = new Printer();
  assert.equal(printer.print(source, 0, source.length, out, 0, { ...WHOLE, rules }), source.length);
  return JSON.parse(out.toString('utf8', 0, printer.at));
}

for (const [path, expected] of [
  ['a', ['a']],
  ['a.b', ['a', 'b']],
  ['a[*].b', ['a', '*', 'b']],
  ['a[*]', ['a', '*']],
  ['metadata.annotations[a.b/c]', ['metadata', 'annotations', 'a.b/c']],
  ['a[b.c][*].d', ['a', 'b.c', '*', 'd']],
] as const) {
  test(`${path} leads over ${expected.join(' → ')}`, () => {
    assert.deepEqual(steps(path), expected);
  });
}

test('a type that no row concerns has no rules', () => {
  const row = { types: ['services'], path: 'spec', reason: '' };
  assert.equal(compileRules([row], 'pods'), null);
  assert.notEqual(compileRules([row], 'services'), null);
  assert.notEqual(compileRules([{ ...row, types: '*' }], 'pods'), null);
});

test('a path drops its value, wherever it stands, and nothing beside it', () => {
  const value = { b: 1, a: { b: { c: 2 }, c: { b: 3 } }, ab: 4 };
  assert.deepEqual(pruned([{ path: 'a.b' }], value), { b: 1, a: { c: { b: 3 } }, ab: 4 });
});

test('[*] reaches every element of a list and every value of a map', () => {
  assert.deepEqual(pruned([{ path: 'a[*].b' }], { a: [{ b: 1, c: 2 }, { b: 3 }, 4, null] }), {
    a: [{ c: 2 }, {}, 4, null],
  });
  assert.deepEqual(pruned([{ path: 'a[*].b' }], { a: { x: { b: 1 }, y: { b: 2, c: 3 } } }), {
    a: { x: {}, y: { c: 3 } },
  });
});

test('paths through values of another kind lead nowhere', () => {
  for (const a of [null, 1, 'text', [], {}, [[1]]])
    assert.deepEqual(pruned([{ path: 'a[*].b.c' }], { a }), { a });
});

test('conditions: only this value, or any but this', () => {
  const only = [{ path: 'a[*].t', only: 'null' }];
  assert.deepEqual(pruned(only, { a: [{ t: null }, { t: 'x' }, { t: 0 }] }), {
    a: [{}, { t: 'x' }, { t: 0 }],
  });
  const unless = [{ path: 'a[*].t', unless: '"None"' }];
  assert.deepEqual(pruned(unless, { a: [{ t: 'None' }, { t: 'x' }, { t: null }, { t: 'Nonesuch' }] }), {
    a: [{ t: 'None' }, {}, {}, {}],
  });
});

test('two rows on one way each do their own', () => {
  const rows = [{ path: 'a.b' }, { path: 'a.c.d' }, { path: 'a.c', only: 'null' }];
  assert.deepEqual(pruned(rows, { a: { b: 1, c: { d: 2, e: 3 } } }), { a: { c: { e: 3 } } });
  assert.deepEqual(pruned(rows, { a: { b: 1, c: null } }), { a: {} });
});

test('annotations and labels that were emptied go, those that were empty stay', () => {
  const rows = [
    { path: 'metadata.annotations[a]' },
    { path: 'metadata.labels[a]' },
    { path: 'metadata.other[a]' },
  ];
  const emptied = { metadata: { annotations: { a: 1 }, labels: { a: 1 }, other: { a: 1 }, name: 'x' } };
  assert.deepEqual(pruned(rows, emptied), { metadata: { other: {}, name: 'x' } });
  const empty = { metadata: { annotations: {}, labels: { b: 1 } } };
  assert.deepEqual(pruned(rows, empty), empty);
});
