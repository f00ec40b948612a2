import assert from 'node:assert/strict';
import { test } from 'node:test';
import { progressLine } from '../../src/output/backup.ts';

test('the bar fills with the types that are done', () => {
  assert.equal(progressLine(0, 8, 'pods', 80), `${'░'.repeat(24)}  0/8  pods`);
  assert.equal(progressLine(4, 8, 'pods', 80), `${'█'.repeat(12)}${'░'.repeat(12)}  4/8  pods`);
  assert.equal(progressLine(8, 8, 'pods', 80), `${'█'.repeat(24)}  8/8  pods`);
});

test('counts stand under each other, and nothing to do is done', () => {
  assert.match(progressLine(9, 60, 'pods', 80), / {3}9\/60 {2}pods$/);
  assert.match(progressLine(0, 0, '', 80), /^█{24} {2}0\/0/);
});

test('a line never fills the terminal: it could not be taken back', () => {
  assert.equal(progressLine(1, 60, 'x'.repeat(70), 80).length, 79);
});
