import assert from 'node:assert/strict';
import { test } from 'node:test';
import { age, clock, clockFor, size } from '../../../src/output/print/units.ts';

const now = new Date('2026-09-11T03:15:00Z');

test('ages are in whole units', () => {
  const ages: ReadonlyArray<readonly [string, string]> = [
    ['2026-09-11T03:15:00.400Z', 'now'],
    ['2026-09-11T03:14:00Z', '1 minute ago'],
    ['2026-09-11T00:15:00Z', '3 hours ago'],
    ['2026-09-04T00:15:00Z', '7 days ago'],
    ['2026-09-12T03:15:00Z', 'in 1 day'],
  ];
  for (const [time, text] of ages) assert.equal(age(new Date(time), now), text);
});

test('times name their zone, on both sides of a change of clocks', () => {
  assert.equal(clock(new Date('2026-10-25T00:30:00Z'), 'Europe/Zurich'), '2026-10-25 02:30 GMT+2');
  assert.equal(clock(new Date('2026-10-25T01:30:00Z'), 'Europe/Zurich'), '2026-10-25 02:30 GMT+1');
  assert.equal(clock(now, 'UTC'), '2026-09-11 03:15 UTC');
});

test('times have seconds where two of them share a minute', () => {
  const [one, two, three] = ['2026-10-25T00:30:05Z', '2026-10-25T00:30:40Z', '2026-10-25T01:30:05Z'];
  assert.deepEqual([one, three].map(clockFor([one, three], 'Europe/Zurich')), [
    '2026-10-25 02:30 GMT+2',
    '2026-10-25 02:30 GMT+1',
  ]);
  assert.deepEqual([one, two, three].map(clockFor([one, two, three], 'UTC')), [
    '2026-10-25 00:30:05 UTC',
    '2026-10-25 00:30:40 UTC',
    '2026-10-25 01:30:05 UTC',
  ]);
});

test('sizes are short and never wider than four digits', () => {
  const sizes: ReadonlyArray<readonly [number, string]> = [
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 KiB'],
    [1536, '1.5 KiB'],
    [10_239, '10 KiB'],
    [1_023_000, '999 KiB'],
    [1_023_900, '1.0 MiB'],
    [104_161_081, '99 MiB'],
    [5 * 1024 ** 3, '5.0 GiB'],
    [3000 * 1024 ** 4, '3000 TiB'],
  ];
  for (const [bytes, text] of sizes) assert.equal(size(bytes), text);
});
