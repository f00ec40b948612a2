import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { log } from '../../src/commands/log.ts';
import { contextOf } from '../commands/context.ts';
import { helm } from '../helm/helm.ts';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { startControllerManager } from '../support/controller-manager.ts';
import type { KubeObject } from '../support/kube-object.ts';
import { waitFor } from '../support/wait.ts';
import { runCli, Volume } from './run-cli.ts';

// Three nights in which kubectl in all its forms, helm, a GitOps tool, an autoscaler and a controller change
// objects of a real API server. Who did what is read from the archives alone.

let control: ControlPlane;
let end: (() => Promise<void>) | undefined;
const volume = new Volume();

before(async () => {
  control = await startControlPlane({ apiServerFlags: { 'disable-admission-plugins': null } });
  end = await startControllerManager(control);
  await firstDay();
  await backUp();
  await secondDay();
  await backUp();
  await thirdDay();
  await backUp();
});

after(async () => {
  volume[Symbol.dispose]();
  await end?.();
  await control?.stop();
});

async function firstDay(): Promise<void> {
  await kubectl(['create', 'namespace', 'shop']);
  await applied([deployment('web', 3), deployment('scaled', 1), service], []);
  await applied([configMap('shared', { a: '1' })], ['--server-side', '--field-manager=team-a']);
  await kubectl(['create', 'configmap', 'again', '--from-literal=x=1']);
  await kubectl(['create', 'configmap', 'cleared', '--from-literal=x=1']);
  await kubectl(['create', 'configmap', 'pruned', '--from-literal=x=1', '--from-literal=y=1']);
  await kubectl([
    'patch',
    'configmap',
    'cleared',
    '--type=merge',
    '-p',
    '{"metadata":{"managedFields":[{}]}}',
  ]);
  await install('1');
  await rolledOut('web', 1);
  await waitFor('the controllers to fill the project', async () => {
    const found = await kubectl(['get', 'serviceaccounts,configmaps', '-o', 'name']);
    return found.includes('serviceaccount/default') && found.includes('configmap/kube-root-ca.crt');
  });
}

async function secondDay(): Promise<void> {
  await edit('deployment/web', 's/replicas: 3/replicas: 5/');
  await nextSecond();
  await kubectl(['set', 'image', 'deployment/web', 'web=web:2']);
  await nextSecond();
  await kubectl(['patch', 'service', 'web', '-p', '{"spec":{"ports":[{"port":80,"targetPort":9090}]}}']);
  await nextSecond();
  await applied([configMap('shared', { a: '2' })], ['--server-side', '--field-manager=team-a']);
  await nextSecond();
  await applied([configMap('shared', { a: '2', b: '1' })], ['--server-side', '--field-manager=team-b']);
  await edit('configmap/cleared', 's/x: "1"/x: "2"/');
  await edit('configmap/pruned', '/x: "1"/d');
  await nextSecond();
  await install('2');
  await rolledOut('web', 3);
}

async function thirdDay(): Promise<void> {
  await kubectl(['scale', 'deployment/web', '--replicas=7']);
  const scale = ['--subresource=scale', '--field-manager=horizontal-pod-autoscaler'];
  await kubectl(['patch', 'deployment', 'scaled', ...scale, '--type=merge', '-p', '{"spec":{"replicas":4}}']);
  await applied([configMap('shared', { b: '1' })], ['--server-side', '--field-manager=team-b']);
  await applied([configMap('shared', {})], ['--server-side', '--field-manager=team-a']);
  await kubectl(['delete', 'configmap', 'again']);
  await nextSecond();
  await kubectl(['create', 'configmap', 'again', '--from-literal=x=2']);
  await nextSecond();
  await kubectl(['create', 'configmap', 'new', '--from-literal=x=1']);
  await kubectl(['delete', 'configmap', 'pruned']);
}

/** The times of managedFields are whole seconds: what is done in the next one is later. */
async function nextSecond(): Promise<void> {
  const now = Math.floor(Date.now() / 1000);
  await waitFor('the next second', async () => Math.floor(Date.now() / 1000) > now);
}

async function kubectl(words: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<string> {
  const program = join(control.binaries, 'kubectl');
  const env = { ...process.env, ...environment };
  const own = ['--kubeconfig', control.kubeconfig, '--namespace', 'shop'];
  return (await promisify(execFile)(program, [...own, ...words], { env })).stdout;
}

async function applied(objects: readonly KubeObject[], words: readonly string[]): Promise<void> {
  const path = join(control.directory, 'applied.json');
  writeFileSync(path, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
  await kubectl(['apply', ...words, '-f', path]);
}

async function edit(object: string, script: string): Promise<void> {
  await kubectl(['edit', object], { KUBE_EDITOR: `sed -i -e '${script}'` });
}

/** Installs or upgrades a chart with one ConfigMap. */
async function install(value: string): Promise<void> {
  const chart = join(control.directory, 'chart');
  mkdirSync(join(chart, 'templates'), { recursive: true });
  writeFileSync(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: release\nversion: 1.0.0\n');
  writeFileSync(
    join(chart, 'templates/map.yaml'),
    'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: release\ndata:\n  value: "{{ .Values.value }}"\n',
  );
  const words = ['upgrade', '--install', 'release', chart, '--namespace', 'shop', '--set', `value=${value}`];
  const run = await helm(words, { kubeconfig: control.kubeconfig });
  assert.equal(run.status, 0, run.stderr);
}

/** Waits for the controller that counts the generations of a Deployment. */
async function rolledOut(name: string, generation: number): Promise<void> {
  await waitFor(`the status of ${name}`, async () => {
    const found = await kubectl(['get', 'deployment', name, '-o', 'jsonpath={.status.observedGeneration}']);
    return Number(found) >= generation;
  });
}

async function backUp(): Promise<void> {
  const words = ['--volume', volume.path, '--kubeconfig', control.kubeconfig, '-p', 'shop'];
  const run = await runCli(words);
  assert.equal(run.status, 0, run.stderr);
}

function configMap(name: string, data: Readonly<Record<string, string>>): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'shop' }, data };
}

function deployment(name: string, replicas: number): KubeObject {
  const labels = { app: name };
  const template = { metadata: { labels }, spec: { containers: [{ name, image: `${name}:1` }] } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'shop' },
    spec: { replicas, selector: { matchLabels: labels }, template },
  };
}

const service: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
};

async function told(...words: string[]): Promise<string> {
  const run = await runCli([...words, '--volume', volume.path]);
  assert.ok(run.status === 0 || run.status === 1, run.stderr);
  return timeless(run.stdout);
}

/** What comes from this very run: names of archives, addresses and times. */
function timeless(text: string): string {
  const archives = volume.archives();
  return text
    .replace(
      /openshift-backup\d+(\\?_\d+)?\.zip/g,
      (file) => `ARCHIVE ${archives.indexOf(file.replace('\\', '')) + 1}`,
    )
    .replace(/\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?( UTC|Z)?/g, 'TIME');
}

/** The last one is compared with the one before by the words for it; the others by their names. */
const THIRD = ['diff', 'previous', 'latest'];

/** What controllers make in their own time. */
const MOVING = 'secrets,pods,replicasets.apps';

function second(): string[] {
  return ['diff', ...volume.archives().slice(0, 2)];
}

for (const [file, words] of [
  ['second.txt', () => [...second(), '--exclude-resource', MOVING]],
  ['second.md', () => [...second(), '--exclude-resource', MOVING, '-o', 'markdown']],
  ['third.txt', () => [...THIRD, '--exclude-resource', MOVING]],
  ['third.json', () => [...THIRD, 'deploy', '-o', 'json']],
  ['web.txt', () => ['history', 'shop/deployments.apps/web']],
  ['log.md', () => ['log', 'shop/deploy', 'shop/cm/*a*', '-o', 'markdown']],
  ['log.json', () => ['log', 'shop/deploy', '-o', 'json']],
  ['again.md', () => ['history', 'shop/configmaps/again', '-o', 'markdown']],
] as const)
  test(`who changed what: ${file}`, async () => {
    const path = join(import.meta.dirname, 'golden/attribution', file);
    const text = await told(...words());
    if (process.env.GOLDEN === 'write') writeFileSync(path, text);
    assert.equal(text, readFileSync(path, 'utf8'));
  });

test('the log of three nights: a line for each change of a manager, the newest first', async () => {
  const words = ['log', 'shop', '--exclude-resource', MOVING, '--volume', volume.path, '--no-pager'];
  // Wide, so that times of any length leave room for everything else.
  const { context, text } = contextOf(words, { columns: 300 });
  await log({ ...context, environment: { NO_COLOR: '1' } });
  const path = join(import.meta.dirname, 'golden/attribution/log.txt');
  const told = timeless(text()).replace(/ +/g, ' ');
  if (process.env.GOLDEN === 'write') writeFileSync(path, told);
  assert.equal(told, readFileSync(path, 'utf8'));
});

test('the status is changed by its controller', async () => {
  const { objects } = JSON.parse(
    (
      await runCli([
        ...second(),
        'deploy',
        'web',
        '--status',
        '-o',
        'json',
        '--include-noise',
        '--volume',
        volume.path,
      ])
    ).stdout,
  );
  const changes: ReadonlyArray<{ path: string; by: ReadonlyArray<Record<string, string>> }> =
    objects[0].changes;
  const status = changes.filter(({ path }) => path === 'status.observedGeneration');
  assert.deepEqual(
    status.map(({ by }) => by.map(({ manager, subresource }) => [manager, subresource])),
    [[['kube-controller-manager', 'status']]],
  );
});

test('the times are those between the two archives, in the zone of the report', async () => {
  const read = async (...words: string[]) =>
    (await runCli([...second(), ...words, '--volume', volume.path])).stdout;
  const { before: from, after: to, objects } = JSON.parse(await read('deploy', 'web', '-o', 'json'));
  const [by] = objects[0].changes.find(({ path }: { path: string }) => path === 'spec.replicas').by;
  const time = Date.parse(by.time);
  assert.ok(time >= Date.parse(from.time) - 1000 && time <= Date.parse(to.time) + 1000, by.time);
  const shown = /spec\.replicas: 3 → 5 {3}kubectl-edit, (\S+ \S+)/.exec(
    await read('deploy', 'web', '--zone', 'Asia/Kolkata'),
  );
  assert.equal(Date.parse(`${shown?.[1]?.replace(' ', 'T')}+05:30`), time);
});

test('the page shows the managers, and its search finds them', async () => {
  const html = (await runCli([...second(), '-o', 'html', '--volume', volume.path])).stdout;
  assert.match(
    html,
    /spec\.replicas<\/?[^>]*> ?<span class="by">kubectl-edit, [-\d]+ [:\d]+<\/span>|spec\.replicas <span class="by">kubectl-edit/,
  );
});
