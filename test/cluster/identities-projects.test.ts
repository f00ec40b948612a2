import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { mayRead } from '../support/grants.ts';
import { type ProjectApi, startProjectApi } from '../support/project-api.ts';
import { loadSample } from '../support/sample-cluster.ts';
import { Volume, type ZipFile } from './run-cli.ts';
import { runHere } from './run-here.ts';
import { visibleTo } from './visible.ts';

// On OpenShift everybody may list `projects`, and gets those whose Namespace he may get.
const EVERYTHING = mayRead('*', '*');

let control: ControlPlane;
let projectApi: ProjectApi;
before(async () => {
  control = await startControlPlane();
  await loadSample(control);
  projectApi = await startProjectApi(control);
});
after(async () => {
  await projectApi.close();
  await control.stop();
});

const contentOf = (archive: ZipFile) =>
  Object.fromEntries(archive.typeFiles.map((file) => [file, archive.objects(file)]));

const backUp = (volume: Volume, kubeconfig: string, ...words: string[]) =>
  runHere(['--volume', volume.path, '--kubeconfig', kubeconfig, ...words]);

async function projectsOf(kubeconfig: string, ...words: string[]) {
  const { stdout } = await runHere(['access', '--kubeconfig', kubeconfig, '-o', 'json', ...words]);
  return JSON.parse(stdout).projects;
}

test('an account that may not list namespaces finds its projects by itself', async () => {
  using volume = new Volume();
  const account = await control.addServiceAccount('accounts', 'of-two-projects');
  await control.grant({ to: account, rules: [EVERYTHING], namespaces: ['shop', 'payments'] });
  const run = await backUp(volume, account.kubeconfig);
  assert.equal(run.status, 0, run.stderr);
  const archive = volume.latest();
  assert.deepEqual(contentOf(archive), await visibleTo(control, account, ['shop', 'payments']));
  assert.deepEqual(archive.objects('namespaces.json'), ['payments', 'shop']);
  assert.equal(archive.manifest.complete, true);
  assert.deepEqual((await projectsOf(account.kubeconfig)).names, ['accounts', 'payments', 'shop']);
});

test('--project selects from the projects that it finds', async () => {
  using volume = new Volume();
  const user = await control.addUser('chooser');
  await control.grant({ to: { user: 'chooser' }, rules: [EVERYTHING], namespaces: ['shop', 'payments'] });
  assert.equal((await backUp(volume, user.kubeconfig, '--project', 'pay*')).status, 0);
  assert.deepEqual(contentOf(volume.latest()), await visibleTo(control, user, ['payments']));
  const projects = { names: ['payments'], source: 'projects.project.openshift.io' };
  assert.deepEqual(await projectsOf(user.kubeconfig, '--exclude-project', 'shop'), projects);
});

test("a project whose Namespace may not be read is backed up if it is the account's own or named", async () => {
  const account = await control.addServiceAccount('shop', 'one-type');
  const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['list'] }];
  await control.grant({ to: account, rules, namespaces: ['shop', 'payments'] });
  using own = new Volume();
  assert.equal((await backUp(own, account.kubeconfig)).status, 0);
  assert.deepEqual(own.latest().typeFiles, ['shop/configmaps.json']);
  using named = new Volume();
  assert.equal((await backUp(named, account.kubeconfig, '--project', 'payments')).status, 0);
  assert.deepEqual(named.latest().typeFiles, ['payments/configmaps.json']);
});

test('projects are left out, since they repeat namespaces, unless they are requested', async () => {
  using volume = new Volume();
  const words = ['--resource', 'projects,namespaces'];
  assert.equal((await backUp(volume, control.kubeconfig, ...words)).status, 0);
  const archive = volume.latest();
  assert.deepEqual(archive.objects('projects.project.openshift.io.json'), archive.objects('namespaces.json'));
  using all = new Volume();
  assert.equal((await backUp(all, control.kubeconfig)).status, 0);
  assert.match(all.latest().type('projects.project.openshift.io').reason ?? '', /mirrors namespaces/);
});
