import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sharedProjects } from '../../src/volume/catalogue.ts';

const rows = (...counts: ReadonlyArray<readonly [name: string, objects: number]>) =>
  counts.map(([name, objects]) => ({ name, objects }));

test('the projects of two equal nights are the same list', () => {
  const known = rows(['a', 1], ['b', 2]);
  assert.equal(sharedProjects(rows(['a', 1], ['b', 2]), known), known);
});

test('the rows that another night has in the same way are kept once, wherever a project came or went', () => {
  const known = rows(['a', 1], ['b', 2], ['c', 3], ['e', 5]);
  const own = rows(['b', 2], ['c', 4], ['d', 1], ['e', 5]);
  const shared = sharedProjects(own, known);
  assert.deepEqual(shared, own);
  assert.deepEqual(
    shared.map((row) => known.includes(row)),
    [true, false, false, true],
  );
});

test('a night with the first projects of another one is not that one', () => {
  const known = rows(['a', 1], ['b', 2]);
  for (const own of [rows(['a', 1]), rows(), rows(['a', 1], ['b', 2], ['c', 1]), rows(['b', 2], ['a', 1])])
    assert.deepEqual(sharedProjects(own, known), own);
});
