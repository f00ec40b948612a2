import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { pathOf, servedTypes } from '../support/discovery.ts';
import type { KubeObject } from '../support/kube-object.ts';
import { night, operatorDefinitions } from '../support/two-nights.ts';
import { Volume } from './run-cli.ts';
import { runHere } from './run-here.ts';

let control: ControlPlane;
const volume = new Volume();

before(async () => {
  control = await startControlPlane();
  await control.apply(operatorDefinitions());
  await control.apply(night(1), { concurrency: 4 });
  await backUp();
});

after(async () => {
  volume[Symbol.dispose]();
  await control?.stop();
});

async function backUp(): Promise<Record<string, unknown>> {
  const run = await runHere(['--volume', volume.path, '--kubeconfig', control.kubeconfig]);
  assert.equal(run.status, 0, run.stderr);
  return { ...run.log.at(-1) };
}

async function diff(...words: string[]): Promise<{ status: number | null; lines: string[] }> {
  const { status, stdout } = await runHere(['diff', 'previous', 'latest', '--volume', volume.path, ...words]);
  return { status, lines: stdout.trimEnd().split('\n') };
}

const keyOf = ({ kind, metadata: { namespace, name } }: KubeObject) => `${kind} ${namespace}/${name}`;

/** Brings the cluster to the second night; what is no longer there is deleted. */
async function nightFalls(): Promise<void> {
  const second = night(2);
  const kept = new Set(second.map(keyOf));
  const types = await servedTypes(control.admin);
  for (const gone of night(1).filter((each) => !kept.has(keyOf(each)))) {
    const type = types.find(({ apiVersion, kind }) => apiVersion === gone.apiVersion && kind === gone.kind);
    assert.ok(type !== undefined);
    await control.request('DELETE', `${pathOf(type, gone.metadata.namespace)}/${gone.metadata.name}`);
  }
  await control.apply(second, { concurrency: 4 });
}

test('in a night with hundreds of changes, those that somebody made are shown', async () => {
  await nightFalls();
  const { previous } = await backUp();
  const { status, lines } = await diff();
  const text = lines.join('\n');
  assert.equal(status, 1);
  assert.ok(lines.length <= 60, text);
  const first = lines.slice(0, 30).join('\n');
  assert.match(first, /~ billing\n {8}~ .*resources\.limits\.memory: "512Mi" → "64Mi" {3}unknown, .*\n/);
  assert.match(first, /~ console\n {8}~ .*image: ".*console:1" → ".*console:2" {3}unknown, .*\n/);
  assert.match(first, /~ ledger\n {8}~ data\.password: "\*\*\*" → "\*\*\* \(changed\)" {3}unknown, .*\n/);
  assert.match(text, /\n {4}~ kube-root-ca\.crt changed alike in 40 projects: crew-00, .* more\n/);
  const [closing = ''] = lines.slice(-1);
  for (const part of [
    'Not shown: 120 rotated registry tokens',
    '80 copied ClusterServiceVersions',
    '41 injected CA bundles',
    '40 endpoints of Services',
    '12 network endpoints and identities',
    '12 records of operator installs',
    '12 requests for certificates',
    '12 runs of jobs, builds and pipelines',
    '2 superseded Helm revisions',
    '1 allocation of addresses or ids',
    '1 autoscaler status',
    '1 replica count driven by an autoscaler',
    '1 report of a scan or check',
  ])
    assert.ok(closing.includes(part), `${part}: ${closing}`);
  assert.match(closing, /^[^)]* \(--include-noise\)$/);
  const counts = Object(previous);
  assert.deepEqual([counts.added, counts.changed, counts.removed], [1, 43, 0]);
  assert.ok(counts.notShown > 300);
});

test('list shows how many objects were not counted', async () => {
  const { stdout } = await runHere(['list', '--volume', volume.path]);
  assert.match(stdout, /REMOVED +NOT SHOWN +STATE\n.* 1 +43 +0 +3\d\d +complete\n/);
});

test('a following night without changes has no differences', async () => {
  await backUp();
  const { status, lines } = await diff();
  assert.equal(status, 0);
  assert.equal(lines.at(-1), 'no differences');
});
