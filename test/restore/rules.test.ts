import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { rewrite } from '../../src/restore-rules/rewrite.ts';
import { CHANGES, SKIPS } from '../../src/restore-rules/rule-table.ts';
import type { ControlPlane } from '../support/control-plane.ts';
import { at } from '../support/kube-object.ts';
import { CHANGES_SHOWN, SKIPS_SHOWN } from './rule-examples.ts';
import type { Place } from './rule-objects.ts';
import { archiveIndex, itemOf, PLAIN, post, rewrittenWithout, startRuleServer } from './rule-server.ts';

let control: ControlPlane;
before(async () => {
  control = await startRuleServer();
});
after(async () => {
  await control?.stop();
});

/** Tests of rules whose harm shows only when somebody uses the object: rules-in-use.test.ts. */
const SEEN_IN_USE = [
  'bookkeeping',
  'job-outcome-unknown',
  'status-of-schedule',
  'map-subjects',
  'map-webhook',
  'map-api-service',
  'map-conversion-webhook',
  'volume-storage',
];
/** What an option changes has tests of its own: test/restore/choosing.test.ts, and of a rehearsal test/rehearsal. */
const OF_OPTIONS = ['image', 'label', 'storage-class', 'definition-conversion'];
function assertPlace(served: unknown, [path, value]: Place): void {
  assert.deepEqual(at(served, ...path), value, path.join('.'));
}

test('every rule of both tables has its example', () => {
  const shown = (rows: readonly { readonly rule: string }[]) =>
    [...new Set(rows.map(({ rule }) => rule))].sort();
  const used = [...SEEN_IN_USE, ...OF_OPTIONS].map((rule) => ({ rule }));
  assert.deepEqual(shown([...CHANGES_SHOWN, ...used]), shown(CHANGES));
  assert.deepEqual(shown(SKIPS_SHOWN), shown(SKIPS));
});

for (const { rule, type, object: given, options = {}, without, with: places } of CHANGES_SHOWN) {
  const harm = without instanceof RegExp ? 'refused' : 'created wrong';
  test(`${rule}: ${type} ${given.metadata.name} is ${harm} without, and created right with it`, async () => {
    const spoilt = rewrittenWithout(rule, type, given, options).item;
    if (without instanceof RegExp) await assert.rejects(post(control, spoilt, false), without);
    else assertPlace(await post(control, spoilt, true), without);
    const right = rewrite(itemOf(type, given), { ...PLAIN, ...options }, archiveIndex);
    assert(right.kind === 'restored');
    const served = await post(control, right.item, false);
    for (const place of places) assertPlace(served, place);
    const silent = CHANGES.some((row) => row.rule === rule && row.silent);
    assert.equal(
      right.notes.some((note) => note.rule === rule),
      !silent,
    );
  });
}

for (const { rule, type, object: given, options = {}, refused, unserved } of SKIPS_SHOWN) {
  test(`${rule}: ${type} ${given.metadata.name} is left out`, async () => {
    const rewriting = rewrite(itemOf(type, given), { ...PLAIN, ...options }, archiveIndex);
    assert(rewriting.kind === 'excluded');
    assert.equal(rewriting.rule, rule);
    if (unserved) return;
    const { item } = rewrittenWithout(null, type, given, options);
    if (refused === undefined) assert.equal(at(await post(control, item, true), 'kind'), given.kind);
    else await assert.rejects(post(control, item, true), refused);
  });
}
