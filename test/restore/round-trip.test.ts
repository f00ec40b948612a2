import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ZipFile } from '../cluster/run-cli.ts';
import { runHere } from '../cluster/run-here.ts';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { at } from '../support/kube-object.ts';
import { loadSample, SAMPLE_PROJECTS } from '../support/sample-cluster.ts';
import { backUp, deleteSample, differences, restore, told, Volume } from './restore-runs.ts';

let control: ControlPlane;
let archive: ZipFile;
const volume = new Volume();
const EVERYTHING = ['--cluster-resources', 'yes', '--preserve-nodeports'];

before(async () => {
  control = await startControlPlane();
  await loadSample(control);
  archive = await backUp(volume, control.kubeconfig);
});

after(async () => {
  volume[Symbol.dispose]();
  await control?.stop();
});

test('nothing is to be done where nothing happened, and nothing is written', async () => {
  const run = await restore(volume, control.kubeconfig, ...EVERYTHING);
  assert.equal(run.status, 0, JSON.stringify(run.rows.filter(({ outcome }) => outcome === 'failed')));
  const others = run.rows.filter(({ outcome }) => outcome !== 'existed' && outcome !== 'excluded');
  assert.deepEqual(others, []);
  assert.equal(
    at(run.report, 'numAlreadyExisted'),
    told(run.rows, (row) => row.outcome === 'existed').length,
  );
  assert.equal(at(run.report, 'numSnapshotContents'), archive.manifest.totals.objects);
});

test('the dry run of a cluster that has lost everything creates nothing', async () => {
  await deleteSample(control, archive);
  const run = await restore(volume, control.kubeconfig, ...EVERYTHING);
  assert.equal(run.status, 0, run.stderr);
  assert.equal(at(run.report, 'dryRun'), true);
  const unchecked = run.rows.filter(({ notes }) => notes.some(({ rule }) => rule === 'unchecked'));
  assert.ok(unchecked.length > 50);
  for (const row of unchecked)
    assert.ok(row.outcome === 'created' && SAMPLE_PROJECTS.some((each) => each === row.project), row.name);
  for (const project of SAMPLE_PROJECTS)
    assert.equal((await control.admin.answer('GET', `/api/v1/namespaces/${project}`)).status, 404);
});

test('what was exported, deleted and restored is exported as it was, but for what rules take', async () => {
  const run = await restore(volume, control.kubeconfig, '--apply', ...EVERYTHING);
  assert.equal(run.status, 0, run.stderr + told(run.rows, ({ outcome }) => outcome === 'failed').join());
  await backUp(volume, control.kubeconfig);
  const changes = await differences(volume, '--include-noise');
  const excluded = told(run.rows, ({ outcome }) => outcome === 'excluded').map((row) =>
    row.slice('excluded '.length),
  );
  const removed = changes
    .filter((each) => each.startsWith('removed '))
    .map((each) => each.slice('removed '.length));
  for (const each of removed) assert.ok(excluded.includes(each), `${each} is gone, but was not excluded`);
  assert.deepEqual(
    changes.filter((each) => each.startsWith('added ') && !each.includes('/ipaddresses.')),
    [],
  );
  const others = changes.filter((each) => each.startsWith('changed '));
  const allowed = [
    /^changed \S+\/serviceaccounts\/(builder|default|deployer) imagePullSecrets secrets$/,
    /^changed _cluster\/namespaces\/[a-z-]+( metadata\.annotations\["openshift\.io\/sa\.scc\.[a-z-]+"\]){3}$/,
    // As it was bound; no controller is there to bind it to the volume that is reserved for it.
    /^changed payments\/persistentvolumeclaims\/(data-ledger-0|reports) metadata\.annotations spec\.volumeName$/,
    /^changed _cluster\/persistentvolumes\/pvc-\S+ spec\.claimRef\.uid$/,
    // Counted by the Deployment controller, which does not run here.
    /^changed \S+\/deployments\.apps\/\S+ metadata\.annotations\["deployment\.kubernetes\.io\/revision"\]$/,
    // OpenShift's API server gives it a new host; a CRD has none to give.
    /^changed shop\/routes\.route\.openshift\.io\/storefront metadata\.annotations spec\.host$/,
    // The server chooses a Service's address at random; it may be one that another Service had.
    /^changed _cluster\/ipaddresses\.networking\.k8s\.io\/\S+ spec\.parentRef/,
    /^changed payments\/jobs\.batch\/migrate-2026-09( (metadata|spec)\.[^ ]*controller-uid[^ ]*)+$/,
  ];
  assert.deepEqual(
    others.filter((each) => !allowed.some((row) => row.test(each))),
    [],
  );
  // Everything else is the same to the byte: diff opens no file whose checksum is the same.
  assert.ok(others.length <= 9 + 3 + 2 + 2 + 1 + 1 + 3, others.join('\n'));
});

test('restored again, everything is there already', async () => {
  const run = await restore(volume, control.kubeconfig, '--apply', ...EVERYTHING);
  assert.equal(run.status, 0, run.stderr);
  assert.deepEqual([at(run.report, 'numCreated'), at(run.report, 'numDiffering')], [0, 0]);
});

test('a single object comes back, and nothing besides', async () => {
  await control.request('DELETE', '/apis/apps/v1/namespaces/shop/deployments/storefront');
  await control.request('DELETE', '/api/v1/namespaces/shop/configmaps/storefront-config');
  const run = await restore(volume, control.kubeconfig, '--apply', 'shop/deploy/storefront');
  assert.equal(run.status, 0, run.stderr);
  assert.deepEqual(told(run.rows), [
    'existed _cluster/namespaces/shop',
    'created shop/deployments.apps/storefront',
  ]);
  const missing = await restore(volume, control.kubeconfig, 'shop/deploy/nothing');
  assert.equal(missing.status, 2);
  assert.match(missing.stderr, /has no nothing in shop\/deployments\.apps\.json; it has /);
});

test('the report as text: what would be done, and no value of a Secret', async () => {
  const words = [
    'restore',
    'latest',
    '-p',
    'shop',
    '--volume',
    volume.path,
    '--kubeconfig',
    control.kubeconfig,
  ];
  await control.request('PATCH', '/api/v1/namespaces/shop/secrets/database', {
    data: { password: 'c2VjcmV0' },
  });
  const run = await runHere(words);
  assert.equal(run.status, 0, run.stderr);
  assert.match(
    run.stdout,
    /\ndry run: nothing was changed\. --apply creates missing objects and leaves existing objects that differ unchanged/,
  );
  assert.match(run.stdout, /\nwould create {2}shop\/configmaps\/storefront-config\n/);
  assert.match(
    run.stdout,
    /\ndiffers {7}shop\/secrets\/database\n {4}~ data\.password: "\*\*\*" → "\*\*\* \(changed\)"\n/,
  );
  assert.match(run.stdout, /\nof \d+ selected: 1 to create, 1 differs \(left\), \d+ unchanged\n$/);
  assert.doesNotMatch(run.stdout, /c2VjcmV0/);
});
