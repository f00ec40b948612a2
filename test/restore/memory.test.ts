import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { listJson, objectJson, sampleEntries, sampleManifest } from '../archive/sample.ts';
import { makeZip } from '../archive/zip-maker.ts';
import { runCli } from '../cluster/run-cli.ts';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { at } from '../support/kube-object.ts';
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

/** An archive of so many ConfigMaps of eight kilobytes in a project that does not exist. */
function writeArchive(file: string, count: number): string {
  const data = { text: 'x'.repeat(8192) };
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
