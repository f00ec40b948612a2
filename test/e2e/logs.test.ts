import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import { waitFor } from '../support/wait.ts';
import { apply, atTheEnd, get, kubectl, project, storageClass } from './cluster.ts';
import { Release } from './release.ts';
import { object, pods } from './workloads.ts';

// The logs of the night, as a real kubelet gives them.

const NAMESPACE = 'e2e-logs';
const SHOP = 'e2e-logs-shop';
const release = new Release('e2e-logs', NAMESPACE);

/** A number of lines of which the last ones fill more than the limit for a log. */
const LINES = 400_000;
const LIMIT = 64 * 1024;

const PROGRAMS: Readonly<Record<string, string>> = {
  talking: 'echo hello; echo grüße >&2; sleep infinity',
  // Its first run leaves a mark in a volume, and fails.
  restarting:
    'if [ -f /mark/ran ]; then echo second run; sleep infinity; fi; echo first run; touch /mark/ran; exit 1',
  silent: 'sleep infinity',
  huge: `seq 1 ${LINES}; sleep infinity`,
  finished: 'echo done',
};

function pod(name: string, more: object = {}): object {
  const mount = { volumeMounts: [{ name: 'mark', mountPath: '/mark' }] };
  const template = pods(name, ['sh', '-c', PROGRAMS[name] ?? 'exit 1'], mount, [
    { name: 'mark', emptyDir: {} },
  ]);
  const restartPolicy = name === 'finished' ? 'Never' : 'Always';
  return object(SHOP, 'v1', 'Pod', name, { spec: { ...template.spec, restartPolicy, ...more } });
}

interface Pod {
  readonly metadata: { readonly name: string };
  readonly status: {
    readonly phase: string;
    readonly containerStatuses?: ReadonlyArray<{ readonly restartCount: number; readonly ready: boolean }>;
  };
}

/** Whether each pod does what its log is about. */
async function areSettled(): Promise<boolean> {
  const { items } = await get<{ items: readonly Pod[] }>('pods', '--namespace', SHOP);
  return items.every(({ metadata: { name }, status: { phase, containerStatuses = [] } }) => {
    if (name === 'waiting') return phase === 'Pending';
    if (name === 'finished') return phase === 'Succeeded';
    const [container] = containerStatuses;
    return container?.ready === true && container.restartCount === (name === 'restarting' ? 1 : 0);
  });
}

const show = (what: string) => release.tool('show', 'latest', `${SHOP}/_logs${what}`);

/** Lines without the time that the kubelet writes before each. */
function untimed(log: string): string[] {
  return log
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z /, ''));
}

suite('logs of the night', () => {
  before(async () => {
    await project(NAMESPACE);
    await project(SHOP);
    const volumes = await storageClass('e2e-logs');
    await apply(
      ...Object.keys(PROGRAMS).map((name) => pod(name)),
      pod('waiting', { nodeSelector: { 'example.com/no-such': 'node' } }),
    );
    atTheEnd(() =>
      kubectl(
        'delete',
        'clusterrole,clusterrolebinding',
        '--selector',
        `app.kubernetes.io/instance=${release.name}`,
      ),
    );
    await release.install(
      { schedule: '0 0 1 1 *', 'logs.enabled': true, 'logs.bytes': String(LIMIT) },
      volumes,
    );
    await waitFor('the pods to write their logs', areSettled, 60_000);
    await waitFor(
      'the long log',
      async () => (await kubectl('logs', 'huge', '--namespace', SHOP, '--tail=1')).trim() === String(LINES),
    );
    await release.start('with-logs');
  });

  test('the backup is complete, and says how many logs it has', async () => {
    const { type, log } = await release.ended('with-logs');
    assert.equal(type, 'Complete', log);
    const line = log.split('\n').find((each) => each.includes('"msg":"Logs"')) ?? '{}';
    const { outcome, files, deniedIn } = JSON.parse(line);
    assert.deepEqual([outcome, deniedIn], ['exported', undefined], log);
    assert.ok(files >= 5, line);
  });

  test('pods that wrote nothing, or never ran, have no log', async () => {
    const rows: ReadonlyArray<{ pod: string; previous: boolean }> = JSON.parse(
      await release.tool('show', 'latest', `${SHOP}/_logs`, '-o', 'json'),
    );
    assert.deepEqual(
      rows.map(({ pod, previous }) => `${pod}${previous ? ' (previous)' : ''}`),
      ['finished', 'huge', 'restarting', 'restarting (previous)', 'talking'],
    );
  });

  test('both streams of a container are in its log, with the time of each line', async () => {
    const log = await show('/talking');
    assert.match(log, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z hello$/m);
    assert.deepEqual(untimed(log).sort(), ['grüße', 'hello']);
    assert.deepEqual(untimed(await show('/finished')), ['done']);
  });

  test('a container that was restarted also has the log of its previous run', async () => {
    assert.deepEqual(untimed(await show('/restarting/restarting')), ['second run']);
    assert.deepEqual(untimed(await show('/restarting/restarting.previous')), ['first run']);
    assert.deepEqual(untimed(await show('/restarting')), [
      '==> restarting <==',
      'second run',
      '==> restarting (previous) <==',
      'first run',
    ]);
  });

  test('of a huge log, only its end is kept, in whole lines', async () => {
    const log = await show('/huge');
    assert.ok(Buffer.byteLength(log) <= LIMIT, String(log.length));
    assert.ok(Buffer.byteLength(log) > LIMIT / 2, String(log.length));
    const numbers = untimed(log).map(Number);
    const from = LINES - numbers.length + 1;
    assert.deepEqual(
      numbers,
      Array.from(numbers, (_, at) => from + at),
    );
  });
});
