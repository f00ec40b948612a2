import assert from 'node:assert/strict';
import { test } from 'node:test';
import { copiesText } from '../../src/output/copy.ts';

test('a message of the server cannot break its line', () => {
  const report = {
    place: 's3://backups',
    plan: { due: [], present: ['one.zip'], leftOut: [], taken: [] },
    unfit: [],
    copied: [],
    failed: [],
    late: [],
    ended: [],
    rotation: null,
    unrotated: 'the bucket says\none.zip  removed\u001b[2J',
  };
  const [, row, , note, ...rest] = copiesText(report, true).split('\n');
  assert.match(row ?? '', /^one\.zip +is there$/);
  assert.equal(note, String.raw`no old copies were removed: the bucket says\u000aone.zip  removed\u001b[2J`);
  assert.deepEqual(rest, ['']);
});
