import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { runHere } from '../cluster/run-here.ts';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { type Answer, type OddApi, sendJson, startOddApi } from '../support/odd-api.ts';
import { backUp, Volume } from './restore-runs.ts';

const GROUP = 'odd.example.com';

let control: ControlPlane;
let api: OddApi;
let isOdd = false;
const volume = new Volume();

/** An empty list; once it is odd, one whose pages never end. */
const pages =
  (token: (page: number) => string): Answer =>
  (query, response) => {
    const page = Number(query.get('continue') ?? 0) + 1;
    const metadata = { resourceVersion: '7', continue: isOdd ? token(page) : '' };
    sendJson(response, { kind: 'OddList', apiVersion: `${GROUP}/v1`, metadata, items: [] });
  };

before(async () => {
  control = await startControlPlane();
  const answers = { repeated: pages(() => '1'), endless: pages((page) => String(page)) };
  api = await startOddApi(control, GROUP, answers);
  await control.apply([
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'shop' } },
  ]);
  await backUp(volume, control.kubeconfig);
  isOdd = true;
});

after(async () => {
  volume[Symbol.dispose]();
  await api?.close();
  await control?.stop();
});

test('a list whose pages never end is named, and is not followed for ever', async () => {
  const words = ['restore', 'latest', '-p', 'shop', '--volume', volume.path];
  const run = await runHere([...words, '--kubeconfig', control.kubeconfig]);
  assert.equal(run.status, 0, run.stderr);
  assert.match(
    run.stdout,
    /\nthese types could not be listed, so other objects of them may exist: endless\.odd\.example\.com, repeated\.odd\.example\.com\n/,
  );
});
