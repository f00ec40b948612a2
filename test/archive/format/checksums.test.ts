import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseChecksums } from '../../../src/archive/format/checksums.ts';

const SUM = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

test('reads what sha256sum writes, in text and in binary mode', () => {
  const { sums, problems } = parseChecksums(`${SUM}  web/a b.json\n${SUM} *manifest.json\n`);
  assert.deepEqual(
    [...sums],
    [
      ['web/a b.json', SUM],
      ['manifest.json', SUM],
    ],
  );
  assert.deepEqual(problems, []);
  assert.deepEqual(parseChecksums(''), { sums: new Map(), problems: [] });
});

test('tells of each line that says nothing', () => {
  const { sums, problems } = parseChecksums(
    `${SUM}  a\n${SUM} a\n${SUM.slice(1)}  b\n\\${SUM}  c\n${SUM}  a\n${SUM}  d`,
  );
  assert.deepEqual([...sums.keys()], ['a', 'd']);
  assert.deepEqual(problems, [
    'its last line does not end',
    'line 2 is malformed',
    'line 3 is malformed',
    'line 4 is malformed',
    'line 5 names a again',
  ]);
});
