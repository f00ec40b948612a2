import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { aggregateOn } from '../openshift/aggregation.ts';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { type ServedType, servedTypes } from '../support/discovery.ts';
import { at, type JsonObject, listAt } from '../support/kube-object.ts';
import { openshiftDefinitions } from '../support/openshift-types.ts';
import { waitFor } from '../support/wait.ts';
import { CHART, helm, type Run } from './helm.ts';
import { project } from './server-objects.ts';

let control: ControlPlane;
before(async () => {
  control = await startControlPlane();
  const projects = ['cluster-backup', 'shop-backup', 'shop', 'payments', 'foreign'];
  await control.apply([...projects.map(project), ...openshiftDefinitions()]);
  await aggregateOn(control);
});
after(() => control.stop());

/** `helm upgrade --install nightly` in a project. */
function install(namespace: string, values: JsonObject, kubeconfig = control.kubeconfig): Promise<Run> {
  const words = ['upgrade', '--install', 'nightly', CHART, '--namespace', namespace, '--values', '-'];
  return helm(words, { values, kubeconfig });
}

/** Whether the account of the release in `installed` may do this; in every project where `namespace` is missing. */
async function may(installed: string, verb: string, type: string, namespace?: string): Promise<boolean> {
  const [path = '', ...group] = type.split('.');
  const [resource, subresource] = path.split('/');
  const spec = {
    user: `system:serviceaccount:${installed}:nightly-openshift-backup`,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${installed}`, 'system:authenticated'],
    resourceAttributes: { verb, group: group.join('.'), resource, subresource, namespace },
  };
  const review = { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', spec };
  const answer = await control.request('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', review);
  return at(answer, 'status', 'allowed') === true;
}

const nameOf = ({ resource, apiVersion }: ServedType) =>
  apiVersion.includes('/') ? `${resource}.${apiVersion.split('/')[0]}` : resource;

/** Reads roles a moment behind what is written; the last binding to be made tells. */
const settled = (installed: string, type: string, namespace?: string) =>
  waitFor('the roles to count', () => may(installed, 'list', type, namespace));

describe('installed for the cluster', () => {
  before(async () => {
    const { status, stderr } = await install('cluster-backup', {});
    assert.equal(status, 0, stderr);
    await settled('cluster-backup', 'secrets');
    await settled('cluster-backup', 'routes.route.openshift.io');
    await settled('cluster-backup', 'pods');
  });

  it('the account may list every type that there is, and write, watch or act as none', async () => {
    const listable = (await servedTypes(control.admin)).filter(({ verbs }) => verbs.includes('list'));
    const names = [...new Set(listable.map(nameOf))];
    assert(names.length > 60, `${names.length} types`);
    const denied: string[] = [];
    for (const name of names) {
      for (const verb of ['get', 'list']) if (!(await may('cluster-backup', verb, name))) denied.push(name);
      for (const verb of ['watch', 'create', 'update', 'patch', 'delete', 'deletecollection', 'impersonate'])
        assert.equal(await may('cluster-backup', verb, name), false, `${verb} ${name}`);
    }
    // Its subresource imagestreams/secrets has the Secrets of a project; cluster-reader knows to leave it out.
    assert.deepEqual([...new Set(denied)], ['imagestreams.image.openshift.io']);
  });

  it('and nothing whose GET is more than reading', async () => {
    const subresources = ['pods/exec', 'pods/attach', 'pods/portforward', 'pods/proxy', 'pods/log'];
    const others = [
      'services/proxy',
      'nodes/proxy',
      'serviceaccounts/token',
      'imagestreams/secrets.image.openshift.io',
    ];
    for (const each of [...subresources, ...others])
      for (const verb of ['get', 'create'])
        assert.equal(await may('cluster-backup', verb, each), false, each);
  });

  it('an upgrade takes Secrets away, and a role of the cluster may take the place of ours', async () => {
    const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list'] }];
    const rbac = 'rbac.authorization.k8s.io/v1';
    await control.apply([{ apiVersion: rbac, kind: 'ClusterRole', metadata: { name: 'auditor' }, rules }]);
    const values = { rbac: { secrets: false, clusterRole: 'auditor', customResources: [] } };
    const { status, stderr } = await install('cluster-backup', values);
    assert.equal(status, 0, stderr);
    await waitFor('Secrets to be denied', async () => !(await may('cluster-backup', 'list', 'secrets')));
    await waitFor('pods to be denied', async () => !(await may('cluster-backup', 'list', 'pods')));
    assert.equal(await may('cluster-backup', 'list', 'configmaps'), true);
    assert.equal(await may('cluster-backup', 'list', 'routes.route.openshift.io'), false);
  });

  it('helm uninstall leaves the claim, unless values say no, and no role', async () => {
    await uninstall();
    assert.equal(await claim(), 'stays');
    const roles = await control.request('GET', '/apis/rbac.authorization.k8s.io/v1/clusterroles');
    assert(!JSON.stringify(roles).includes('nightly-openshift-backup'));
    // Installed again, it takes the claim over with its archives.
    const { status, stderr } = await install('cluster-backup', { persistence: { keep: false } });
    assert.equal(status, 0, stderr);
    await uninstall();
    assert.equal(await claim(), 'goes');
  });
});

async function uninstall(): Promise<void> {
  const words = ['uninstall', 'nightly', '--namespace', 'cluster-backup'];
  const { status, stderr } = await helm(words, { kubeconfig: control.kubeconfig });
  assert.equal(status, 0, stderr);
}

/** What becomes of the claim: one that is deleted stays with the time of its deletion, as no controller ends it here. */
async function claim(): Promise<'stays' | 'goes'> {
  const claims = await control.request('GET', '/api/v1/namespaces/cluster-backup/persistentvolumeclaims');
  const names = listAt(claims, 'items')
    .filter((each) => at(each, 'metadata', 'deletionTimestamp') === undefined)
    .map((each) => at(each, 'metadata', 'name'));
  return names.includes('nightly-openshift-backup') ? 'stays' : 'goes';
}

describe('installed for projects by somebody who is their admin, and no more', () => {
  const values = { rbac: { scope: 'projects', projects: ['shop', 'payments'] } };
  let admin: string;
  before(async () => {
    const user = await control.addUser('team');
    admin = user.kubeconfig;
    const namespaces = ['shop-backup', 'shop', 'payments'];
    await control.grant({ to: { user: 'team' }, clusterRole: 'admin', namespaces });
    const { status, stderr } = await install('shop-backup', values, admin);
    assert.equal(status, 0, stderr);
    await settled('shop-backup', 'secrets', 'payments');
    await settled('shop-backup', 'roles.rbac.authorization.k8s.io', 'payments');
  });

  it('the account may list what is in these projects', async () => {
    const types = ['configmaps', 'secrets', 'deployments.apps', 'cronjobs.batch', 'persistentvolumeclaims'];
    const others = ['ingresses.networking.k8s.io', 'rolebindings.rbac.authorization.k8s.io'];
    for (const each of [...types, ...others]) {
      assert.equal(await may('shop-backup', 'list', each, 'shop'), true, each);
      assert.equal(await may('shop-backup', 'list', each, 'payments'), true, each);
      assert.equal(await may('shop-backup', 'list', each, 'foreign'), false, each);
      for (const verb of ['create', 'update', 'patch', 'delete'])
        assert.equal(await may('shop-backup', verb, each, 'shop'), false, `${verb} ${each}`);
    }
    assert.equal(await may('shop-backup', 'list', 'namespaces'), false);
  });

  it('an upgrade takes a project and Secrets away', async () => {
    const rbac = { scope: 'projects', projects: ['shop'], secrets: false };
    assert.equal((await install('shop-backup', { rbac }, admin)).status, 0);
    const denied = async (type: string, namespace: string) =>
      !(await may('shop-backup', 'list', type, namespace));
    await waitFor('payments to be denied', () => denied('configmaps', 'payments'));
    await waitFor('Secrets to be denied', () => denied('secrets', 'shop'));
    assert.equal(await may('shop-backup', 'list', 'configmaps', 'shop'), true);
  });

  it('what they may not give is refused by the server: the cluster, or a project of others', async () => {
    const foreign = { rbac: { scope: 'projects', projects: ['foreign'] } };
    assert.match((await install('shop-backup', foreign, admin)).stderr, /foreign/);
    const everything = { rbac: { scope: 'cluster' } };
    assert.match((await install('shop-backup', everything, admin)).stderr, /clusterroles.* is forbidden/);
  });
});
