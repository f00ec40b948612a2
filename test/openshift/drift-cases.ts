import type { KubeObject } from '../support/kube-object.ts';
import { renderChart } from './chart.ts';
import { clusterInstall, projectsInstall, rehearsalInstall } from './installs.ts';

const IMAGE = ['image.repository=registry.example.com/backup/openshift-backup', 'image.tag=1.0.0'];
const CLUSTER = ['rbac.clusterRole=cluster-reader', 'rbac.customResources={apiextensions.k8s.io}'];
const PROJECTS = ['rbac.scope=projects', 'rbac.projects={team-a,team-b}'];
/** The same by values of the chart and by parameters of the templates. */
const SETTINGS = {
  values: [
    'schedule=30 2 * * 1-5',
    'timeZone=Europe/Vienna',
    'persistence.storageClass=nfs',
    'persistence.size=20Gi',
    'retention.days=30',
    'retention.min=5',
    'options.exclude-resource=*.metrics.k8s.io',
    'options.include=events',
    'options.ignore=deployments.apps:spec.replicas',
    'logs.enabled=true',
    'logs.since=12h',
    'logs.bytes=500Ki',
  ],
  parameters: {
    SCHEDULE: '30 2 * * 1-5',
    TIME_ZONE: 'Europe/Vienna',
    STORAGE_CLASS: 'nfs',
    CAPACITY: '20Gi',
    RETAIN_DAYS: '30',
    RETAIN_MIN: '5',
    EXCLUDE_RESOURCE: '*.metrics.k8s.io',
    INCLUDE: 'events',
    IGNORE: 'deployments.apps:spec.replicas',
    LOGS: 'true',
    LOGS_SINCE: '12h',
    LOGS_BYTES: '500Ki',
  },
};
const GROUPS = {
  values: ['rbac.customResources={a.example.com,b.example.com}'],
  parameters: { CUSTOM_RESOURCES: '["a.example.com","b.example.com"]' },
};

/** Archives by period instead of by age; the chart then sets no number of days. */
const KEEP = {
  values: [
    'retention.keep.within=1y6m',
    ...['last=3', 'daily=7', 'weekly=5', 'monthly=unlimited', 'yearly=2'].map(
      (rule) => `retention.keep.${rule}`,
    ),
  ],
  parameters: {
    RETAIN_DAYS: '',
    KEEP_WITHIN: '1y6m',
    KEEP_LAST: '3',
    KEEP_DAILY: '7',
    KEEP_WEEKLY: '5',
    KEEP_MONTHLY: 'unlimited',
    KEEP_YEARLY: '2',
  },
};

/** Copies in a bucket. */
const COPIES = {
  values: [
    'copy.to={s3://offsite/production,s3://second}',
    'copy.keep.daily=30',
    'copy.keep.monthly=12',
    'copy.sealTo={age1first,age1second}',
    'copy.s3.endpoint=https://s3.example.com',
    'copy.s3.region=eu-1',
    'copy.existingSecret=bucket',
  ],
  parameters: {
    COPY_TO: 's3://offsite/production,s3://second',
    COPY_KEEP_DAILY: '30',
    COPY_KEEP_MONTHLY: '12',
    SEAL_TO: 'age1first,age1second',
    S3_ENDPOINT: 'https://s3.example.com',
    S3_REGION: 'eu-1',
    COPY_SECRET: 'bucket',
  },
};

const DIGEST = `sha256:${'a'.repeat(64)}`;

/** Rehearsals of archives that may be sealed. */
const REHEARSAL = {
  values: [
    'rehearsal.schedule=15 4 * * 6',
    'rehearsal.keepResult=true',
    'rehearsal.identitySecret=age',
    `rehearsal.image.digest=${DIGEST}`,
  ],
  parameters: {
    IMAGE: `registry.example.com/backup/openshift-backup-rehearsal@${DIGEST}`,
    SCHEDULE: '15 4 * * 6',
    READ_ONLY: 'false',
    IDENTITY: '/etc/openshift-backup/identity/identity',
    IDENTITY_SECRET: 'age',
    S3_ENDPOINT: 'https://s3.example.com',
    S3_REGION: 'eu-1',
    COPY_SECRET: 'bucket',
  },
};

/** One installation, made in both ways. */
export interface DriftCase {
  readonly name: string;
  readonly chart: readonly KubeObject[];
  readonly template: readonly KubeObject[];
}

/** The installations that are compared. */
export const DRIFT_CASES: readonly DriftCase[] = [
  {
    name: 'the cluster, defaults',
    chart: await renderChart('cluster-backup', [...IMAGE, ...CLUSTER]),
    template: clusterInstall(),
  },
  {
    name: 'the cluster without Secrets',
    chart: await renderChart('cluster-backup', [...IMAGE, ...CLUSTER, 'rbac.secrets=false']),
    template: clusterInstall({ BACKUP_SECRETS: 'false' }),
  },
  {
    name: 'the cluster, everything set, by another name',
    chart: await renderChart(
      'elsewhere',
      [...IMAGE, ...CLUSTER, ...SETTINGS.values, ...GROUPS.values],
      'my-openshift-backup',
    ),
    template: clusterInstall({
      ...SETTINGS.parameters,
      ...GROUPS.parameters,
      NAME: 'my-openshift-backup',
      NAMESPACE: 'elsewhere',
    }),
  },
  {
    name: 'the cluster, archives kept by period',
    chart: await renderChart('cluster-backup', [...IMAGE, ...CLUSTER, ...KEEP.values]),
    template: clusterInstall(KEEP.parameters),
  },
  {
    name: 'the cluster, with copies',
    chart: await renderChart('cluster-backup', [...IMAGE, ...CLUSTER, ...COPIES.values]),
    template: clusterInstall(COPIES.parameters),
  },
  {
    name: 'the cluster, with rehearsals',
    chart: await renderChart('cluster-backup', [...IMAGE, ...CLUSTER, 'rehearsal.enabled=true']),
    template: [...clusterInstall(), ...rehearsalInstall()],
  },
  {
    name: 'two projects, with copies, and with rehearsals of sealed archives',
    chart: await renderChart('team-a', [
      ...IMAGE,
      ...PROJECTS,
      ...COPIES.values,
      'rehearsal.enabled=true',
      ...REHEARSAL.values,
    ]),
    template: [
      ...projectsInstall(['team-a', 'team-b'], COPIES.parameters).flat(),
      ...rehearsalInstall({ NAMESPACE: 'team-a', ...REHEARSAL.parameters }),
    ],
  },
  {
    name: 'two projects, with copies',
    chart: await renderChart('team-a', [...IMAGE, ...PROJECTS, ...COPIES.values]),
    template: projectsInstall(['team-a', 'team-b'], COPIES.parameters).flat(),
  },
  {
    name: 'two projects',
    chart: await renderChart('team-a', [...IMAGE, ...PROJECTS]),
    template: projectsInstall(['team-a', 'team-b']).flat(),
  },
  {
    name: 'two projects, archives kept by period',
    chart: await renderChart('team-a', [...IMAGE, ...PROJECTS, ...KEEP.values]),
    template: projectsInstall(['team-a', 'team-b'], KEEP.parameters).flat(),
  },
  {
    name: 'two projects without Secrets, everything set',
    chart: await renderChart('team-a', [...IMAGE, ...PROJECTS, ...SETTINGS.values, 'rbac.secrets=false']),
    template: projectsInstall(['team-a', 'team-b'], {
      ...SETTINGS.parameters,
      BACKUP_SECRETS: 'false',
    }).flat(),
  },
];
