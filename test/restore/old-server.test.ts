import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import type { Fault } from '../support/fault.ts';
import type { FaultRule } from '../support/fault-rules.ts';
import { at, listAt } from '../support/kube-object.ts';
import { CONFIG_MAPS, object, ProxiedCluster } from './proxied-cluster.ts';
import type { Restored } from './restore-runs.ts';

// Servers that know less, and what stands between them and us and answers in their place.

const COUNT = 12;
const FILES = {
  'shop/configmaps.json': Array.from({ length: COUNT }, (_, index) =>
    object(`settings-${index + 10}`, { data: { colour: 'red' } }),
  ),
};
const UPDATE = ['--apply', '--existing', 'update'];
let cluster: ProxiedCluster;

before(async () => {
  cluster = await ProxiedCluster.start();
});

afterEach(async () => {
  cluster.proxy.clear();
  for (const { name } of await settings())
    await cluster.control.admin.answer('DELETE', `${CONFIG_MAPS}/${name}`);
});

after(async () => {
  await cluster?.end();
});

async function settings(): Promise<Array<{ readonly name: string; readonly colour: unknown }>> {
  const items = listAt(await cluster.control.request('GET', CONFIG_MAPS), 'items');
  return items
    .map((item) => ({ name: String(at(item, 'metadata', 'name')), colour: at(item, 'data', 'colour') }))
    .filter(({ name }) => name.startsWith('settings-'));
}

/** The objects as somebody else has made them. */
async function paintBlue(): Promise<void> {
  await cluster.control.apply(
    FILES['shop/configmaps.json'].map((json) => ({ ...JSON.parse(json), data: { colour: 'blue' } })),
  );
}

const writes = (wanted: string) => (method: string, path: string) =>
  method === wanted && path.startsWith(CONFIG_MAPS);

function suffer(match: FaultRule['match'], fault: Fault, times: FaultRule['times'] = 'forever'): void {
  cluster.proxy.add({ match, times, fault });
}

async function assertAllRed({ status, report, stderr }: Restored, counter: string): Promise<void> {
  assert.equal(status, 0, stderr);
  assert.equal(at(report, counter), COUNT);
  assert.deepEqual(
    (await settings()).map(({ colour }) => colour),
    Array.from({ length: COUNT }, () => 'red'),
  );
}

test('a server without aggregated discovery', async () => {
  suffer((_, path) => /^\/apis?$/.test(path), { kind: 'status', status: 406 });
  await assertAllRed(await cluster.restore(FILES, '--apply'), 'numCreated');
});

test('creates whose answers cannot be read are looked up, and sent once', async () => {
  suffer(writes('POST'), { kind: 'truncate', afterBytes: 40 });
  const run = await cluster.restore(FILES, '--apply');
  await assertAllRed(run, 'numCreated');
  assert.equal(run.asked.filter((each) => each === `POST ${CONFIG_MAPS}`).length, COUNT);
});

test('what says 200 to a create and has made nothing is not believed', async () => {
  suffer(writes('POST'), { kind: 'status', status: 200 });
  const run = await cluster.restore(FILES, '--apply', '--retry-for', '1');
  assert.equal(run.status, 3, run.stdout);
  assert.equal(at(run.report, 'numFailed'), COUNT);
  assert.equal((await settings()).length, 0);
});

for (const fault of [
  { kind: 'truncate', afterBytes: 40 },
  { kind: 'garble', afterBytes: 0, with: '<html>' },
] as const) {
  test(`objects that come back broken (${fault.kind}) are asked for again`, async () => {
    await paintBlue();
    suffer(writes('GET'), fault, 5);
    await assertAllRed(await cluster.restore(FILES, ...UPDATE), 'numUpdated');
  });

  test(`updates whose answers are broken (${fault.kind}) are told as what they are`, async () => {
    await paintBlue();
    suffer(writes('PUT'), fault, 5);
    const run = await cluster.restore(FILES, ...UPDATE);
    await assertAllRed(run, 'numUpdated');
    assert.deepEqual(
      new Set(run.rows.flatMap(({ changes }) => changes.map(({ path }) => path))),
      new Set(['data.colour']),
    );
  });
}

test('objects that never come back whole have failed, each with what was wrong', async () => {
  await paintBlue();
  suffer(writes('GET'), { kind: 'garble', afterBytes: 0, with: '<html>' });
  const run = await cluster.restore(FILES, '--apply', '--retry-for', '1');
  assert.equal(run.status, 3, run.stderr);
  assert.equal(at(run.report, 'numFailed'), COUNT);
  for (const { reason } of run.rows) assert.match(reason ?? '', /the response is not valid JSON/);
});

test('gateways that lose answers, and connections that break at every fifth write', async () => {
  suffer(writes('POST'), { kind: 'status', status: 502 }, 3);
  suffer(writes('POST'), { kind: 'status', status: 504 }, 3);
  for (const after of [4, 8, 12])
    cluster.proxy.add({ match: writes('POST'), after, times: 1, fault: { kind: 'reset', afterBytes: 10 } });
  await assertAllRed(await cluster.restore(FILES, '--apply', '--retry-for', '20'), 'numCreated');
});

test('a server that takes seconds for each object', async () => {
  suffer(writes('POST'), { kind: 'delay', milliseconds: 4000 });
  await assertAllRed(await cluster.restore(FILES, '--apply', '--request-timeout', '10'), 'numCreated');
});

test('updates that meet a conflict are compared and sent again', async () => {
  await paintBlue();
  suffer(writes('PUT'), { kind: 'status', status: 409 }, COUNT * 2);
  await assertAllRed(await cluster.restore(FILES, ...UPDATE), 'numUpdated');
});

test('updates that only meet conflicts end as failures', async () => {
  await paintBlue();
  suffer(writes('PUT'), { kind: 'status', status: 409 });
  const run = await cluster.restore(FILES, ...UPDATE);
  assert.equal(run.status, 3, run.stderr);
  assert.equal(at(run.report, 'numFailed'), COUNT);
  for (const { reason } of run.rows) assert.match(reason ?? '', /^409.*; other clients keep changing it$/);
  const sent = run.asked.filter((each) => each.startsWith('PUT ')).length;
  // Six at a time, in two rounds at most.
  assert.ok(sent <= COUNT * 12, `${sent}`);
});
