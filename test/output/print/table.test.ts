import assert from 'node:assert/strict';
import { test } from 'node:test';
import { table } from '../../../src/output/print/table.ts';

test('columns are as wide as their widest cell, numbers to the right, no space at the end', () => {
  const rows = [
    ['web', '7', ''],
    ['a-long-name', '1200', 'x'],
  ];
  assert.equal(
    table([{ title: 'NAME' }, { title: 'N', align: 'right' }, { title: 'WHY' }], rows),
    ['NAME            N  WHY', 'web             7', 'a-long-name  1200  x', ''].join('\n'),
  );
});

test('a cell cannot break its line', () => {
  assert.equal(table([{ title: 'A' }], [['x\ny']]), 'A\nx\\u000ay\n');
});
