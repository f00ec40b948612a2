import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { servedTypes } from '../support/discovery.ts';
import { type Grant, mayRead, type PolicyRule } from '../support/grants.ts';
import { listAt } from '../support/kube-object.ts';
import { loadSample } from '../support/sample-cluster.ts';
import { Volume, type ZipFile } from './run-cli.ts';
import { runHere } from './run-here.ts';
import { type Visible, visibleTo } from './visible.ts';

const EVERYTHING = mayRead('*', '*');

let control: ControlPlane;
let projects: string[];
before(async () => {
  control = await startControlPlane();
  await loadSample(control);
  projects = listAt(await control.request('GET', '/api/v1/namespaces'), 'items').map((item) =>
    String(Object(Object(item).metadata).name),
  );
});
after(() => control.stop());

const contentOf = (archive: ZipFile): Visible =>
  Object.fromEntries(archive.typeFiles.map((file) => [file, archive.objects(file)]));

/** A user with these rules (none: with nothing), in the whole cluster or in some projects. */
async function userWith(name: string, rules: readonly PolicyRule[], where: Pick<Grant, 'namespaces'> = {}) {
  const user = await control.addUser(name);
  if (rules.length > 0) await control.grant({ to: { user: name }, rules, ...where });
  return user;
}

const backUp = (volume: Volume, who: { readonly kubeconfig: string }, ...words: string[]) =>
  runHere(['--volume', volume.path, '--kubeconfig', who.kubeconfig, ...words]);

async function accessOf(who: { readonly kubeconfig: string }, ...words: string[]) {
  const { status, stdout } = await runHere([
    'access',
    '--kubeconfig',
    who.kubeconfig,
    '-o',
    'json',
    ...words,
  ]);
  assert.equal(status, 0);
  return JSON.parse(stdout);
}

/** All but Secrets: RBAC knows no exceptions, so each type of the core group is named. */
async function allButSecrets(): Promise<PolicyRule[]> {
  const types = await servedTypes(control.admin);
  const groups = new Set(types.flatMap(({ apiVersion }) => apiVersion.match(/^(.*)\//)?.[1] ?? []));
  const core = types.filter(({ apiVersion, resource }) => apiVersion === 'v1' && resource !== 'secrets');
  const named = core.map(({ resource }) => resource);
  return [mayRead('', ...named), ...[...groups].map((group) => mayRead(group, '*'))];
}

test('a cluster reader backs up every served type', async () => {
  using volume = new Volume();
  const reader = await userWith('cluster-reader', [EVERYTHING]);
  const run = await backUp(volume, reader);
  assert.equal(run.status, 0);
  const archive = volume.latest();
  assert.deepEqual(contentOf(archive), await visibleTo(control, reader, []));
  const { complete, identity, resourceTypes } = archive.manifest;
  assert.equal(complete, true);
  assert.equal(identity.user, 'cluster-reader');
  assert.deepEqual([...new Set(resourceTypes.map(({ outcome }) => outcome))].sort(), [
    'empty',
    'excluded',
    'exported',
  ]);
  assert(resourceTypes.every(({ outcome, scope }) => outcome === 'excluded' || scope === 'cluster'));
});

test('a cluster reader without access to Secrets backs up everything else, and reads how to add them', async () => {
  using volume = new Volume();
  const reader = await userWith('reader-without-secrets', await allButSecrets());
  const run = await backUp(volume, reader);
  assert.equal(run.status, 0);
  const archive = volume.latest();
  assert.deepEqual(contentOf(archive), await visibleTo(control, reader, projects));
  assert(!archive.names.some((name) => name.includes('secrets')));
  assert(archive.names.includes('shop/configmaps.json'));
  assert.equal(archive.manifest.complete, true);
  const reason = `verb list is denied cluster-wide and in each of ${projects.length} projects`;
  const { outcome, objects, scope } = archive.type('secrets');
  assert.deepEqual([outcome, objects, scope], ['denied', 0, null]);
  assert.equal(archive.type('secrets').reason, reason);
  const line = run.log.find(({ type }) => type === 'secrets');
  assert.deepEqual([line?.level, line?.outcome, line?.reason], ['info', 'denied', reason]);
  assert.match(String(line?.hint), /openshift-backup access prints the rules/);

  const { stdout } = await runHere(['access', '--kubeconfig', reader.kubeconfig]);
  assert.match(stdout, /^reader-without-secrets on https:\/\/127\.0\.0\.1:\d+ \(v1\.\d+\.\d+\)$/m);
  assert.match(stdout, new RegExp(`^secrets +denied +${reason}$`, 'm'));
  assert.match(stdout, /^configmaps +listed +cluster$/m);
  assert.match(stdout, /^rules:\n- apiGroups: \[""\]\n {2}resources: \[secrets\]\n {2}verbs: \[list\]$/m);
});

test('with the rules that access prints, nothing is denied any more', async () => {
  using volume = new Volume();
  const user = await userWith('growing', [mayRead('', 'configmaps')]);
  const scope = ['--resource', 'secrets,configmaps,namespaces,persistentvolumes,deployments.apps'];
  const before = await accessOf(user, ...scope);
  assert.deepEqual(before.missingRules, [
    { apiGroups: ['apps'], resources: ['deployments'], verbs: ['list'] },
    { apiGroups: [''], resources: ['namespaces', 'persistentvolumes', 'secrets'], verbs: ['list'] },
  ]);
  await control.grant({ to: { user: 'growing' }, rules: before.missingRules });
  assert.deepEqual((await accessOf(user, ...scope)).missingRules, []);
  assert.equal((await backUp(volume, user, ...scope)).status, 0);
  const archive = volume.latest();
  for (const name of ['secrets', 'configmaps', 'namespaces', 'persistentvolumes', 'deployments.apps'])
    assert.equal(archive.type(name).outcome, 'exported', name);
});

test('an account with access to two projects names them, and backs up both with their Namespaces', async () => {
  using volume = new Volume();
  const account = await control.addServiceAccount('accounts', 'two-projects');
  await control.grant({ to: account, rules: [EVERYTHING], namespaces: ['shop', 'payments'] });
  const run = await backUp(volume, account, '--project', 'shop,payments');
  assert.equal(run.status, 0);
  const archive = volume.latest();
  assert.deepEqual(contentOf(archive), await visibleTo(control, account, ['shop', 'payments']));
  assert.deepEqual(archive.objects('namespaces.json'), ['payments', 'shop']);
  assert.deepEqual(
    archive.manifest.projects.map(({ name }) => name),
    ['payments', 'shop'],
  );
  assert.deepEqual(archive.manifest.options, { project: ['shop', 'payments'] });
  assert.equal(archive.type('configmaps').scope, 'projects');
  assert.equal(archive.type('persistentvolumes').outcome, 'excluded');

  const access = await accessOf(account, '--project', 'shop,payments', '--cluster-resources', 'yes');
  assert.deepEqual(access.projects, { names: ['payments', 'shop'], source: 'options' });
  const row = (name: string) => access.resourceTypes.find((type: { name: string }) => type.name === name);
  assert.deepEqual(row('secrets').projects, ['payments', 'shop']);
  assert.deepEqual([row('nodes').outcome, row('nodes').reason], ['denied', 'verb list is denied']);
});

test('a project without access is not in the archive, even if it is named', async () => {
  using volume = new Volume();
  const user = await userWith('of-the-shop', [EVERYTHING], { namespaces: ['shop'] });
  assert.equal((await backUp(volume, user, '--project', 'shop', '-p', 'payments')).status, 0);
  assert.deepEqual(contentOf(volume.latest()), await visibleTo(control, user, ['shop', 'payments']));
  assert.deepEqual(volume.latest().objects('namespaces.json'), ['shop']);
});

test('an account that names no project backs up its own', async () => {
  using volume = new Volume();
  const account = await control.addServiceAccount('payments', 'own-project');
  await control.grant({ to: account, rules: [EVERYTHING], namespaces: ['shop', 'payments'] });
  assert.equal((await backUp(volume, account)).status, 0);
  const archive = volume.latest();
  assert.deepEqual(contentOf(archive), await visibleTo(control, account, ['payments']));
  assert.equal((await accessOf(account)).projects.source, 'own');
});

test('an account that may list one type in one project backs up that type, without the Namespace', async () => {
  using volume = new Volume();
  const account = await control.addServiceAccount('shop', 'one-type');
  const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['list'] }];
  await control.grant({ to: account, rules, namespaces: ['shop'] });
  const run = await backUp(volume, account);
  assert.equal(run.status, 0);
  const archive = volume.latest();
  assert.deepEqual(archive.typeFiles, ['shop/configmaps.json']);
  assert.deepEqual(contentOf(archive), await visibleTo(control, account, ['shop']));
  assert.deepEqual([archive.manifest.complete, archive.manifest.totals.projects], [true, 1]);
  assert.equal(archive.type('namespaces').outcome, 'denied');
  assert.equal(archive.type('secrets').reason, 'verb list is denied cluster-wide and in the project');
});

test('an account without permissions writes a valid, complete, empty archive, and reads why it is empty', async () => {
  using volume = new Volume();
  const account = await control.addServiceAccount('shop', 'nothing');
  const run = await backUp(volume, account);
  assert.equal(run.status, 0);
  const archive = volume.latest();
  assert.deepEqual(archive.names, ['SHA256SUMS', 'manifest.json']);
  assert.deepEqual(archive.manifest.totals, { projects: 0, objects: 0, files: 0, bytes: 0 });
  assert.equal(archive.manifest.complete, true);
  const denied = archive.manifest.resourceTypes.filter(({ outcome }) => outcome === 'denied').length;
  const warning = run.log.find(({ level }) => level === 'warn');
  assert.equal(
    warning?.msg,
    `The archive is empty: ${denied} resource types are denied to system:serviceaccount:shop:nothing`,
  );
  assert.match(String(warning?.hint), /grant it a role/);
  assert.equal((await runHere(['verify', '--volume', volume.path])).status, 0);
});

test('a user without permissions whose kubeconfig names no project reads that no project is known', async () => {
  using volume = new Volume();
  const user = await userWith('nobody-in-particular', []);
  assert.equal((await backUp(volume, user)).status, 0);
  assert.deepEqual(volume.latest().typeFiles, []);
  assert.equal(
    volume.latest().type('secrets').reason,
    'verb list is denied cluster-wide, and no project is known',
  );
  assert.deepEqual((await accessOf(user)).projects, { names: [], source: 'none' });
});
