import { type ChangeExample, object, once, scaled, selector, template } from './rule-objects.ts';

/** Kinds of operators that are held by a field of their spec. */
const HELD = [
  ['suspend-virtual-machines', 'kubevirt.io', 'VirtualMachine', { running: true }, { running: false }],
  ['suspend-replicas', 'argoproj.io', 'Rollout', { replicas: 4 }, { replicas: 0 }],
  ['suspend-workflows', 'argoproj.io', 'CronWorkflow', {}, { suspend: true }],
  ['suspend-pipeline-runs', 'tekton.dev', 'PipelineRun', {}, { status: 'PipelineRunPending' }],
  ['suspend-gitops', 'kustomize.toolkit.fluxcd.io', 'Kustomization', {}, { suspend: true }],
  ['suspend-operators', 'operators.coreos.com', 'Subscription', {}, { installPlanApproval: 'Manual' }],
  ['suspend-unheld', 'triggers.tekton.dev', 'EventListener', { a: '1' }, { a: '1' }],
] as const;
const PAUSED = { 'autoscaling.keda.sh/paused-replicas': '0' };
const scale = (annotations: { readonly [key: string]: string }) => ({
  template: { metadata: { annotations }, spec: {} },
});

export const OPTIONS_SHOWN: readonly ChangeExample[] = [
  {
    rule: 'replace',
    type: 'configmaps',
    options: { replacements: [{ from: 'db.old.example.com', to: 'db.new.example.com' }] },
    object: object('v1', 'ConfigMap', 'addresses', {
      data: { url: 'postgres://db.old.example.com:5432/shop' },
    }),
    without: [['data', 'url'], 'postgres://db.old.example.com:5432/shop'],
    with: [[['data', 'url'], 'postgres://db.new.example.com:5432/shop']],
  },
  {
    rule: 'suspend-scale',
    type: 'deployments.apps',
    options: { suspend: true },
    object: object('apps/v1', 'Deployment', 'asleep', scaled(3)),
    without: [['spec', 'replicas'], 3],
    with: [[['spec', 'replicas'], 0]],
  },
  {
    rule: 'suspend-jobs',
    type: 'cronjobs.batch',
    options: { suspend: true },
    object: object('batch/v1', 'CronJob', 'asleep', {
      spec: { schedule: '* * * * *', jobTemplate: { spec: { template: once } } },
    }),
    without: [['spec', 'suspend'], false],
    with: [[['spec', 'suspend'], true]],
  },
  {
    rule: 'suspend-daemons',
    type: 'daemonsets.apps',
    options: { suspend: true },
    object: object('apps/v1', 'DaemonSet', 'asleep', { spec: { selector, template } }),
    without: [['spec', 'template', 'spec', 'nodeSelector'], undefined],
    with: [[['spec', 'template', 'spec', 'nodeSelector'], { 'openshift-backup/suspended': 'true' }]],
  },
  {
    rule: 'suspend-builds',
    type: 'buildconfigs.build.openshift.io',
    options: { suspend: true },
    object: object('build.openshift.io/v1', 'BuildConfig', 'asleep', { spec: {} }),
    without: [['metadata', 'annotations'], undefined],
    with: [[['metadata', 'annotations'], { 'openshift.io/build-config.paused': 'true' }]],
  },
  {
    rule: 'suspend-deployment-configs',
    type: 'deploymentconfigs.apps.openshift.io',
    options: { suspend: true },
    object: object('apps.openshift.io/v1', 'DeploymentConfig', 'asleep', { spec: { replicas: 2 } }),
    without: [['spec', 'replicas'], 2],
    with: [[['spec'], { replicas: 0, paused: true }]],
  },
  ...HELD.map(
    ([rule, group, kind, before, after]): ChangeExample => ({
      rule,
      type: `${kind.toLowerCase()}s.${group}`,
      options: { suspend: true },
      object: object(`${group}/v1`, kind, 'asleep', { spec: before }),
      without: [['spec'], before],
      with: [[['spec'], after]],
    }),
  ),
  {
    rule: 'suspend-autoscaling',
    type: 'scaledobjects.keda.sh',
    options: { suspend: true },
    object: object('keda.sh/v1', 'ScaledObject', 'asleep', { spec: {} }),
    without: [['metadata', 'annotations'], undefined],
    with: [[['metadata', 'annotations'], PAUSED]],
  },
  {
    rule: 'suspend-knative',
    type: 'services.serving.knative.dev',
    options: { suspend: true },
    object: object('serving.knative.dev/v1', 'Service', 'asleep', {
      spec: scale({ 'autoscaling.knative.dev/min-scale': '2' }),
    }),
    without: [['spec'], scale({ 'autoscaling.knative.dev/min-scale': '2' })],
    with: [[['spec'], scale({ 'autoscaling.knative.dev/min-scale': '0' })]],
  },
];
