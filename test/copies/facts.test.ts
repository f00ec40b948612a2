import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LocalArchive } from '../../src/copies/copy-plan.ts';
import { factsOf, parseFacts } from '../../src/copies/facts.ts';

const ARCHIVE: LocalArchive = {
  file: 'a.zip',
  time: new Date('2026-09-20T00:15:00Z'),
  bytes: 4711,
  complete: true,
  heldUntil: null,
  expires: null,
  cluster: { uid: '5e0f', server: 'https://api.example.com:6443' },
};

test('facts are short texts with everything that retention needs', () => {
  assert.deepEqual(factsOf(ARCHIVE, null), {
    time: '2026-09-20T00:15:00.000Z',
    bytes: '4711',
    complete: 'true',
    cluster: '5e0f',
  });
});

test('what was written is read again', () => {
  for (const more of [
    {},
    { complete: false },
    { heldUntil: 'forever' as const },
    { heldUntil: new Date('2027-01-01'), expires: new Date('2028-01-01') },
  ]) {
    const { file, time, bytes, cluster, ...dated } = { ...ARCHIVE, ...more };
    const known = { ...dated, cluster: { uid: '5e0f', server: '' } };
    assert.deepEqual(parseFacts(factsOf({ ...ARCHIVE, ...more }, time)), { time, bytes, from: time, known });
  }
  const unnamed = { ...ARCHIVE, cluster: { uid: null, server: 'https://here' } };
  assert.deepEqual(parseFacts(factsOf(unnamed, null))?.known?.cluster, unnamed.cluster);
});

test('anything else is not known: the copy of somebody else is kept', () => {
  const facts = factsOf(ARCHIVE, null);
  for (const wrong of [
    {},
    { ...facts, time: 'yesterday' },
    { ...facts, time: '2026-09-20' },
    { ...facts, bytes: '-1' },
    { ...facts, bytes: '1e9' },
    { ...facts, complete: 'yes' },
    { ...facts, held: 'long' },
    { ...facts, expires: '2026' },
    { ...facts, cluster: 'x'.repeat(2049) },
    { ...facts, server: 'x'.repeat(2049) },
    { time: facts.time, bytes: '1', complete: 'true' },
  ])
    assert.equal(parseFacts(wrong as Record<string, string>), null, JSON.stringify(wrong));
});
