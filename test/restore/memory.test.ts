import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { listJson, objectJson, sampleEntries, sampleManifest } from '../archive/sample.ts';
import { makeZip } from '../archive/zip-maker.ts';
import { runCli } from '../cluster/run-cli.ts';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { at } from '../support/kube-object.ts';
import { waitFor } from '../support/wait.ts';
import { reportOf, Volume } from './restore-runs.ts';

let control: ControlPlane;
const volume = new Volume();

before(async () => {
  control = await startControlPlane();
});

after(async () => {
  volume[Symbol.dispose]();
  await control?.stop();
});

/** An archive of so many ConfigMaps of a size in a project that does not exist. */
function writeArchive(file: string, count: number, bytes = 8192): string {
  const data = { text: 'x'.repeat(bytes) };
  const metadata = (name: string) => ({ metadata: { name, namespace: 'shop' } });
  const items = Array.from({ length: count }, (_, index) => {
    const name = `settings-${String(index).padStart(6, '0')}`;
    return objectJson('ConfigMap', name, { ...metadata(name), data });
  });
  const files = new Map([['shop/configmaps.json', listJson(items)]]);
  const path = join(volume.path, file);
  writeFileSync(path, makeZip(sampleEntries(files, sampleManifest(files))));
  return path;
}

test('twenty-five thousand objects of eight kilobytes fit through a heap of less than half their size', async () => {
  const COUNT = 25_000;
  const path = writeArchive('many.zip', COUNT);
  const words = ['restore', path, '--kubeconfig', control.kubeconfig, '-o', 'json'];
  // The heap ends the run where it does not suffice.
  const run = await runCli(words, {
    environment: { NODE_OPTIONS: '--max-old-space-size=96' },
  });
  assert.equal(run.status, 0, run.stderr.slice(-2000));
  assert.equal(at(reportOf(run).report, 'numCreated'), COUNT);
});

test('objects that failed while one takes long are not kept in memory', async () => {
  const COUNT = 380;
  const path = writeArchive('large.zip', COUNT, 350_000);
  const proxy = await startFaultProxy(control, { as: await control.addUser('root', ['system:masters']) });
  const { promise: until, resolve: goOn } = Promise.withResolvers<void>();
  try {
    const isCreate = (method: string, at: string) => method === 'POST' && at.includes('/configmaps');
    proxy.add({ match: isCreate, times: 1, fault: { kind: 'hold', until } });
    proxy.add({ match: isCreate, times: 'forever', fault: { kind: 'status', status: 422 } });
    const words = ['restore', path, '--apply', '--kubeconfig', await proxy.kubeconfigFor(), '-o', 'json'];
    const running = runCli([...words, '--request-timeout', '900'], {
      environment: { NODE_OPTIONS: '--max-old-space-size=96' },
    });
    const isEnded = running.then(() => true);
    const ended = async () => await Promise.race([isEnded, Promise.resolve(false)]);
    await waitFor('all others', async () => {
      const creates = proxy.requests.filter(({ method, path: at }) => isCreate(method, at));
      return (await ended()) || creates.filter(({ status }) => status === 422).length === COUNT - 1;
    });
    goOn();
    const run = await running;
    assert.equal(run.status, 3, run.stderr.slice(-2000));
    assert.equal(at(reportOf(run).report, 'numFailed'), COUNT);
  } finally {
    goOn();
    await proxy.close();
  }
});
