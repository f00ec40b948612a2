import { type ChangeExample, object, once, scaled, selector, template } from './rule-objects.ts';

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
];
