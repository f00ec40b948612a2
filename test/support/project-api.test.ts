import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { registerBrokenApi } from './aggregated-api.ts';
import { ApiClient } from './api-client.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { servedTypes } from './discovery.ts';
import { at, listAt, textAt } from './kube-object.ts';
import { type ProjectApi, startProjectApi } from './project-api.ts';

const PROJECTS = '/apis/project.openshift.io/v1/projects';

let control: ControlPlane;
let projectApi: ProjectApi;
before(async () => {
  control = await startControlPlane();
  [projectApi] = await Promise.all([startProjectApi(control), registerBrokenApi(control)]);
});
after(async () => {
  await projectApi.close();
  await control.stop();
});

test('the admin sees all projects, an account only its own', async () => {
  const account = await control.addServiceAccount('mine', 'reader');
  const rules = [{ apiGroups: [''], resources: ['namespaces'], verbs: ['get'] }];
  await control.grant({ to: account, rules, namespaces: ['mine'] });
  const names = async (client: ApiClient) =>
    listAt(await client.request('GET', PROJECTS), 'items').map((each) => textAt(each, 'metadata', 'name'));
  const all = await names(control.admin);
  assert(all.includes('default') && all.includes('mine'));
  const client = new ApiClient({ server: control.server, caPem: control.caPem, token: account.token });
  assert.deepEqual(await names(client), ['mine']);
  client.close();
});

test('its types are in discovery, those of a broken group are not', async () => {
  const types = await servedTypes(control.admin);
  assert(
    types.some(
      ({ apiVersion, resource }) => apiVersion === 'project.openshift.io/v1' && resource === 'projects',
    ),
  );
  assert(!types.some(({ apiVersion }) => apiVersion.startsWith('broken.example.com')));
  const groups = await control.request('GET', '/apis');
  assert(listAt(groups, 'groups').some((group) => at(group, 'name') === 'broken.example.com'));
  await assert.rejects(control.request('GET', '/apis/broken.example.com/v1beta1'), { status: 503 });
});

test('project requests cannot be listed', async () => {
  const answer = await control.request('GET', '/apis/project.openshift.io/v1/projectrequests');
  assert.deepEqual([answer.kind, answer.status, answer.items], ['Status', 'Success', undefined]);
});

test('kubectl lists projects', async () => {
  const env = { KUBECONFIG: control.kubeconfig, HOME: control.directory };
  // Not execFileSync: this process has to answer meanwhile.
  const kubectl = promisify(execFile)(join(control.binaries, 'kubectl'), ['get', 'projects', '-o', 'name'], {
    env,
  });
  const { stdout } = await kubectl;
  assert.match(stdout, /^project\.project\.openshift\.io\/default$/m);
});
