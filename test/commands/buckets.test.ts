import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { completionText } from '../../src/completion/complete.ts';
import { object, writeArchive } from '../comparison/archives.ts';
import { startTestStores, type TestStore } from '../stores/test-stores.ts';
import { PROGRAM } from '../support/program.ts';

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program with nothing in its environment but what is given. */
function run(words: readonly string[], environment: Readonly<Record<string, string>>): Promise<Ended> {
  const env = { PATH: process.env.PATH ?? '', HOME: '/nonexistent', ...environment };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [PROGRAM, ...words], { env }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

const NIGHTS = ['openshift-backup202609100015.zip', 'openshift-backup202609110015.zip'] as const;
const settings = (size: string) => object('ConfigMap', 'settings', { data: { size } });

describe('every reading command reads from a bucket as from a directory', () => {
  const folder = mkdtempSync(join(tmpdir(), 'buckets-'));
  const volume = join(folder, 'volume');
  let stores: readonly TestStore[] = [];

  before(async () => {
    mkdirSync(volume);
    writeArchive(volume, NIGHTS[0], { 'shop/configmaps.json': [settings('1')] });
    writeArchive(volume, NIGHTS[1], {
      'shop/configmaps.json': [object('ConfigMap', 'new'), settings('2')],
      'staging/configmaps.json': [settings('3')],
    });
    // What does not belong to the naming is left alone.
    writeFileSync(join(volume, 'other202609120015.zip'), 'of another cluster');
    stores = await startTestStores();
    for (const store of stores) {
      for (const file of readdirSync(volume))
        await store.put(`prod/${file}`, readFileSync(join(volume, file)));
      await store.put(`prod/deeper/${NIGHTS[1]}`, Buffer.from('not directly under the prefix'));
      await store.put(`prod-2/${NIGHTS[1]}`, Buffer.from('under another prefix'));
    }
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await Promise.all(stores.map((store) => store.stop()));
  });

  /** Runs a command on the directory and on each bucket; the results must be equal, but for where archives are. */
  async function alike(words: (location: string, to: string) => readonly string[], code = 0): Promise<void> {
    const local = await run(words(volume, join(folder, 'local')), {});
    assert.equal(local.code, code, local.stderr);
    for (const store of stores) {
      const location = `${store.location}/prod`;
      const to = join(folder, store.scheme);
      const { stdout, ...ended } = await run(words(location, to), store.environment());
      assert.equal(ended.code, code, ended.stderr);
      const same = stdout.replaceAll(location, volume).replaceAll(to, join(folder, 'local'));
      assert.equal(same, local.stdout, store.scheme);
    }
  }

  it('list', async () => {
    await alike((location) => ['list', '--volume', location]);
    await alike((location) => ['list', '--volume', location, '-o', 'json']);
  });

  it('show', async () => {
    await alike((location) => ['show', 'latest', '--volume', location]);
    await alike((location) => ['show', `${location}/${NIGHTS[0]}`, 'shop/cm/settings', '-o', 'yaml']);
  });

  it('diff, also as a page with the timeline', async () => {
    await alike((location) => ['diff', 'previous', 'latest', '--volume', location], 1);
    await alike((location) => ['diff', 'previous', 'latest', '--volume', location, '-o', 'html'], 1);
    await alike((location) => ['diff', join(volume, NIGHTS[0]), `${location}/${NIGHTS[1]}`, '-o', 'json'], 1);
  });

  it('diff of projects of other names, also of an archive in a bucket with one in a directory', async () => {
    const map = ['--map', 'shop=staging', '-o', 'json'];
    await alike((location) => ['diff', 'previous', 'latest', '--volume', location, ...map], 1);
    await alike((location) => ['diff', `${location}/${NIGHTS[0]}`, `${location}/${NIGHTS[1]}`, ...map], 1);
    await alike((location) => ['diff', `${location}/${NIGHTS[0]}`, join(volume, NIGHTS[1]), ...map], 1);
    const { stdout } = await run(['diff', 'previous', 'latest', '--volume', volume, ...map], {});
    const [only, ...others] = JSON.parse(stdout).objects;
    assert.deepEqual(
      [only.project, only.name, only.changes[0].path, others],
      ['staging', 'settings', 'data.size', []],
    );
  });

  it('history and log', async () => {
    await alike((location) => ['history', 'shop/configmaps/settings', '--volume', location]);
    await alike((location) => ['history', 'shop/configmaps/settings', '--volume', location, '-o', 'html']);
    await alike((location) => ['log', '--volume', location]);
  });

  it('verify, also whether an archive is recent', async () => {
    // These archives have no checksums of names, which verify finds wrong in each of them.
    await alike((location) => ['verify', '--volume', location], 4);
    await alike((location) => ['verify', '--volume', location, '--max-age', '999999h']);
  });

  it('extract', async () => {
    await alike((location, to) => ['extract', '20260911', 'shop', '--volume', location, '--to', to]);
    for (const { scheme } of stores) {
      const file = join('shop', 'configmaps.json');
      const extracted = readdirSync(join(folder, scheme), { recursive: true, encoding: 'utf8' });
      const [name = file] = extracted.filter((each) => each.endsWith('configmaps.json'));
      assert.equal(
        readFileSync(join(folder, scheme, name), 'utf8'),
        readFileSync(join(folder, 'local', name), 'utf8'),
      );
    }
  });

  it('completion', async () => {
    // Not in a process of its own, which would end after two seconds, also on a slow machine.
    const words = (location: string) => ['show', '--volume', location, 'latest', 'shop/configmaps/'];
    const local = await completionText(words(volume), {});
    assert.match(local, /^shop\/configmaps\/settings\t$/m);
    for (const store of stores) {
      const environment = store.environment();
      Object.assign(process.env, environment);
      try {
        assert.equal(await completionText(words(`${store.location}/prod`), environment), local);
      } finally {
        for (const name of Object.keys(environment)) delete process.env[name];
      }
    }
  });

  it('prune removes only archives of the naming, directly under the prefix', async () => {
    const words = ['prune', '--retain-days', '1', '--apply'];
    for (const store of stores) {
      const at = [...words, '--volume', `${store.location}/prod`];
      const ended = await run(at, store.environment());
      assert.equal(ended.code, 0, ended.stderr);
      assert.match(ended.stdout, new RegExp(NIGHTS[0]));
      const { stdout } = await run(
        ['list', '--volume', `${store.location}/prod`, '-o', 'json'],
        store.environment(),
      );
      assert.deepEqual(
        JSON.parse(stdout).map(({ archive }: { archive: string }) => archive),
        [NIGHTS[1]],
      );
      for (const name of ['prod', 'prod-2', 'prod/deeper']) {
        const naming = name === 'prod' ? ['--name', 'other'] : [];
        const left = await run(
          ['list', '--volume', `${store.location}/${name}`, '-o', 'json', ...naming],
          store.environment(),
        );
        assert.equal(JSON.parse(left.stdout).length, 1, `${store.scheme} ${name}`);
      }
    }
  });
});
