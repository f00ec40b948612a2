import assert from 'node:assert/strict';
import { type ChildProcess, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { after, before, suite, test } from 'node:test';
import { lists } from '../support/fault-rules.ts';
import { waitFor } from '../support/wait.ts';
import { BadDay, Volume } from './bad-day.ts';
import { endedSoon, start } from './run.ts';

// In a pod the program is PID 1, for which the system has no default action on signals.

const AS_PID_1 = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'];
const allowed = spawnSync('unshare', [...AS_PID_1.slice(1), 'true']).status === 0;
const skip = allowed ? false : 'a PID namespace needs root';

/** The process that is PID 1 in there; unshare itself hands no signals on. */
function inner({ pid }: ChildProcess): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0]);
}

const VOLUME = '/some/volume';

for (const [what, through] of [
  ['as any process', []],
  ['as PID 1', AS_PID_1],
] as const)
  suite(`idle ${what}`, { skip: through.length > 0 ? skip : false }, () => {
    for (const [signal, status] of [
      ['SIGTERM', 143],
      ['SIGINT', 130],
    ] as const)
      test(`says how to list, copy and back up, and ends on ${signal}`, async () => {
        const running = start(['idle', '--volume', VOLUME], { through, environment: { HOSTNAME: 'pod-1' } });
        await waitFor('what it says', async () => running.said().includes('back up'));
        if (through.length === 0) running.child.kill(signal);
        else process.kill(inner(running.child), signal);
        const { status: ended, stdout, stderr } = await endedSoon(running);
        assert.equal(ended, status);
        assert.equal(stderr, '');
        assert.match(stdout, /^ *list +oc exec \S+ -- openshift-backup list$/m);
        assert.match(stdout, /^ *copy +oc cp \S+:\/some\/volume\/ARCHIVE\.zip ARCHIVE\.zip$/m);
        assert.match(stdout, /^ *back up +oc exec \S+ -- openshift-backup backup$/m);
      });
  });

suite('a backup as PID 1', { skip }, () => {
  let day: BadDay;
  before(async () => {
    day = await BadDay.begin();
  });
  after(() => day.end());

  test('ends on SIGTERM at once, and nothing of it is left', async () => {
    using volume = new Volume();
    await using network = await day.network();
    const fault = { kind: 'stall', afterBytes: 20 } as const;
    network.proxy.add({ match: lists('configmaps'), times: 'forever', fault });
    const patience = ['--request-timeout', '600', '--retry-for', '600'];
    const running = network.start(volume, patience, { through: AS_PID_1 });
    await waitFor('the list', async () => network.proxy.requests.some((each) => each.fault !== null));
    process.kill(inner(running.child), 'SIGTERM');
    assert.equal((await endedSoon(running)).status, 143);
    assert.deepEqual(volume.files(), []);
  });
});
