import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Tally } from '../../src/rehearsal/tally.ts';
import type { Outcome } from '../../src/restore-rules/outcome.ts';

const outcome = (name: string, more: Partial<Outcome> = {}): Outcome => ({
  project: 'shop',
  from: null,
  type: 'configmaps',
  kind: 'ConfigMap',
  name,
  result: 'failed',
  rule: null,
  reason: null,
  notes: [],
  changes: [],
  reach: [],
  ...more,
});

test('what a server says is shortened, however long it is, and at most a thousand objects are listed', () => {
  const tally = new Tally([]);
  for (let at = 0; at < 1500; at++)
    tally.failed(outcome(`a${at}`, { reason: `422 Invalid: ${'x'.repeat(1_000_000)}` }), true);
  const { outcomes, refused, refusedTypes } = tally.rehearsal([]);
  assert.equal(outcomes.refused, 1500);
  assert.equal(refused.length, 1000);
  assert.equal(refusedTypes[0]?.objects, 1500);
  for (const { reason } of [...refused, ...refusedTypes]) {
    assert.match(reason, /^422 Invalid: x/);
    assert(reason.length <= 2000, String(reason.length));
  }
});
