import assert from 'node:assert/strict';
import { test } from 'node:test';
import { retentionPolicy } from '../../src/commands/retention-policy.ts';
import { contextOf } from './context.ts';

const policy = (...words: string[]) => retentionPolicy(contextOf(['prune', ...words]).context.config);

test('without options archives stay for seven days', () => {
  assert.deepEqual(policy(), { days: 7, min: 1, rules: null, zone: 'UTC' });
});

test('a --keep option takes the place of the default of --retain-days, not of one that was given', () => {
  const rules = { within: null, last: 0, daily: 7, weekly: 0, monthly: 0, yearly: 0 };
  assert.deepEqual(policy('--keep-daily', '7'), { days: null, min: 1, rules, zone: 'UTC' });
  assert.deepEqual(policy('--keep-daily', '7', '--retain-days', '3'), {
    days: 3,
    min: 1,
    rules,
    zone: 'UTC',
  });
  assert.equal(policy('--keep-daily', '0').days, 7);
  assert.equal(policy('--keep-within', '7d').days, null);
});
