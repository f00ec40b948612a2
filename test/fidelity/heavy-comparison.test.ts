import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Volume } from '../cluster/run-cli.ts';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { definition } from '../support/definition.ts';
import { runShipped } from './measured-run.ts';

// Objects of a tenant that are cheap as bytes and dear as values, and that change from night to night.

const MIB = 1024 * 1024;
const GRIDS = '/apis/tenant.example.com/v1/namespaces/heavy/grids';

let control: ControlPlane;
const volume = new Volume();

before(async () => {
  control = await startControlPlane();
  await control.apply([
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'heavy' } },
    definition('grids.tenant.example.com', 'Grid'),
  ]);
});

after(async () => {
  volume[Symbol.dispose]();
  await control?.stop();
});

interface Night {
  /** Of the new archive, against the one before. */
  readonly previous: unknown;
  readonly warnings: readonly unknown[];
  readonly peak: number;
}

async function backUp(): Promise<Night> {
  const run = await runShipped(['--volume', volume.path, '--kubeconfig', control.kubeconfig]);
  assert.equal(run.status, 0, run.stderr);
  const warnings = run.log.filter(({ level }) => level === 'warn');
  return { previous: volume.latest().manifest.previous, warnings, peak: run.peak };
}

async function putGrids(names: readonly string[], cells: (night: number) => unknown, night: number) {
  for (const name of names) {
    if (night > 1) await control.request('DELETE', `${GRIDS}/${name}`);
    await control.request('POST', GRIDS, {
      apiVersion: 'tenant.example.com/v1',
      kind: 'Grid',
      metadata: { name },
      spec: { night, cells: cells(night) },
    });
  }
}

for (const { title, names, cells } of [
  {
    title: 'three objects of 490,000 empty objects each',
    names: ['a', 'b', 'c'],
    cells: (night: number) => [...Array(490_000).keys()].map((at) => (at === 250_000 && night > 1 ? [] : {})),
  },
  {
    title: 'five objects of 40,000 items each, all of which change',
    names: ['d', 'e', 'f', 'g', 'h'],
    cells: (night: number) => [...Array(40_000).keys()].map((at) => ({ name: `n${at}`, value: at * night })),
  },
]) {
  test(`${title} cost no archive, and little memory`, async (t) => {
    await putGrids(names, cells, 1);
    const before = await backUp();
    await putGrids(names, cells, 2);
    const night = await backUp();
    assert.deepEqual(night.warnings, []);
    assert.deepEqual(night.previous, {
      ...Object(night.previous),
      added: 0,
      changed: names.length,
      removed: 0,
    });

    const diff = await runShipped(['diff', 'previous', 'latest', 'grids', '--volume', volume.path]);
    assert.equal(diff.status, 1, diff.stderr);
    assert.match(diff.stdout, new RegExp(`\\n${names.length} objects changed in 1 project\\n$`));
    const history = await runShipped(['history', `heavy/grids/${names[0]}`, '--volume', volume.path]);
    assert.equal(history.status, 0, history.stderr);
    const peaks = { 'a first night': before, 'the next': night, diff, history };
    for (const [what, { peak }] of Object.entries(peaks)) {
      t.diagnostic(`${what}: ${Math.round(peak / MIB)} MiB`);
      assert.ok(peak < 400 * MIB, `${what}: ${Math.round(peak / MIB)} MiB`);
    }
  });
}
