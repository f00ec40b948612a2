import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, afterEach, before, test } from 'node:test';
import { configMaps, namespace } from '../bad-days/bad-day.ts';
import { start } from '../bad-days/run.ts';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { at, listAt, textAt } from '../support/kube-object.ts';
import { backUp, type Restored, restore, Volume } from './restore-runs.ts';

// Readers that leave, and somebody else who restores at the same time.

const COUNT = 1500;
const COLLECTION = '/api/v1/namespaces/shop/configmaps';
let control: ControlPlane;
const volume = new Volume();

before(async () => {
  control = await startControlPlane();
  await control.apply([namespace('shop'), ...configMaps('shop', COUNT)], { concurrency: 16 });
  await backUp(volume, control.kubeconfig, '-p', 'shop');
  await control.deleteNamespace('shop');
});

afterEach(async () => {
  await control.deleteNamespace('shop').catch(() => {});
});

after(async () => {
  volume[Symbol.dispose]();
  await control?.stop();
});

const there = async () => listAt(await control.request('GET', COLLECTION), 'items');

/** Starts a restore whose reader leaves after the first piece of the report. */
async function unheard(...words: string[]) {
  const common = ['restore', 'latest', '--volume', volume.path, '--kubeconfig', control.kubeconfig];
  const running = start([...common, ...words]);
  const { stdout } = running.child;
  assert(stdout !== null);
  await once(stdout, 'data');
  stdout.destroy();
  return await running.ended;
}

test('a dry run whose reader leaves ends as other programs do then, without a complaint', async () => {
  const run = await unheard();
  assert.equal(run.status, 141, run.stderr);
  assert.equal(run.stderr, '');
});

test('half a restore that nobody hears of is not told as a whole one', async () => {
  const run = await unheard('--apply');
  const count = (await there()).length;
  assert.ok(count < COUNT, 'the reader left in the middle');
  assert.equal(run.status, 3, run.stderr);
  assert.match(run.stderr, /Stopped before the end: stdout was closed; run it again/);
  const again = await restore(volume, control.kubeconfig, '--apply');
  assert.equal(again.status, 0, again.stderr);
  assert.equal((await there()).length, COUNT);
});

const made = ({ report }: Restored) => Number(at(report, 'numCreated'));

test('two at once make each object once, and both tell what they made', async () => {
  const runs = await Promise.all([1, 2].map(() => restore(volume, control.kubeconfig, '--apply')));
  for (const run of runs) {
    assert.equal(run.status, 0, run.stderr);
    assert.equal(at(run.report, 'numDiffering'), 0);
    assert.equal(made(run) + Number(at(run.report, 'numAlreadyExisted')), COUNT + 1);
  }
  assert.equal(
    runs.reduce((sum, run) => sum + made(run), 0),
    COUNT + 1,
  );
  assert.equal((await there()).length, COUNT);
});

test('two at once that replace end with all objects as they were', async () => {
  using few = new Volume();
  const some = configMaps('shop', 40);
  await control.apply([namespace('shop'), ...some]);
  await backUp(few, control.kubeconfig, '-p', 'shop');
  await control.apply(some.map((each) => ({ ...each, data: { number: 'other' } })));
  const words = ['--apply', '--existing', 'replace'];
  const runs = await Promise.all([1, 2].map(() => restore(few, control.kubeconfig, ...words)));
  for (const run of runs) assert.equal(run.status, 0, run.stderr + run.stdout);
  const data = (await there()).map((each) => textAt(each, 'data', 'number'));
  assert.deepEqual(
    data,
    some.map((_, index) => String(index)),
  );
});
