import assert from 'node:assert/strict';
import { test } from 'node:test';
import { excludedByRule, item } from '../items.ts';

// What a restore leaves out because it ran to its end, or because something else creates it.

type Json = { readonly [key: string]: unknown };
type Case = readonly [what: string, type: string, body: Json, rule: string | null];

const ownedBy = (apiVersion: string, kind: string, controller: boolean | undefined = true): Json => ({
  metadata: { ownerReferences: [{ apiVersion, kind, name: 'owner', uid: 'gone', controller }] },
});
const phase = (text: string): Json => ({ status: { phase: text } });
const condition = (type: string, status: string): Json => ({ status: { conditions: [{ type, status }] } });
const source = (fields: Json): Json => ({ spec: { source: fields } });

const CASES: readonly Case[] = [
  ['a PipelineRun that succeeded', 'pipelineruns.tekton.dev', condition('Succeeded', 'True'), 'finished-run'],
  ['a PipelineRun that failed', 'pipelineruns.tekton.dev', condition('Succeeded', 'False'), 'finished-run'],
  ['a PipelineRun that runs', 'pipelineruns.tekton.dev', condition('Succeeded', 'Unknown'), null],
  [
    'a TaskRun that was completed',
    'taskruns.tekton.dev',
    { status: { completionTime: '2026-11-20T00:00:00Z' } },
    'finished-run',
  ],
  [
    'a TaskRun of a PipelineRun',
    'taskruns.tekton.dev',
    ownedBy('tekton.dev/v1', 'PipelineRun'),
    'run-of-owner',
  ],
  ['a TaskRun that somebody started', 'taskruns.tekton.dev', condition('Succeeded', 'Unknown'), null],
  ['a Workflow that failed', 'workflows.argoproj.io', phase('Failed'), 'finished-workflow'],
  [
    'a Workflow whose label says so, in an archive without status',
    'workflows.argoproj.io',
    { metadata: { labels: { 'workflows.argoproj.io/completed': 'true' } } },
    'finished-workflow',
  ],
  ['a Workflow that runs', 'workflows.argoproj.io', phase('Running'), null],
  [
    'a Workflow of a CronWorkflow',
    'workflows.argoproj.io',
    ownedBy('argoproj.io/v1alpha1', 'CronWorkflow'),
    'run-of-owner',
  ],
  ['an AnalysisRun that ended', 'analysisruns.argoproj.io', phase('Inconclusive'), 'finished-analysis'],
  [
    'a Build that somebody started, complete',
    'builds.build.openshift.io',
    phase('Complete'),
    'finished-build',
  ],
  ['a Build that was cancelled', 'builds.build.openshift.io', phase('Cancelled'), 'finished-build'],
  ['a Build that waits', 'builds.build.openshift.io', phase('Pending'), null],
  ['a VMI that was shut down', 'virtualmachineinstances.kubevirt.io', phase('Succeeded'), 'finished-pod'],
  [
    'a VMI of a VirtualMachine',
    'virtualmachineinstances.kubevirt.io',
    ownedBy('kubevirt.io/v1', 'VirtualMachine'),
    'made-by-owner',
  ],
  ['a VMI that stands alone', 'virtualmachineinstances.kubevirt.io', phase('Running'), null],
  ['a live migration', 'virtualmachineinstancemigrations.kubevirt.io', {}, 'done-once'],
  ['a snapshot restore of a VM', 'virtualmachinerestores.snapshot.kubevirt.io', {}, 'done-once'],
  ['a CertificateRequest', 'certificaterequests.cert-manager.io', {}, 'done-once'],
  ['an Order', 'orders.acme.cert-manager.io', {}, 'done-once'],
  ['a Challenge', 'challenges.acme.cert-manager.io', {}, 'done-once'],
  ['a Certificate', 'certificates.cert-manager.io', {}, null],
  ['a TemplateInstance', 'templateinstances.template.openshift.io', {}, 'done-once'],
  ['a Template', 'templates.template.openshift.io', {}, null],
  ['a restore by Velero', 'restores.velero.io', {}, 'done-once'],
  ['a schedule of Velero', 'schedules.velero.io', {}, null],
  ['a restore by a database operator', 'perconaxtradbclusterrestores.pxc.percona.com', {}, 'done-once'],
  ['a database', 'perconaxtradbclusters.pxc.percona.com', {}, null],
  ['an InstallPlan', 'installplans.operators.coreos.com', {}, 'machinery'],
  ['an OperatorCondition', 'operatorconditions.operators.coreos.com', {}, 'machinery'],
  [
    'a copied CSV',
    'clusterserviceversions.operators.coreos.com',
    { metadata: { labels: { 'olm.copiedFrom': 'openshift-operators' } } },
    'copied-operator',
  ],
  ['a CSV of the project', 'clusterserviceversions.operators.coreos.com', {}, null],
  ['a Subscription', 'subscriptions.operators.coreos.com', {}, null],
  [
    'a Machine of a MachineSet',
    'machines.machine.openshift.io',
    ownedBy('machine.openshift.io/v1beta1', 'MachineSet'),
    'machinery',
  ],
  ['a Machine of the Cluster API', 'machines.cluster.x-k8s.io', {}, 'machinery'],
  ['a MachineSet', 'machinesets.machine.openshift.io', {}, null],
  [
    'a snapshot of a claim',
    'volumesnapshots.snapshot.storage.k8s.io',
    source({ persistentVolumeClaimName: 'data' }),
    'dynamic-snapshot',
  ],
  [
    'a snapshot that was imported',
    'volumesnapshots.snapshot.storage.k8s.io',
    source({ volumeSnapshotContentName: 'imported' }),
    null,
  ],
  [
    'the content of a snapshot that was taken',
    'volumesnapshotcontents.snapshot.storage.k8s.io',
    source({ volumeHandle: 'vol-1' }),
    'dynamic-snapshot',
  ],
  [
    'the content of a snapshot that was imported',
    'volumesnapshotcontents.snapshot.storage.k8s.io',
    source({ snapshotHandle: 'snap-1' }),
    null,
  ],
  [
    'a snapshot of a group of volumes',
    'volumegroupsnapshots.groupsnapshot.storage.k8s.io',
    source({ selector: { matchLabels: { app: 'db' } } }),
    'dynamic-snapshot',
  ],
  ['a ConfigMap of a Pod', 'configmaps', ownedBy('v1', 'Pod', undefined), 'of-pod'],
  ['a Secret of a Pod', 'secrets', ownedBy('v1', 'Pod', undefined), 'of-pod'],
  ['a ConfigMap of a Pod of another API', 'configmaps', ownedBy('pods.example.com/v1', 'Pod'), null],
  [
    'a ConfigMap of a Pod and a Deployment',
    'configmaps',
    {
      metadata: {
        ownerReferences: [
          { apiVersion: 'v1', kind: 'Pod', name: 'a', uid: 'gone' },
          { apiVersion: 'apps/v1', kind: 'Deployment', name: 'a', uid: 'gone' },
        ],
      },
    },
    null,
  ],
  ['a ConfigMap of a Deployment', 'configmaps', ownedBy('apps/v1', 'Deployment'), null],
  [
    'an autoscaler of KEDA',
    'horizontalpodautoscalers.autoscaling',
    ownedBy('keda.sh/v1alpha1', 'ScaledObject'),
    'made-by-owner',
  ],
  ['an autoscaler', 'horizontalpodautoscalers.autoscaling', {}, null],
  ['a Job of a ScaledJob', 'jobs.batch', ownedBy('keda.sh/v1alpha1', 'ScaledJob'), 'made-by-owner'],
  ['a Job of another operator', 'jobs.batch', ownedBy('batch.example.com/v1', 'Queue'), null],
  [
    'a Deployment of a Knative Revision',
    'deployments.apps',
    ownedBy('serving.knative.dev/v1', 'Revision'),
    'made-by-owner',
  ],
  ['a Deployment of an operator', 'deployments.apps', ownedBy('example.com/v1', 'App'), null],
  [
    'a Route of an Ingress',
    'routes.route.openshift.io',
    ownedBy('networking.k8s.io/v1', 'Ingress'),
    'made-by-owner',
  ],
  ['a report of a policy engine', 'policyreports.wgpolicyk8s.io', {}, 'controller-record'],
  ['an endpoint of Cilium', 'ciliumendpoints.cilium.io', {}, 'controller-record'],
  ['a network policy of Cilium', 'ciliumnetworkpolicies.cilium.io', {}, null],
  ['an image of the registry', 'images.image.openshift.io', {}, null],
  ['an Identity', 'identities.user.openshift.io', {}, 'machinery'],
  ['a User', 'users.user.openshift.io', {}, null],
  ['an OAuthClient', 'oauthclients.oauth.openshift.io', {}, null],
  ['an OAuthClientAuthorization', 'oauthclientauthorizations.oauth.openshift.io', {}, 'machinery'],
];

for (const [what, type, body, rule] of CASES) {
  test(`${what} ${rule === null ? 'is restored' : `is left out: ${rule}`}`, () => {
    assert.equal(excludedByRule(item(type, 'shop', 'x', body)), rule);
  });
}

for (const type of [
  'pods',
  'virtualmachineinstances.kubevirt.io',
  'builds.build.openshift.io',
  'taskruns.tekton.dev',
]) {
  test(`--suspend leaves out ${type}, which nothing can hold`, () => {
    const given = item(type, 'shop', 'x', phase('Running'));
    assert.equal(excludedByRule(given, { suspend: true }), 'suspended-pod');
    assert.equal(excludedByRule(given), null);
  });
}
