import type { Rendering } from './helm.ts';

/** Everything that is off by default, on. */
const EVERYTHING = {
  schedule: '30 2 * * 1-5',
  timeZone: 'Europe/Vienna',
  suspend: true,
  retention: { days: 0, min: 1_000_000 },
  archive: { name: 'night', stamp: 'yyyyMMdd', zone: 'America/Argentina/Buenos_Aires' },
  options: { 'exclude-resource': '*.metrics.k8s.io,pods', 'no-status': true, 'retry-for': 1_000_000 },
  extraEnv: [{ name: 'HTTPS_PROXY', value: 'http://proxy:3128' }],
  rbac: { customResources: ['cert-manager.io', 'example.com'] },
  serviceAccount: { name: 'reader', annotations: { 'example.com/a': 'b' } },
  persistence: {
    storageClass: 'nfs',
    volumeName: 'archives',
    keep: false,
    annotations: { 'example.com/a': 'b' },
  },
  image: {
    repository: 'registry.example.com:5000/tools/openshift-backup',
    tag: '1.0.0-rc.1',
    pullPolicy: 'Always',
  },
  imagePullSecrets: [{ name: 'registry' }],
  job: { ttlSecondsAfterFinished: 1_000_000, backoffLimit: 0, successfulJobsHistoryLimit: 0 },
  podSecurityContext: {
    runAsUser: 1_000_770_000,
    runAsGroup: 0,
    fsGroup: 1_000_770_000,
    supplementalGroups: [5555],
  },
  commonLabels: { team: 'platform', 'app.kubernetes.io/name': 'not-taken' },
  podAnnotations: { 'example.com/scrape': 'no' },
  nodeSelector: { 'kubernetes.io/os': 'linux' },
  tolerations: [{ key: 'infra', operator: 'Exists' }],
  affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] } },
  priorityClassName: 'low',
  networkPolicy: { enabled: true, apiServer: { cidrs: ['192.0.2.1/32', '2001:db8::1/128'] } },
  resourceQuota: { enabled: true },
  limitRange: { enabled: true },
  prometheusRule: { enabled: true, labels: { prometheus: 'user' } },
};

/** Values that differ from the default ones, by what they are about. Every rule of the chart holds for each. */
export const MATRIX: Readonly<Record<string, Rendering>> = {
  'the defaults': {},
  OpenShift: { words: ['--api-versions', 'security.openshift.io/v1'] },
  'everything on': { values: EVERYTHING },
  'custom resources on OpenShift': {
    values: { rbac: { customResources: ['argoproj.io'] } },
    words: ['--api-versions', 'route.openshift.io/v1'],
  },
  'no Secrets': { values: { rbac: { secrets: false } } },
  'a role of the cluster': { values: { rbac: { clusterRole: 'auditor' } } },
  projects: { values: { rbac: { scope: 'projects', projects: ['shop', 'payments'] } } },
  'projects without Secrets': {
    values: {
      rbac: { scope: 'projects', projects: ['shop'], secrets: false, customResources: ['example.com'] },
    },
  },
  'what exists already': {
    values: {
      persistence: { existingClaim: 'archives' },
      serviceAccount: { create: false, name: 'auditor' },
    },
  },
  'the job alone, by digest': {
    values: { retrieval: { enabled: false }, image: { digest: `sha256:${'0'.repeat(64)}` } },
  },
  'volumes made by hand': { values: { persistence: { storageClass: '' } } },
  'a long name': { values: { fullnameOverride: `long-${'x'.repeat(58)}` } },
};
