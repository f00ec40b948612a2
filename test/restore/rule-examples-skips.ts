import type { JsonObject } from '../support/kube-object.ts';
import {
  annotated,
  OLD,
  object,
  once,
  owner,
  pod,
  type SkipExample,
  scaled,
  service,
} from './rule-objects.ts';

const secret = (
  name: string,
  type: string,
  annotations: { readonly [key: string]: string },
  data: JsonObject = {},
) => object('v1', 'Secret', name, { type, data }, annotated(annotations));
const slice = (name: string, labels: { readonly [key: string]: string }, namespace = OLD) =>
  object(
    'discovery.k8s.io/v1',
    'EndpointSlice',
    name,
    { addressType: 'IPv4', endpoints: [{ addresses: ['192.0.2.1'] }] },
    { labels },
    namespace,
  );
const DOCKERCFG = Buffer.from('{}').toString('base64');

export const SKIPS_SHOWN: readonly SkipExample[] = [
  {
    rule: 'mirror',
    type: 'leases.coordination.k8s.io',
    object: object('coordination.k8s.io/v1', 'Lease', 'leader', { spec: { holderIdentity: 'gone' } }),
  },
  {
    rule: 'released-volume',
    type: 'persistentvolumes',
    object: object(
      'v1',
      'PersistentVolume',
      'pv-released',
      {
        spec: {
          accessModes: ['ReadWriteOnce'],
          capacity: { storage: '1Gi' },
          hostPath: { path: '/data' },
          claimRef: { namespace: OLD, name: 'data', uid: '11111111-1111-1111-1111-111111111111' },
        },
        status: { phase: 'Released' },
      },
      {},
      null,
    ),
  },
  { rule: 'machinery', type: 'nodes', object: object('v1', 'Node', 'node-gone', {}, {}, null) },
  {
    rule: 'automanaged-api',
    type: 'apiservices.apiregistration.k8s.io',
    object: object(
      'apiregistration.k8s.io/v1',
      'APIService',
      'v1.apps',
      { spec: { group: 'apps', version: 'v1', groupPriorityMinimum: 1, versionPriority: 1 } },
      { labels: { 'kube-aggregator.kubernetes.io/automanaged': 'onstart' } },
      null,
    ),
    refused: /already exists/,
  },
  {
    rule: 'own-service',
    type: 'services',
    object: service('kubernetes', {}, {}, 'default'),
    refused: /already exists/,
  },
  {
    rule: 'token-secret',
    type: 'secrets',
    object: secret('default-token-x7k2p', 'kubernetes.io/service-account-token', {
      'kubernetes.io/service-account.name': 'default',
    }),
  },
  {
    rule: 'generated-pull-secret',
    type: 'secrets',
    object: secret(
      'web-dockercfg-x7k2p',
      'kubernetes.io/dockercfg',
      { 'kubernetes.io/service-account.name': 'web' },
      { '.dockercfg': DOCKERCFG },
    ),
  },
  {
    rule: 'bootstrap-token',
    type: 'secrets',
    object: secret('bootstrap-token-abcdef', 'bootstrap.kubernetes.io/token', {}),
  },
  {
    rule: 'service-ca-secret',
    type: 'secrets',
    object: secret('web-tls', 'Opaque', { 'service.beta.openshift.io/originating-service-name': 'web' }),
  },
  { rule: 'ca-bundle', type: 'configmaps', object: object('v1', 'ConfigMap', 'kube-root-ca.crt') },
  { rule: 'owned-pod', type: 'pods', object: pod('web-abcde', {}, owner('apps/v1', 'ReplicaSet')) },
  {
    rule: 'mirror-pod',
    type: 'pods',
    object: pod('etcd-node', {}, annotated({ 'kubernetes.io/config.mirror': 'hash' })),
    // With the ServiceAccount of the namespace, which the kubelet's pods have not.
    refused: /mirror pod/,
  },
  { rule: 'finished-pod', type: 'pods', object: { ...pod('over'), status: { phase: 'Succeeded' } } },
  { rule: 'suspended-pod', type: 'pods', object: pod('alone'), options: { suspend: true } },
  {
    rule: 'claim-of-pod',
    type: 'persistentvolumeclaims',
    object: object(
      'v1',
      'PersistentVolumeClaim',
      'web-abcde-scratch',
      { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } },
      owner('v1', 'Pod'),
    ),
  },
  {
    rule: 'owned-replicas',
    type: 'replicasets.apps',
    object: object('apps/v1', 'ReplicaSet', 'web-1', scaled(1), owner('apps/v1', 'Deployment')),
  },
  {
    rule: 'job-of-cronjob',
    type: 'jobs.batch',
    object: object('batch/v1', 'Job', 'night-1', { spec: { template: once } }, owner('batch/v1', 'CronJob')),
  },
  {
    rule: 'finished-job',
    type: 'jobs.batch',
    object: object('batch/v1', 'Job', 'done', {
      spec: { template: once },
      status: { conditions: [{ type: 'Complete', status: 'True' }] },
    }),
  },
  {
    rule: 'build-of-config',
    type: 'builds.build.openshift.io',
    object: object(
      'build.openshift.io/v1',
      'Build',
      'api-1',
      {},
      owner('build.openshift.io/v1', 'BuildConfig'),
    ),
    unserved: true,
  },
  {
    rule: 'controller-revision',
    type: 'controllerrevisions.apps',
    object: object(
      'apps/v1',
      'ControllerRevision',
      'db-1',
      { revision: 1, data: {} },
      owner('apps/v1', 'StatefulSet'),
    ),
  },
  {
    rule: 'made-endpointslice',
    type: 'endpointslices.discovery.k8s.io',
    object: slice('web-1', { 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io' }),
  },
  { rule: 'endpoints-of-service', type: 'endpoints', object: object('v1', 'Endpoints', 'selecting') },
  {
    rule: 'finished-build',
    type: 'builds.build.openshift.io',
    object: object('build.openshift.io/v1', 'Build', 'by-hand', { status: { phase: 'Complete' } }),
    unserved: true,
  },
  {
    rule: 'finished-run',
    type: 'pipelineruns.tekton.dev',
    object: object('tekton.dev/v1', 'PipelineRun', 'deploy', {
      status: { conditions: [{ type: 'Succeeded', status: 'True' }] },
    }),
    unserved: true,
  },
  {
    rule: 'finished-workflow',
    type: 'workflows.argoproj.io',
    object: object('argoproj.io/v1alpha1', 'Workflow', 'migrate', { status: { phase: 'Succeeded' } }),
    unserved: true,
  },
  {
    rule: 'finished-analysis',
    type: 'analysisruns.argoproj.io',
    object: object('argoproj.io/v1alpha1', 'AnalysisRun', 'canary', { status: { phase: 'Successful' } }),
    unserved: true,
  },
  {
    rule: 'done-once',
    type: 'templateinstances.template.openshift.io',
    object: object('template.openshift.io/v1', 'TemplateInstance', 'shop'),
    unserved: true,
  },
  {
    rule: 'run-of-owner',
    type: 'taskruns.tekton.dev',
    object: object('tekton.dev/v1', 'TaskRun', 'deploy-1', {}, owner('tekton.dev/v1', 'PipelineRun')),
    unserved: true,
  },
  {
    rule: 'of-pod',
    type: 'configmaps',
    object: object('v1', 'ConfigMap', 'of-build', {}, owner('v1', 'Pod')),
  },
  {
    rule: 'copied-operator',
    type: 'clusterserviceversions.operators.coreos.com',
    object: object(
      'operators.coreos.com/v1alpha1',
      'ClusterServiceVersion',
      'acme.v1',
      {},
      { labels: { 'olm.copiedFrom': 'openshift-operators' } },
    ),
    unserved: true,
  },
  {
    rule: 'dynamic-snapshot',
    type: 'volumesnapshots.snapshot.storage.k8s.io',
    object: object('snapshot.storage.k8s.io/v1', 'VolumeSnapshot', 'before', {
      spec: { source: { persistentVolumeClaimName: 'data' } },
    }),
    unserved: true,
  },
  {
    rule: 'made-by-owner',
    type: 'horizontalpodautoscalers.autoscaling',
    object: object(
      'autoscaling/v2',
      'HorizontalPodAutoscaler',
      'keda-hpa-worker',
      {
        spec: {
          maxReplicas: 3,
          scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'worker' },
        },
      },
      owner('keda.sh/v1alpha1', 'ScaledObject'),
    ),
  },
  {
    rule: 'controller-record',
    type: 'policyreports.wgpolicyk8s.io',
    object: object('wgpolicyk8s.io/v1alpha2', 'PolicyReport', 'scan'),
    unserved: true,
  },
  {
    rule: 'helm-release',
    type: 'secrets',
    options: { mapping: new Map([[OLD, 'rules-new']]) },
    object: object(
      'v1',
      'Secret',
      'sh.helm.release.v1.web.v1',
      { type: 'helm.sh/release.v1' },
      { labels: { owner: 'helm' } },
    ),
  },
];
