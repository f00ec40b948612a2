import assert from 'node:assert/strict';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import type { KubeObject } from '../support/kube-object.ts';
import { Volume } from './run-cli.ts';
import { runHere } from './run-here.ts';

const DEPLOYMENTS = '/apis/apps/v1/namespaces/told/deployments';
const WEB = `${DEPLOYMENTS}/web`;
const CONTAINER = '/spec/template/spec/containers/0';
const SECRET = '/api/v1/namespaces/told/secrets/key';
const PASSWORDS = ['aHVudGVyMQ==', 'aHVudGVyMg=='] as const;

let control: ControlPlane;
const volume = new Volume();

/** A night each: what was done before the backup, and the options of the backup. */
const NIGHTS: ReadonlyArray<readonly [act: () => Promise<unknown>, ...words: string[]]> = [
  [() => control.apply([namespace, secret(PASSWORDS[0])])],
  [() => control.apply([deployment])],
  // What the server counts by itself, and what changes beside it, is no version.
  [() => patch({ metadata: { annotations: { 'deployment.kubernetes.io/revision': '2' } } })],
  [() => patch([{ op: 'replace', path: `${CONTAINER}/image`, value: 'web:2' }])],
  [
    () => control.request('PATCH', SECRET, { data: { password: PASSWORDS[1] } }),
    '--exclude-resource',
    'deployments.apps',
  ],
  [() => patch([{ op: 'replace', path: `${CONTAINER}/image`, value: 'web:1' }])],
  [() => control.request('DELETE', WEB)],
  [() => control.apply([{ ...deployment, spec: { ...deployment.spec, replicas: 5 } }])],
];

const namespace: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'told' } };
const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'told' },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image: 'web:1' }] },
    },
  },
};

function secret(password: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'key', namespace: 'told' },
    data: { password },
  };
}

function patch(body: unknown) {
  return control.request('PATCH', WEB, body);
}

before(async () => {
  control = await startControlPlane();
  for (const [act, ...words] of NIGHTS) {
    await act();
    const run = await runHere(['--volume', volume.path, '--kubeconfig', control.kubeconfig, ...words]);
    assert.equal(run.status, 0, run.stderr);
  }
});

after(async () => {
  volume[Symbol.dispose]();
  await control?.stop();
});

async function history(...words: string[]): Promise<string> {
  const run = await runHere(['history', '--volume', volume.path, ...words]);
  assert.deepEqual([run.status, run.stderr], [0, '']);
  return run.stdout;
}

/** Archives by their number, the oldest is 1; no times. */
function numbered(text: string): string {
  const archives = volume.archives();
  return text
    .replace(/openshift-backup\d+(_\d+)?\.zip/g, (file) => `#${archives.indexOf(file) + 1}`)
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?( UTC)?/g, 'TIME');
}

test('the history of an object has its changes, the newest first', async () => {
  assert.equal(
    numbered(await history('told/deploy/web')),
    `told/deployments.apps/web (Deployment): 3 versions in 7 of 8 archives

+ version 3: created again between TIME and TIME
  in 1 archive: #8   created by unknown, TIME
    ~ spec.replicas: 2 → 5   unknown, TIME

- deleted between TIME and TIME
  missing from 1 archive: #7

~ back to version 1 (as in #3): changed between TIME and TIME
  in 1 archive: #6
    ~ spec.template.spec.containers[name=web].image: "web:2" → "web:1"   unknown, TIME

~ version 2: changed between TIME and TIME
  in 1 archive: #4
    ~ spec.template.spec.containers[name=web].image: "web:1" → "web:2"   unknown, TIME

+ version 1: created between TIME and TIME
  in 2 archives: #2 … #3   created by unknown, TIME

unknown in
  ? 1 archive: #5 (deployments.apps excluded: by --exclude-resource)
`,
  );
});

test('the JSON names archives as list does, and describes changes as diff does', async () => {
  const { events, ...rest } = JSON.parse(await history('told/deployments.apps/web', '-o', 'json'));
  const list = JSON.parse((await runHere(['list', '--volume', volume.path, '-o', 'json'])).stdout);
  const names = new Set(list.map(({ archive }: { archive: string }) => archive));
  for (const { archives } of events) {
    for (const { archive } of archives) assert.ok(names.has(archive), archive);
  }
  assert.deepEqual(
    [rest.object, rest.archives, rest.versions, rest.unknown.length],
    [{ project: 'told', type: 'deployments.apps', kind: 'Deployment', name: 'web' }, 8, 3, 1],
  );
  const changed = events[3];
  const words = ['diff', changed.comparedWith.archive, changed.archives[0].archive, 'deploy', 'web'];
  const compared = await runHere([...words, '--volume', volume.path, '-o', 'json']);
  assert.equal(compared.status, 1, compared.stderr);
  assert.deepEqual(changed.changes, JSON.parse(compared.stdout).objects[0].changes);
});

test('an archive for each version shows that version', async () => {
  const { events } = JSON.parse(await history('told/deploy/web', '-o', 'json', '--include-noise'));
  const shown = new Map<number, string>();
  for (const { version, archives } of events) {
    for (const { archive } of version === null ? [] : archives) {
      const { stdout } = await runHere(['show', archive, 'told/deploy/web', '--volume', volume.path]);
      assert.equal(shown.get(version) ?? stdout, stdout);
      shown.set(version, stdout);
    }
  }
  assert.equal(new Set(shown.values()).size, shown.size);
  // The revision that is noise to others, and is gone with the object.
  assert.equal(shown.size, 4);
});

test('the password of a Secret has a history, but is not shown', async () => {
  for (const form of ['text', 'json', 'markdown']) {
    const text = await history('told/secrets/key', '-o', form);
    for (const password of PASSWORDS) assert.ok(!text.includes(password));
    assert.match(text, /\*\*\* \(changed\)/);
  }
  assert.ok((await history('told/secrets/key', '--show-secrets')).includes(PASSWORDS[1]));
});

test('a cluster-scoped object, and the status of one', async () => {
  assert.match(
    numbered(await history('_cluster/ns/told')),
    /: 1 version in 8 archives\n\n {2}version 1: already existed/,
  );
  assert.match(
    await history('_cluster/ns/told', '--status'),
    /^_cluster\/namespaces\/told \(Namespace\): 1 version/,
  );
});

test('if an object does not exist, the error names similar ones', async () => {
  const run = await runHere(['history', 'told/deploy/wep', '--volume', volume.path, '--log-format', 'text']);
  assert.equal(run.status, 2);
  assert.match(
    run.stderr,
    /none of 8 archives has told\/deployments\.apps\/wep; 1 archive may have it \(.*\); did you mean web\?/,
  );
});

test('a volume with nothing but broken archives causes no crash', async () => {
  using broken = new Volume();
  for (const [at, file] of volume.archives().entries()) {
    const bytes = readFileSync(join(volume.path, file));
    const path = join(broken.path, file);
    // Bits that are wrong all over the archive, another place in each.
    for (let byte = 40 + at; byte < bytes.length; byte += 97 + at * 131)
      bytes[byte] = (bytes[byte] ?? 0) ^ 0x10;
    writeFileSync(path, bytes);
    if (at % 3 === 0) truncateSync(path, bytes.length - at - 1);
  }
  const run = await runHere(['history', 'told/deploy/web', '--volume', broken.path, '--log-format', 'text']);
  assert.equal(run.status, 4, run.stderr);
  assert.match(run.stderr, /no archive can be read; openshift-backup\S+ is damaged: /);
});
