import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Volume } from '../cluster/run-cli.ts';
import { runHere } from '../cluster/run-here.ts';
import { writeArchive } from '../comparison/archives.ts';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { at, textAt } from '../support/kube-object.ts';
import { type Restored, reportOf, told } from './restore-runs.ts';

// What is chosen of an archive, and what is restored otherwise than it stands there.

const object = (apiVersion: string, kind: string, name: string, more: object = {}, metadata: object = {}) =>
  JSON.stringify({ apiVersion, kind, metadata: { name, ...metadata }, ...more });
const config = (namespace: string, name: string, labels: object = {}, more: object = {}) =>
  object('v1', 'ConfigMap', name, { data: { password: 'secret' }, ...more }, { namespace, labels });
const project = (name: string, labels: object) =>
  object('v1', 'Namespace', name, {}, { labels: { 'kubernetes.io/metadata.name': name, ...labels } });

const FILES = {
  'namespaces.json': [
    project('pay', { team: 'b' }),
    project('shop', { team: 'a' }),
    project('web', { team: 'c' }),
  ],
  'storageclasses.storage.k8s.io.json': [
    object('storage.k8s.io/v1', 'StorageClass', 'old', { provisioner: 'example.com/old' }),
    object('storage.k8s.io/v1', 'StorageClass', 'new', { provisioner: 'example.com/new' }),
  ],
  'shop/configmaps.json': [
    config('shop', 'app-a', { app: 'web' }),
    config('shop', 'app-b', { app: 'db' }),
    config('shop', 'other', { app: 'cache', 'app.kubernetes.io/instance': 'shop' }),
    object(
      'v1',
      'ConfigMap',
      'tracked',
      {},
      {
        namespace: 'shop',
        annotations: { 'argocd.argoproj.io/tracking-id': 'storefront:/ConfigMap:shop/tracked' },
      },
    ),
    config('shop', 'flux', { 'kustomize.toolkit.fluxcd.io/name': 'apps' }),
  ],
  'shop/statefulsets.apps.json': [
    object(
      'apps/v1',
      'StatefulSet',
      'db',
      {
        spec: {
          serviceName: 'db',
          selector: { matchLabels: { app: 'db' } },
          template: {
            metadata: { labels: { app: 'db' } },
            spec: {
              initContainers: [{ name: 'init', image: 'old.example.com/teams/init:1' }],
              containers: [
                { name: 'db', image: 'old.example.com/team/db@sha256:abc' },
                { name: 'side', image: 'old.example.com/team' },
              ],
            },
          },
          volumeClaimTemplates: [
            {
              metadata: { name: 'data' },
              spec: {
                accessModes: ['ReadWriteOnce'],
                storageClassName: 'old',
                resources: { requests: { storage: '1Gi' } },
              },
            },
          ],
        },
      },
      { namespace: 'shop' },
    ),
  ],
  'pay/configmaps.json': [config('pay', 'settings')],
  'web/configmaps.json': [config('web', 'settings')],
  'web/applications.argoproj.io.json': [
    object('argoproj.io/v1alpha1', 'Application', 'shop', {}, { namespace: 'web' }),
  ],
};

let control: ControlPlane;
const volume = new Volume();
let archive: string;

before(async () => {
  control = await startControlPlane();
  archive = writeArchive(volume.path, 'shop.zip', FILES);
});

after(async () => {
  volume[Symbol.dispose]();
  await control?.stop();
});

async function restore(...words: string[]): Promise<Restored> {
  const run = await runHere(['restore', archive, '--kubeconfig', control.kubeconfig, '-o', 'json', ...words]);
  return { ...run, ...reportOf(run) };
}

const selected = ({ rows }: Restored) =>
  told(rows, ({ type }) => type === 'configmaps').map((each) => each.replace(/^\w+ /, ''));

test('names by glob', async () => {
  assert.deepEqual(selected(await restore('shop/configmaps/app-*')), [
    'shop/configmaps/app-a',
    'shop/configmaps/app-b',
  ]);
  const nothing = await restore('shop/configmaps/nosuch-*');
  assert.equal(nothing.status, 2);
  assert.match(nothing.stderr, /no object in shop\/configmaps matches nosuch-\*/);
});

test('several selectors, of which one has to match', async () => {
  const run = await restore('--selector', 'app=web', '--selector', 'app in (db, x)', '--resource', 'cm');
  assert.deepEqual(selected(run), ['shop/configmaps/app-a', 'shop/configmaps/app-b']);
});

test('projects by label', async () => {
  const run = await restore('--project-selector', 'team=b', '--project-selector', 'team=c');
  assert.deepEqual(selected(run), ['pay/configmaps/settings', 'web/configmaps/settings']);
  assert.deepEqual(selected(await restore('--project-selector', 'team', '-p', 'w*')), [
    'web/configmaps/settings',
  ]);
  const nothing = await restore('--project-selector', 'team=nosuch');
  assert.equal(nothing.status, 2);
  assert.match(nothing.stderr, /no project in .* matches --project-selector team=nosuch/);
});

test('other storage classes, images and labels', async () => {
  const run = await restore(
    ...['-p', 'shop', '--storage-class', 'old=new', '--label', 'restored=yes', '--apply'],
    ...['--image', 'old.example.com/team=new.example.com:5000/mirror'],
  );
  assert.equal(run.status, 0, run.stderr + JSON.stringify(run.rows));
  const db = await control.request('GET', '/apis/apps/v1/namespaces/shop/statefulsets/db');
  assert.equal(at(db, 'spec', 'volumeClaimTemplates', 0, 'spec', 'storageClassName'), 'new');
  const pod = at(db, 'spec', 'template', 'spec');
  assert.equal(at(pod, 'containers', 0, 'image'), 'new.example.com:5000/mirror/db@sha256:abc');
  assert.equal(at(pod, 'containers', 1, 'image'), 'new.example.com:5000/mirror');
  assert.equal(
    at(pod, 'initContainers', 0, 'image'),
    'old.example.com/teams/init:1',
    'another part of the path',
  );
  assert.equal(at(db, 'metadata', 'labels', 'restored'), 'yes');
  assert(
    told(run.rows).includes('created _cluster/storageclasses.storage.k8s.io/new'),
    told(run.rows).join(),
  );
  assert(!told(run.rows).some((each) => each.endsWith('storageclasses.storage.k8s.io/old')));
});

test('a label alone changes nothing that exists', async () => {
  const words = ['shop/configmaps/app-*', '--map', 'shop=labelled', '--existing', 'update', '--apply'];
  assert.equal((await restore(...words)).status, 0);
  const same = await restore(...words, '--label', 'other=label');
  assert.deepEqual(
    told(same.rows, ({ type }) => type === 'configmaps'),
    ['existed labelled/configmaps/app-a', 'existed labelled/configmaps/app-b'],
  );
  const path = '/api/v1/namespaces/labelled/configmaps/app-a';
  await control.request('PATCH', path, { data: { password: 'changed' } });
  const changed = await restore(...words, '--label', 'other=label');
  assert.deepEqual(
    told(changed.rows, ({ outcome }) => outcome === 'updated'),
    ['updated labelled/configmaps/app-a'],
  );
  assert.equal(textAt(await control.request('GET', path), 'metadata', 'labels', 'other'), 'label');
});

test('--filter changes and drops objects; what it fails for is not restored', async () => {
  const program = `if .kind != "ConfigMap" then empty
    elif .metadata.name == "app-a" then .data.password = "filtered"
    elif .metadata.name == "app-b" then error("broken")
    elif .metadata.name == "flux" then .metadata.name = "renamed"
    else . end`;
  const run = await restore('-p', 'shop', '--map', 'shop=filtered', '--filter', program, '--apply');
  assert.equal(run.status, 3);
  const row = (name: string) => run.rows.find((each) => each.name === name && each.type === 'configmaps');
  assert.match(row('app-b')?.reason ?? '', /broken/);
  assert.equal(row('app-b')?.outcome, 'failed');
  assert.match(row('flux')?.reason ?? '', /not its kind, name or namespace/);
  assert.equal(row('other')?.outcome, 'failed', 'its project was dropped');
  assert.equal(run.rows.find(({ type }) => type === 'statefulsets.apps')?.rule, 'filter');
  const whole = await restore(
    'shop/configmaps/app-*',
    '--map',
    'shop=filtered',
    '--filter',
    'if .kind == "ConfigMap" then .data.password = "filtered" else . end',
    '--apply',
  );
  assert.equal(whole.status, 0, whole.stderr);
  const after = await control.request('GET', '/api/v1/namespaces/filtered/configmaps/app-b');
  assert.equal(textAt(after, 'data', 'password'), 'filtered');
  const wrong = await restore('--filter', '.[');
  assert.equal(wrong.status, 2, 'no jq program');
});

test('the filter of a pod for its backups is none of a restore', async () => {
  const words = [
    'restore',
    archive,
    '--kubeconfig',
    control.kubeconfig,
    '-o',
    'json',
    'shop/configmaps/other',
  ];
  const run = await runHere(words, { environment: { OPENSHIFT_BACKUP_FILTER: 'empty' } });
  assert(
    reportOf(run).rows.every(({ rule }) => rule !== 'filter'),
    run.stdout,
  );
});

test('what GitOps manages is named before anything is written', async () => {
  const { stderr } = await restore('-p', 'shop');
  assert.match(
    stderr,
    /Managed by GitOps tools, .*: Argo CD Application shop \(1\), Argo CD Application storefront \(1\), Flux Kustomization apps \(1\)/,
  );
  assert.doesNotMatch((await restore('-p', 'pay')).stderr, /GitOps/);
});
