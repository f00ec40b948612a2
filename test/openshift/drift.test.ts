import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { KubeObject } from '../support/kube-object.ts';
import { DIFFERENCES, settled } from './differences.ts';
import { DRIFT_CASES } from './drift-cases.ts';

/** By kind, project and name. Where one stands twice it has to be the same, as for what every project's processing makes. */
function byName(objects: readonly KubeObject[]): Record<string, KubeObject> {
  const found: Record<string, KubeObject> = {};
  for (const object of objects) {
    const { kind, metadata } = object;
    const key = [kind, metadata.namespace, metadata.name].filter(Boolean).join(' ');
    assert.deepEqual(object, found[key] ?? object, `${key} comes in two forms`);
    found[key] = object;
  }
  return found;
}

for (const { name, chart, template } of DRIFT_CASES) {
  describe(`chart and template, ${name}`, () => {
    const ofChart = byName(settled('chart', chart));
    const ofTemplate = byName(settled('template', template));

    test('make the same objects', () => {
      assert.deepEqual(Object.keys(ofTemplate).sort(), Object.keys(ofChart).sort());
    });

    for (const key of Object.keys(ofChart)) {
      test(`agree on ${key}`, () => assert.deepEqual(ofTemplate[key], ofChart[key]));
    }
  });
}

describe('what may differ', () => {
  for (const { side, what, settle } of DIFFERENCES) {
    test(`is still there: ${what}`, () => {
      const changed = DRIFT_CASES.filter((each) => {
        const objects = each[side];
        return JSON.stringify(settle(objects)) !== JSON.stringify(objects);
      });
      assert.notEqual(changed.length, 0);
    });
  }
});
