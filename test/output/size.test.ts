import assert from 'node:assert/strict';
import { test } from 'node:test';
import { size } from '../../src/output/size.ts';

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
