import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { EntryTable, type WrittenEntry } from '../../../src/archive/writing/entry-table.ts';

function entry(path: string, more: Partial<WrittenEntry> = {}): WrittenEntry {
  const sha256 = createHash('sha256').update(path).digest('hex');
  const sizes = { crc: 0xdeadbeef, size: 700, deflatedSize: 300, offset: 4711, header: 40 };
  return { path, sha256, group: 0, count: null, ...sizes, ...more };
}

function whole(table: EntryTable, index: number): WrittenEntry {
  return { ...table.entry(index), ...table.checksum(index) };
}

function entriesOf(table: EntryTable): WrittenEntry[] {
  return Array.from({ length: table.length }, (_, index) => whole(table, index));
}

for (const [what, more] of [
  ['of ordinary size', {}],
  ['with a count', { count: 3 }],
  ['with a count of 0, which differs from none', { count: 0 }],
  ['of an empty file', { crc: 0, size: 0, deflatedSize: 2, offset: 0 }],
  [
    'larger than 4 GiB, behind 4 TiB of others',
    { size: 2 ** 40 + 1, deflatedSize: 2 ** 33 + 1, offset: 2 ** 42 + 1 },
  ],
  ['of the group that has a negative number', { group: -1 }],
  ['of the highest group', { group: 2 ** 30 }],
  ['with a name beyond ASCII', { path: 'web/ü.json' }],
] as const) {
  test(`an entry ${what} is the same when it is read`, () => {
    const table = new EntryTable();
    table.add(entry('before'));
    table.add(entry('web/a.json', more));
    table.add(entry('after'));
    assert.deepEqual(whole(table, 1), entry('web/a.json', more));
  });
}

test('entries of many blocks are ordered by the bytes of their names, and by offset again', () => {
  const table = new EntryTable();
  const names = ['a.json', 'a/b.json', 'a', 'a-b', 'z', 'é', '😀', '｡', 'team-1/x', 'team-10/x', ''];
  const all = Array.from({ length: 4000 }, (_, index) =>
    entry(`${names[index % 11]}${index}`, { offset: index * 10 }),
  );
  for (const each of all) table.add(each);
  table.sortByPath();
  const byBytes = all.toSorted((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
  assert.deepEqual(entriesOf(table), byBytes);
  table.sortByOffset();
  assert.deepEqual(entriesOf(table), all);
});

test('a withdrawn group is gone, and an entry that moves keeps the rest', () => {
  const table = new EntryTable();
  for (const [index, group] of [0, 1, 2, 1].entries()) table.add(entry(`t${index}`, { group }));
  table.withdraw(1);
  table.withdraw(7);
  table.move(1, 99);
  assert.deepEqual(entriesOf(table), [entry('t0'), entry('t2', { group: 2, offset: 99 })]);
});

test('a name that no block can hold is refused', () => {
  assert.throws(
    () => new EntryTable().add(entry('x'.repeat(70_000))),
    /the name of an entry has more than \d+ bytes/,
  );
});

test('an entry takes 80 bytes and its name', () => {
  const table = new EntryTable();
  const before = process.memoryUsage().arrayBuffers;
  for (let index = 0; index < 20_000; index++) table.add(entry(`team-00000/_metadata/t${index}.json`));
  const taken = process.memoryUsage().arrayBuffers - before;
  assert.ok(taken < 20_000 * 112, `${taken} bytes`);
});
