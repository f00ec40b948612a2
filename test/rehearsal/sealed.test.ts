import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type CliRun, runCli, Volume } from '../cluster/run-cli.ts';
import { object, writeArchive } from '../comparison/archives.ts';
import { identityFile, sealBeside } from '../seal/sealed-archive.ts';
import { startS3, type TestStore } from '../stores/test-stores.ts';
import { controlPlaneBinaries } from '../support/binaries.ts';
import { at, isJsonObject } from '../support/kube-object.ts';

const ARCHIVE = 'openshift-backup202611270015.zip';
const SEALED = `${ARCHIVE}.age`;
const RECORD = 'openshift-backup202611270015.rehearsal.json';
const FILES = {
  'hidden-project/configmaps.json': [
    object('ConfigMap', 'hidden-name', { data: { a: 'b' } }, { namespace: 'hidden-project' }),
    object('ConfigMap', 'Hidden_Refused', { data: {} }, { namespace: 'hidden-project' }),
  ],
};

describe('a sealed archive', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-sealed-'));
  let volume: Volume;
  let key: { path: string; recipient: string };
  let other: { path: string };
  let store: TestStore;

  before(async () => {
    key = await identityFile(folder);
    other = await identityFile(folder, 'other.txt');
    volume = new Volume();
    const plain = writeArchive(volume.path, ARCHIVE, FILES);
    await sealBeside(plain, key.recipient);
    rmSync(plain);
    store = await startS3();
    await store.put(SEALED, readFileSync(join(volume.path, SEALED)));
  });

  after(async () => {
    await store.stop();
    volume[Symbol.dispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  const places = [
    { where: 'on a volume', location: () => volume.path, environment: () => ({}) },
    { where: 'in a bucket', location: () => store.location, environment: () => store.environment() },
  ];
  for (const { where, location, environment } of places) {
    const run = async (command: string, ...words: string[]): Promise<CliRun> =>
      await runCli([command, '--volume', location(), ...words], { environment: environment() });
    const rehearse = async (...words: string[]) =>
      await run('rehearse', '--assets', await controlPlaneBinaries(), ...words);

    it(`${where} is rehearsed with its identity, and list shows the result to who has it`, async () => {
      const { status, stdout, stderr } = await rehearse('--identity', key.path, '-o', 'json');
      assert.equal(status, 3, stderr);
      const result: unknown = JSON.parse(stdout);
      assert.ok(isJsonObject(result));
      assert.equal(at(result, 'archive'), SEALED);
      assert.equal(at(result, 'proven'), 1);
      assert.equal(at(result, 'counts', 'refused'), 1);
      const [listed] = JSON.parse((await run('list', '--identity', key.path, '-o', 'json')).stdout);
      assert.equal(at(listed, 'rehearsal', 'refused'), 1);
      const [hidden] = JSON.parse((await run('list', '-o', 'json')).stdout);
      assert.equal(at(hidden, 'rehearsal'), null);
    });

    it(`${where} cannot be rehearsed without its identity, nor with another one`, async () => {
      for (const words of [[], ['--identity', other.path]]) {
        const { status, stderr } = await rehearse(...words);
        assert.equal(status, 4, stderr);
        assert.match(stderr, /identity/);
      }
    });
  }

  it('has a result beside it that names nothing that the seal hides', () => {
    assert.deepEqual(readdirSync(volume.path).sort(), [RECORD, SEALED]);
    const record = readFileSync(join(volume.path, RECORD), 'utf8');
    assert.match(record, /"refused": 1/);
    assert.doesNotMatch(record, /hidden/i);
  });
});
