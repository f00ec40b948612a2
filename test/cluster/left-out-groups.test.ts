import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Client } from '../../src/cluster/client.ts';
import { findCredentials } from '../../src/cluster/credentials.ts';
import { makePlan } from '../../src/cluster/planning.ts';
import { EVERYTHING } from '../plan/everything.ts';
import { registerApi } from '../support/aggregated-api.ts';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { Volume } from './run-cli.ts';
import { runHere } from './run-here.ts';

// What is left out anyway cannot fail: its server may be down, as metrics-server often is.

const DOWN = ['metrics.k8s.io', 'custom.metrics.k8s.io', 'packages.operators.coreos.com'];

let control: ControlPlane;
before(async () => {
  control = await startControlPlane();
  for (const group of DOWN) {
    const service = group.replaceAll('.', '-');
    await registerApi(control, { group, version: 'v1beta1', namespace: 'down', service }, null);
  }
});
after(() => control.stop());

async function outcomes(...words: string[]) {
  using volume = new Volume();
  const run = await runHere(['--volume', volume.path, '--kubeconfig', control.kubeconfig, ...words]);
  const rows = volume.latest().manifest.resourceTypes.filter(({ name }) => name.startsWith('*.'));
  return { status: run.status, rows: Object.fromEntries(rows.map(({ name, outcome }) => [name, outcome])) };
}

const all = (outcome: string) => Object.fromEntries(DOWN.map((group) => [`*.${group}`, outcome]));

test('an API that is down does not make the archive incomplete if its types are excluded by default', async () => {
  assert.deepEqual(await outcomes(), { status: 0, rows: all('excluded') });
});

test('it does if its types are requested', async () => {
  assert.deepEqual(await outcomes('--include-default-excluded'), { status: 3, rows: all('failed') });
  assert.deepEqual(await outcomes('--include', 'nodes.metrics.k8s.io'), {
    status: 3,
    rows: { ...all('excluded'), '*.metrics.k8s.io': 'failed' },
  });
  const excluded = ['--include-default-excluded', '--exclude-resource', '*.metrics.k8s.io,*.coreos.com'];
  assert.deepEqual(await outcomes(...excluded, '--exclude-resource', '*.custom.metrics.k8s.io'), {
    status: 0,
    rows: all('excluded'),
  });
  assert.deepEqual(await outcomes('--resource', 'configmaps'), { status: 0, rows: all('excluded') });
});

/** Asks for plain documents only, as if the server knew no others. */
class PlainClient extends Client {
  override get(path: string): Promise<unknown> {
    return super.get(path);
  }
}

test('discovery group by group does not retry it', async () => {
  const credentials = await findCredentials(control.kubeconfig, null, {});
  const { signal } = new AbortController();
  const options = { requestTimeout: 5000, retryFor: 600_000, userAgent: 'test', signal };
  const { plan } = await makePlan(new PlainClient(credentials, options), EVERYTHING);
  credentials.close();
  const rows = plan.leftOut.filter(({ name }) => name.startsWith('*.'));
  assert.deepEqual(Object.fromEntries(rows.map(({ name, outcome }) => [name, outcome])), all('excluded'));
});
