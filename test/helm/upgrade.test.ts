import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { dump, load } from 'js-yaml';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { at, type JsonObject, listAt } from '../support/kube-object.ts';
import { CHART, helm } from './helm.ts';
import { project } from './server-objects.ts';

/** Values that the old chart did not have. */
const NEW_VALUES = ['copy', 'kubeconfigSecret', 'logs', 'podLabels', 'rehearsal'];

let control: ControlPlane;
/** The chart as it was before the names of roles held the namespace. */
let oldChart: string;

before(async () => {
  control = await startControlPlane();
  await control.apply(['first', 'second', 'shop', 'payments'].map(project));
  oldChart = await chartBefore();
});
after(async () => {
  await rm(oldChart, { recursive: true });
  await control.stop();
});

async function chartBefore(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'openshift-backup-chart-'));
  await cp(CHART, directory, { recursive: true });
  const change = async (file: string, from: string, to: string) => {
    const text = await readFile(join(directory, file), 'utf8');
    assert(text.includes(from), `${file}: ${from}`);
    await writeFile(join(directory, file), text.replace(from, to));
  };
  await change('templates/_rbac.tpl', 'printf "%s:%s-%s" $.Release.Namespace', 'printf "%s-%s"');
  await change('templates/_rbac.tpl', '  openshift-backup/namespace: {{ $.Release.Namespace }}\n', '');
  await change('values.yaml', '  accessMode: ReadWriteMany\n', '');
  const file = join(directory, 'values.yaml');
  const values = Object.entries(Object(load(await readFile(file, 'utf8'))));
  await writeFile(file, dump(Object.fromEntries(values.filter(([name]) => !NEW_VALUES.includes(name)))));
  return directory;
}

async function upgrade(namespace: string, values: JsonObject, words: readonly string[] = [], chart = CHART) {
  const release = ['upgrade', '--install', 'nightly', chart, '--namespace', namespace, '--values', '-'];
  const { status, stderr } = await helm([...release, ...words], { values, kubeconfig: control.kubeconfig });
  assert.equal(status, 0, stderr);
}

/** The names of our objects of a type, in the cluster or in a project. */
async function names(type: string, namespace?: string): Promise<string[]> {
  const where = namespace === undefined ? '' : `/namespaces/${namespace}`;
  const list = await control.request('GET', `/apis/rbac.authorization.k8s.io/v1${where}/${type}`);
  return listAt(list, 'items')
    .filter((each) => at(each, 'metadata', 'labels', 'app.kubernetes.io/name') === 'openshift-backup')
    .map((each) => String(at(each, 'metadata', 'name')))
    .sort();
}

describe('two releases of one name in two namespaces', () => {
  it('both install, for the cluster', async () => {
    await upgrade('first', {});
    await upgrade('second', {});
    const expected = ['first', 'second'].flatMap((namespace) => [
      `${namespace}:nightly-openshift-backup-reader-own`,
      `${namespace}:nightly-openshift-backup-secret-reader`,
    ]);
    assert.deepEqual(await names('clusterrolebindings'), expected);
  });

  it('and one that goes takes nothing of the other with it', async () => {
    await helm(['uninstall', 'nightly', '--namespace', 'second'], { kubeconfig: control.kubeconfig });
    assert.deepEqual(await names('clusterrolebindings'), [
      'first:nightly-openshift-backup-reader-own',
      'first:nightly-openshift-backup-secret-reader',
    ]);
    await helm(['uninstall', 'nightly', '--namespace', 'first'], { kubeconfig: control.kubeconfig });
  });

  it('both install for the same project', async () => {
    for (const namespace of ['first', 'second'])
      await upgrade(namespace, { rbac: { scope: 'projects', projects: ['shop'] } });
    const roles = await names('roles', 'shop');
    assert.equal(roles.length, 4, roles.join());
    for (const namespace of ['first', 'second'])
      await helm(['uninstall', 'nightly', '--namespace', namespace], { kubeconfig: control.kubeconfig });
    assert.deepEqual(await names('rolebindings', 'shop'), []);
  });
});

describe('an upgrade', () => {
  it('from the chart whose roles had no namespace in their names leaves none of the old ones', async () => {
    await upgrade('first', { rbac: { secrets: true } }, [], oldChart);
    assert.deepEqual(await names('clusterroles'), [
      'nightly-openshift-backup-reader',
      'nightly-openshift-backup-secret-reader',
    ]);
    // What --reuse-values keeps of that chart has no value that is new in this one.
    await upgrade('first', {}, ['--reuse-values']);
    assert.deepEqual(await names('clusterroles'), [
      'first:nightly-openshift-backup-reader',
      'first:nightly-openshift-backup-secret-reader',
    ]);
    assert.deepEqual(await names('clusterrolebindings'), [
      'first:nightly-openshift-backup-reader-own',
      'first:nightly-openshift-backup-secret-reader',
    ]);
  });

  it('leads from the cluster to projects and back, keeping the other values', async () => {
    const keep = ['--reset-then-reuse-values'];
    await upgrade('first', { schedule: '1 2 3 4 5' }, keep);
    await upgrade('first', { rbac: { scope: 'projects', projects: ['shop', 'payments'] } }, keep);
    assert.deepEqual(await names('clusterrolebindings'), []);
    assert.equal((await names('rolebindings', 'shop')).length, 3);
    const back = ['--set', 'rbac.scope=cluster', '--set-json', 'rbac.projects=[]'];
    await upgrade('first', {}, [...keep, ...back]);
    assert.deepEqual(await names('rolebindings', 'shop'), []);
    assert.equal((await names('clusterrolebindings')).length, 2);
    // Helm's older way of keeping values takes the same words.
    await upgrade('first', { rbac: { scope: 'projects', projects: ['shop'] } }, ['--reuse-values']);
    await upgrade('first', {}, ['--reuse-values', ...back]);
    const cronJob = await control.request(
      'GET',
      '/apis/batch/v1/namespaces/first/cronjobs/nightly-openshift-backup',
    );
    assert.equal(at(cronJob, 'spec', 'schedule'), '1 2 3 4 5');
  });
});
