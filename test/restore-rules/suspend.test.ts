import assert from 'node:assert/strict';
import { test } from 'node:test';
import { excludedByRule, item, restored } from './items.ts';

const SUSPEND = { suspend: true };

for (const [type, spec, after, told] of [
  ['deployments.apps', { replicas: 3 }, { replicas: 0 }, 'replicas 3 → 0'],
  ['statefulsets.apps', {}, { replicas: 0 }, 'replicas 1 → 0'],
  ['replicasets.apps', { replicas: 2 }, { replicas: 0 }, 'replicas 2 → 0'],
  ['replicationcontrollers', { replicas: 2 }, { replicas: 0 }, 'replicas 2 → 0'],
  ['deploymentconfigs.apps.openshift.io', { replicas: 2 }, { replicas: 0 }, 'replicas 2 → 0'],
  ['deployments.apps', { replicas: 0 }, { replicas: 0 }, null],
  ['cronjobs.batch', { suspend: false }, { suspend: true }, 'suspend → true'],
  ['cronjobs.batch', { suspend: true }, { suspend: true }, null],
  ['horizontalpodautoscalers.autoscaling', { minReplicas: 2 }, { minReplicas: 2 }, null],
] as const) {
  test(`--suspend: ${type} ${JSON.stringify(spec)}`, () => {
    const given = item(type, 'shop', 'x', { spec });
    const { object, notes } = restored(given, SUSPEND);
    assert.deepEqual(object.spec, after);
    assert.deepEqual(
      notes.map(({ text }) => text),
      told === null ? [] : [`${told}: by --suspend: what is restored does not act`],
    );
    assert.deepEqual(restored(given).object.spec, spec);
  });
}

test('--suspend: a DaemonSet keeps the nodes it was meant for, and gets none of them', () => {
  const spec = { template: { spec: { nodeSelector: { disk: 'ssd' } } } };
  assert.deepEqual(restored(item('daemonsets.apps', 'shop', 'x', { spec }), SUSPEND).object.spec, {
    template: { spec: { nodeSelector: { disk: 'ssd', 'openshift-backup/suspended': 'true' } } },
  });
});

test('--suspend: a pod that nobody scales is left out, and only then', () => {
  assert.equal(excludedByRule(item('pods', 'shop', 'x'), SUSPEND), 'suspended-pod');
  assert.equal(excludedByRule(item('pods', 'shop', 'x')), null);
});
