import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { dump } from 'js-yaml';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { at, type KubeObject, listAt } from '../support/kube-object.ts';
import { openshiftDefinitions } from '../support/openshift-types.ts';
import { CHART, helm, objectsIn, type Rendering, render, run, the } from './helm.ts';
import { MATRIX } from './matrix.ts';
import { project, prometheusRules } from './server-objects.ts';

let control: ControlPlane;
before(async () => {
  control = await startControlPlane();
  await control.apply([
    ...['cluster-backup', 'shop', 'payments'].map(project),
    ...openshiftDefinitions(),
    prometheusRules(),
    { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'low' }, value: 1 },
  ]);
});
after(() => control.stop());

/** `kubectl apply --dry-run=server`: everything that a server does with objects but to keep them. */
function dryRun(objects: readonly KubeObject[]) {
  const words = ['apply', '--dry-run=server', '--validate=strict', '--filename', '-'];
  const input = objects.map((each) => dump(each)).join('---\n');
  return run(join(control.binaries, 'kubectl'), ['--kubeconfig', control.kubeconfig, ...words], input);
}

/** What an installation would make, lookups included. */
async function rendered(rendering: Rendering): Promise<KubeObject[]> {
  return render({ ...rendering, words: ['--dry-run=server'], kubeconfig: control.kubeconfig });
}

describe('a real API server', () => {
  for (const [name, rendering] of Object.entries(MATRIX)) {
    it(`takes every object, and warns of none in a project that is restricted: ${name}`, async () => {
      const objects = await render(rendering);
      const { status, stdout, stderr } = await dryRun(objects);
      assert.equal(status, 0, stderr);
      assert.equal(stderr, '');
      assert.equal(stdout.trim().split('\n').length, objects.length);
    });
  }

  it('would refuse a field that is none, and warn of a pod that is not restricted', async () => {
    const [cronJob, deployment] = [the(await render(), 'CronJob'), the(await render(), 'Deployment')];
    const misspelt = { ...cronJob, spec: { ...(cronJob.spec as object), timezone: 'UTC' } };
    assert.match((await dryRun([misspelt])).stderr, /unknown field "spec\.timezone"/);
    const open = JSON.parse(
      JSON.stringify(deployment).replace('"runAsNonRoot":true', '"runAsNonRoot":false'),
    );
    assert.match((await dryRun([open])).stderr, /would violate PodSecurity "restricted/);
  });
});

describe('what Helm finds in the cluster', () => {
  it('is every group of custom resources, but for those that hold credentials', async () => {
    const [rule] = listAt(the(await rendered({}), 'ClusterRole', '-custom-reader').rules);
    const groups = listAt(rule, 'apiGroups');
    assert(groups.includes('route.openshift.io') && groups.includes('monitoring.coreos.com'), groups.join());
    assert(!groups.includes('image.openshift.io'), 'imagestreams/secrets');
    assert.deepEqual(groups, [...new Set(groups)].sort());
  });

  it('is cluster-reader, if there is one; a route of OpenShift does not prove it', async () => {
    const bindingOf = (objects: readonly KubeObject[], name: string) =>
      at(the(objects, 'ClusterRoleBinding', name).roleRef, 'name');
    assert.equal(
      bindingOf(await rendered({}), '-reader-own'),
      'cluster-backup:nightly-openshift-backup-reader',
    );
    const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', rules: [] };
    await control.apply([{ ...role, metadata: { name: 'cluster-reader' } }]);
    assert.equal(bindingOf(await rendered({}), 'backup-reader'), 'cluster-reader');
    await control.request('DELETE', '/apis/rbac.authorization.k8s.io/v1/clusterroles/cluster-reader');
  });

  it('is the address of the API server, for the NetworkPolicy', async () => {
    const enabled = { values: { networkPolicy: { enabled: true } } };
    await assert.rejects(rendered(enabled), /networkPolicy\.apiServer\.cidrs is empty/);
    await control.apply([
      {
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: { name: 'kubernetes', namespace: 'default' },
        addressType: 'IPv4',
        endpoints: [{ addresses: ['192.0.2.7'] }, { addresses: ['192.0.2.8'] }],
        ports: [{ name: 'https', port: 16443 }],
      },
    ]);
    const rule = at(the(await rendered(enabled), 'NetworkPolicy').spec, 'egress', 0);
    assert.deepEqual(rule, {
      to: [{ ipBlock: { cidr: '192.0.2.7/32' } }, { ipBlock: { cidr: '192.0.2.8/32' } }],
      ports: [{ protocol: 'TCP', port: 16443 }],
    });
  });

  it('without the ClusterRole in rbac.clusterRole is refused', async () => {
    const values = { rbac: { clusterRole: 'auditor' } };
    const sentence = /rbac\.clusterRole is auditor, but the cluster has no ClusterRole with this name/;
    await assert.rejects(rendered({ values }), sentence);
  });
});

it('the notes say how to start a backup, look at it and fetch it', async () => {
  const words = ['install', 'nightly', CHART, '--namespace', 'cluster-backup', '--dry-run=server'];
  const { stdout } = await helm(words, { kubeconfig: control.kubeconfig });
  const [manifest = '', notes = ''] = stdout.split('\nNOTES:\n');
  assert(objectsIn(manifest).length > 0);
  for (const command of [
    'create job --from=cronjob/nightly-openshift-backup $job',
    'logs --follow job/$job; do sleep 2; done',
    'helm --namespace cluster-backup test nightly --logs',
    'exec deploy/nightly-openshift-backup-retrieval -- openshift-backup list',
    'exec deploy/nightly-openshift-backup-retrieval -- openshift-backup show latest',
    'exec deploy/nightly-openshift-backup-retrieval -- openshift-backup verify',
    'cp $pod:/openshift-backup/ARCHIVE.zip ARCHIVE.zip',
  ])
    assert(notes.includes(command), `${command} is not in\n${notes}`);
  assert.match(notes, /Custom resources: [1-9]\d* API groups were found/);
});
