import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Fault } from '../support/fault.ts';
import { mayRead } from '../support/grants.ts';
import { assertWhole, BadDay, configMaps, namespace, Volume } from './bad-day.ts';
import { type Ended, failedIn, typeLine } from './run.ts';

// An account that may read its project's Namespace, but list none, gets it as a single object: with the same faults.

const OWN = '/api/v1/namespaces/app';

let day: BadDay;
before(async () => {
  day = await BadDay.begin();
  await day.control.apply([namespace('app'), ...configMaps('app', 3)]);
});
after(() => day.end());

/** Backs up the project as an account that may read nothing else, through a fault; hands run and volume on. */
async function backUp(
  fault: Fault,
  times: number | 'forever',
  check: (run: Ended, volume: Volume) => void,
): Promise<void> {
  using volume = new Volume();
  await using network = await day.network();
  const account = await day.control.addServiceAccount('app', 'narrow');
  const rules = [mayRead('', 'configmaps', 'namespaces')];
  await day.control.grant({ to: account, rules, namespaces: ['app'], name: 'narrow' });
  network.proxy.add({ match: (method, path) => method === 'GET' && path === OWN, times, fault });
  const kubeconfig = ['--kubeconfig', await network.proxy.kubeconfigFor(account)];
  const words = [...kubeconfig, '--project', 'app', '--request-timeout', '1', '--retry-for', '2'];
  const run = await network.backUp(volume, words);
  check(run, volume);
  await assertWhole(volume);
}

const FAULTS: ReadonlyArray<readonly [what: string, fault: Fault, reason: RegExp]> = [
  ['an answer that ends in the middle', { kind: 'truncate', afterBytes: 40 }, /: .*, at byte \d+ – /],
  ['a reset', { kind: 'reset', afterBytes: 40 }, /: the response broke off in the middle: /],
  ['500', { kind: 'status', status: 500 }, /: 500 Internal error/],
];

test('bytes that are no JSON, once: namespaces have failed at once, since they come as they came', () =>
  backUp({ kind: 'garble', afterBytes: 40 }, 1, (run) => {
    assert.equal(run.status, 3, run.stderr);
    assert.deepEqual(failedIn(run), ['namespaces']);
    assert.match(String(typeLine(run, 'namespaces').reason), /: .*, at byte 40 – the API behind this path /);
  }));

for (const [what, fault, reason] of FAULTS) {
  test(`${what}, once: the Namespace is there`, () =>
    backUp(fault, 1, (run, volume) => {
      assert.equal(run.status, 0, run.stderr);
      assert.deepEqual(volume.latest().objects('namespaces.json'), ['app']);
    }));

  test(`${what}, forever: namespaces have failed, and nothing else`, () =>
    backUp(fault, 'forever', (run, volume) => {
      assert.equal(run.status, 3, run.stderr);
      assert.deepEqual(failedIn(run), ['namespaces']);
      const said = String(typeLine(run, 'namespaces').reason);
      assert(said.startsWith(`GET ${OWN}: `), said);
      assert.match(said, reason);
      assert.equal(volume.latest().objects('app/configmaps.json').length, 3);
    }));
}
