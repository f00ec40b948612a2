import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { Volume } from '../cluster/run-cli.ts';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { runMeasured } from './measured-run.ts';
import { Unpacked } from './unpacked.ts';

const PROJECT = 'heavy';
/** Their base64 would be 240 MB in memory, more than a run may hold. */
const COUNT = 180;
const MEGABYTE = 1024 * 1024;

let control: ControlPlane;
let archive: Unpacked;
/** The most memory that a run held, before and after the Secrets were there. */
let peakBefore = 0;
let peak = 0;
const volume = new Volume();
/** What each Secret was given, as a hash of its base64. */
const given = new Map<string, string>();

before(async () => {
  control = await startControlPlane();
  await control.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: PROJECT } }]);
  using without = new Volume();
  peakBefore = await backUp(without);
  const numbers = Array.from({ length: COUNT }, (_, index) => index).values();
  const worker = async () => {
    for (const index of numbers) await createSecret(`secret-${String(index).padStart(3, '0')}`);
  };
  await Promise.all([worker(), worker(), worker()]);

  // On a volume of its own: what a comparison with the night before takes has limits of its own.
  peak = await backUp(volume);
  archive = await Unpacked.from(volume.latest().path);
});

after(async () => {
  archive?.[Symbol.dispose]();
  volume[Symbol.dispose]();
  await control.stop();
});

async function backUp({ path }: Volume): Promise<number> {
  const run = await runMeasured(['--volume', path, '--kubeconfig', control.kubeconfig]);
  assert.equal(run.status, 0, run.stderr);
  return run.peak;
}

async function createSecret(name: string): Promise<void> {
  const blob = randomBytes(MEGABYTE).toString('base64');
  given.set(name, sha256(blob));
  await control.request('POST', `/api/v1/namespaces/${PROJECT}/secrets`, {
    metadata: { name },
    data: { blob },
  });
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

test(`${COUNT} Secrets of a megabyte each are archived as they were given`, async () => {
  const found = new Map<string, string>();
  let name = '';
  for await (const line of createInterface(createReadStream(join(archive.folder, PROJECT, 'secrets.json')))) {
    const [, key, value] = /^ +"(blob|name)": "(.*)",?$/.exec(line) ?? [];
    if (key === 'name' && value !== undefined) name = value;
    if (key === 'blob' && value !== undefined) found.set(name, sha256(value));
  }
  assert.deepEqual(found, given);
});

test('memory does not follow the size of a list', () => {
  const size = statSync(join(archive.folder, PROJECT, 'secrets.json')).size;
  assert.ok(size > 1.3 * COUNT * MEGABYTE);
  const more = Math.round((peak - peakBefore) / MEGABYTE);
  // Half of it is what two threads leave for their garbage collectors.
  assert.ok(more < 190, `${more} MiB more than for an empty cluster`);
});
