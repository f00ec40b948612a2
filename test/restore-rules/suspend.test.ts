import assert from 'node:assert/strict';
import { test } from 'node:test';
import { excludedByRule, item, restored } from './items.ts';

const SUSPEND = { suspend: true };

for (const [type, spec, after, told] of [
  ['deployments.apps', { replicas: 3 }, { replicas: 0 }, 'replicas 3 → 0'],
  ['statefulsets.apps', {}, { replicas: 0 }, 'replicas 1 → 0'],
  ['replicasets.apps', { replicas: 2 }, { replicas: 0 }, 'replicas 2 → 0'],
  ['replicationcontrollers', { replicas: 2 }, { replicas: 0 }, 'replicas 2 → 0'],
  [
    'deploymentconfigs.apps.openshift.io',
    { replicas: 2 },
    { replicas: 0, paused: true },
    'replicas 2 → 0, paused → true',
  ],
  ['deploymentconfigs.apps.openshift.io', { replicas: 0 }, { replicas: 0, paused: true }, 'paused → true'],
  ['virtualmachines.kubevirt.io', { running: true }, { running: false }, 'running → false'],
  ['virtualmachines.kubevirt.io', { running: false }, { running: false }, null],
  [
    'virtualmachines.kubevirt.io',
    { runStrategy: 'Always' },
    { runStrategy: 'Halted' },
    'runStrategy → Halted',
  ],
  ['virtualmachines.kubevirt.io', { runStrategy: 'Halted' }, { runStrategy: 'Halted' }, null],
  ['virtualmachinepools.pool.kubevirt.io', { replicas: 2 }, { replicas: 0 }, 'replicas 2 → 0'],
  ['rollouts.argoproj.io', { replicas: 4 }, { replicas: 0 }, 'replicas 4 → 0'],
  ['cronworkflows.argoproj.io', {}, { suspend: true }, 'suspend → true'],
  ['workflows.argoproj.io', {}, { suspend: true }, 'suspend → true'],
  ['pipelineruns.tekton.dev', {}, { status: 'PipelineRunPending' }, 'status → PipelineRunPending'],
  ['machinesets.machine.openshift.io', { replicas: 1 }, { replicas: 0 }, 'replicas 1 → 0'],
  ['machinedeployments.cluster.x-k8s.io', { replicas: 1 }, { replicas: 0 }, 'replicas 1 → 0'],
  ['prometheuses.monitoring.coreos.com', { replicas: 2 }, { replicas: 0 }, 'replicas 2 → 0'],
  ['kustomizations.kustomize.toolkit.fluxcd.io', {}, { suspend: true }, 'suspend → true'],
  ['gitrepositories.source.toolkit.fluxcd.io', {}, { suspend: true }, 'suspend → true'],
  [
    'applications.argoproj.io',
    { syncPolicy: { automated: { prune: true }, retry: {} } },
    { syncPolicy: { retry: {} } },
    'automated sync removed',
  ],
  ['applications.argoproj.io', { syncPolicy: {} }, { syncPolicy: {} }, null],
  [
    'subscriptions.operators.coreos.com',
    { installPlanApproval: 'Automatic' },
    { installPlanApproval: 'Manual' },
    'installPlanApproval → Manual',
  ],
  ['schedules.velero.io', {}, { paused: true }, 'paused → true'],
  ['serviceaccounts', {}, {}, null],
  ['routes.route.openshift.io', {}, {}, null],
  ['prometheusrules.monitoring.coreos.com', {}, {}, null],
  ['templates.template.openshift.io', {}, {}, null],
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
      told === null ? [] : [`${told}: suspended by --suspend`],
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

for (const [type, key, value] of [
  ['scaledobjects.keda.sh', 'autoscaling.keda.sh/paused-replicas', '0'],
  ['scaledjobs.keda.sh', 'autoscaling.keda.sh/paused', 'true'],
  ['buildconfigs.build.openshift.io', 'openshift.io/build-config.paused', 'true'],
  ['clusters.postgresql.cnpg.io', 'cnpg.io/hibernation', 'on'],
  ['kafkas.kafka.strimzi.io', 'strimzi.io/pause-reconciliation', 'true'],
] as const) {
  test(`--suspend: ${type} get the annotation ${key}`, () => {
    const given = item(type, 'shop', 'x', { metadata: { annotations: { team: 'shop' } } });
    const { object, notes } = restored(given, SUSPEND);
    assert.deepEqual(Object(object.metadata).annotations, { team: 'shop', [key]: value });
    assert.deepEqual(
      notes.map(({ text }) => text),
      [`annotation ${key} → ${value}: suspended by --suspend`],
    );
    assert.deepEqual(Object(restored(given).object.metadata).annotations, { team: 'shop' });
  });
}

test('--suspend: a Knative Service loses the lower bounds of its scale, in both spellings', () => {
  const annotations = (each: object) => ({ template: { metadata: { annotations: each } } });
  const spec = annotations({
    'autoscaling.knative.dev/minScale': '2',
    'autoscaling.knative.dev/initial-scale': '3',
    'autoscaling.knative.dev/target': '10',
  });
  assert.deepEqual(
    restored(item('services.serving.knative.dev', 'shop', 'x', { spec }), SUSPEND).object.spec,
    {
      ...annotations({ 'autoscaling.knative.dev/target': '10', 'autoscaling.knative.dev/min-scale': '0' }),
    },
  );
});

for (const type of [
  'eventlisteners.triggers.tekton.dev',
  'sensors.argoproj.io',
  'clusterserviceversions.operators.coreos.com',
  'hostedclusters.hypershift.openshift.io',
  'elasticsearches.elasticsearch.k8s.elastic.co',
  'things.example.com',
]) {
  test(`--suspend: ${type} are named, since nothing holds them`, () => {
    const given = item(type, 'shop', 'x');
    assert.deepEqual(
      restored(given, SUSPEND).notes.map(({ rule }) => rule),
      ['suspend-unheld'],
    );
    assert.deepEqual(restored(given).notes, []);
  });
}
