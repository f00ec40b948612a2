import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOISE } from '../../src/changes/noise.ts';
import { ObjectComparer } from '../../src/changes/object-changes.ts';
import { isDerived } from '../../src/changes/object-metadata.ts';
import { steps } from '../../src/snapshot/rules.ts';

/** An object that has a value at a path. */
function objectWith(path: readonly string[], value: string): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  return step === '*' ? [objectWith(rest, value)] : { [step]: objectWith(rest, value) };
}

function versions(path: string): Buffer[] {
  return ['1', '2'].map((value) => Buffer.from(JSON.stringify(objectWith(steps(path), value))));
}

function differs(type: string, noise: boolean, path: string): boolean {
  const [before = Buffer.of(), after = Buffer.of()] = versions(path);
  return [...new ObjectComparer(type, { noise, secrets: false }).changes(before, after)].length > 0;
}

for (const { types, path, reason } of NOISE) {
  test(`${path} is noise: ${reason}`, () => {
    const type = types === '*' ? 'things.example.com' : (types[0] ?? '');
    assert.equal(differs(type, false, path), false);
    assert.equal(differs(type, true, path), true);
    if (types !== '*') assert.equal(differs('things.example.com', false, path), true);
  });
}

test('what somebody wrote is no noise', () => {
  for (const path of [
    'metadata.annotations[kubernetes.io/change-cause]',
    'metadata.labels[app]',
    'spec.template.metadata.annotations[kubectl.kubernetes.io/restartedAt]',
  ])
    assert.equal(differs('deployments.apps', false, path), true, path);
});

test('an object is derived where a controller owns it, or keeps it by a label', () => {
  const derived = (metadata: unknown) => isDerived(Buffer.from(JSON.stringify({ metadata })));
  assert.equal(derived({ ownerReferences: [{ name: 'a' }, { name: 'b', controller: true }] }), true);
  assert.equal(derived({ ownerReferences: [{ name: 'a' }, { name: 'b', controller: false }] }), false);
  assert.equal(derived({ annotations: { ownerReferences: 'x' } }), false);
  assert.equal(derived({ labels: { 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' } }), true);
  assert.equal(derived({ labels: null, ownerReferences: 'x' }), false);
});
