import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { S3_KEYS } from '../stores/s3-server.ts';
import { startTestStores, type TestStore } from '../stores/test-stores.ts';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { type CliRun, runCli, Volume } from './run-cli.ts';

/** Keys of the stores, in part. */
const SECRETS = [S3_KEYS.secretAccessKey, 'Eby8vdM02xNOcqFl'];

let control: ControlPlane;
let stores: readonly TestStore[];

before(async () => {
  [control, stores] = await Promise.all([startControlPlane(), startTestStores()]);
});

after(async () => {
  await Promise.all(stores.map((store) => store.stop()));
  await control?.stop();
});

const messages = ({ log }: CliRun) => log.map(({ msg }) => String(msg));

/** Runs the program with the credentials of a store, and a temporary directory that must be empty afterwards. */
async function run(store: TestStore, words: readonly string[], more: Record<string, string> = {}) {
  const temporary = mkdtempSync(join(tmpdir(), 'run-'));
  try {
    const environment = { ...store.environment(), TMPDIR: temporary, ...more };
    const result = await runCli(words, { environment });
    assert.deepEqual(readdirSync(temporary), [], 'the temporary directory is not empty');
    for (const secret of SECRETS) assert.equal((result.stderr + result.stdout).includes(secret), false);
    return result;
  } finally {
    rmSync(temporary, { recursive: true });
  }
}

for (const scheme of ['s3', 'azblob', 'gs'])
  suite(scheme, () => {
    const storeOf = () => stores.find((each) => each.scheme === scheme) ?? assert.fail(scheme);

    test('a backup copies the archive; list shows the copy, and reading commands open it', async () => {
      using volume = new Volume();
      const store = storeOf();
      const place = `${store.location}/copies`;
      const backup = [
        '--volume',
        volume.path,
        '--kubeconfig',
        control.kubeconfig,
        '--stamp',
        'yyyyMMddHHmmss',
      ];
      for (const night of [1, 2]) {
        const made = await run(store, [...backup, '--copy-to', place]);
        assert.equal(made.status, 0, made.stderr);
        assert.equal(messages(made).filter((each) => each === 'Copied').length, 1, `night ${night}`);
      }
      const listed = await run(store, [
        'list',
        '--volume',
        volume.path,
        '--copy-to',
        place,
        '--stamp',
        'yyyyMMddHHmmss',
        '-o',
        'json',
      ]);
      const rows: { copies: string[] }[] = JSON.parse(listed.stdout);
      assert.deepEqual(
        rows.map(({ copies }) => copies),
        [[place], [place]],
      );
      const there = ['--volume', place, '--stamp', 'yyyyMMddHHmmss'];
      assert.equal((await run(store, ['verify', ...there])).status, 0);
      const diff = await run(store, ['diff', 'previous', 'latest', ...there]);
      assert.equal(diff.status, 0, diff.stderr + diff.stdout);
    });

    test('a bucket as the volume needs no directory; archives are rotated there', async () => {
      const store = storeOf();
      const words = ['--volume', `${store.location}/volume`, '--stamp', 'yyyyMMddHHmmss'];
      const backup = [...words, '--kubeconfig', control.kubeconfig, '--keep-last', '2'];
      for (const _ of [1, 2, 3]) {
        const made = await run(store, backup);
        assert.equal(made.status, 0, made.stderr);
      }
      const { stdout } = await run(store, ['list', ...words, '-o', 'json']);
      const rows: { archive: string; state: string; previous: unknown }[] = JSON.parse(stdout);
      assert.deepEqual(
        rows.map(({ state }) => state),
        ['complete', 'complete'],
      );
      assert.notEqual(rows[0]?.previous, null);
      assert.equal((await run(store, ['verify', ...words])).status, 0);
    });
  });

test('two backups of one minute in a bucket get two names', async () => {
  const [store = assert.fail()] = stores;
  const words = ['--volume', `${store.location}/twins`, '--stamp', 'yyyyMMdd'];
  const backup = [...words, '--kubeconfig', control.kubeconfig];
  const both = await Promise.all([run(store, backup), run(store, backup)]);
  assert.deepEqual(
    both.map(({ status }) => status),
    [0, 0],
    both.map(({ stderr }) => stderr).join(),
  );
  const { stdout } = await run(store, ['list', ...words, '-o', 'json']);
  const names = JSON.parse(stdout).map(({ archive }: { archive: string }) => archive.replace(/\d{8}/, ''));
  assert.deepEqual(names.sort(), ['openshift-backup.zip', 'openshift-backup_02.zip']);
});

test('if the place cannot be reached, the archive is kept, and the run ends with 3 and one sentence', async () => {
  using volume = new Volume();
  const [store = assert.fail()] = stores;
  const backup = [
    '--volume',
    volume.path,
    '--kubeconfig',
    control.kubeconfig,
    '--copy-to',
    `${store.location}/x`,
  ];
  const made = await run(store, backup, { OPENSHIFT_BACKUP_S3_ENDPOINT: 'http://127.0.0.1:1' });
  assert.equal(made.status, 3, made.stderr);
  assert.equal(volume.archives().length, 1);
  const errors = made.log.filter(({ level }) => level === 'error');
  assert.equal(errors.length, 1, made.stderr);
  assert.match(String(errors[0]?.reason), /no connection/);
  const next = await run(store, ['copy', '--volume', volume.path, '--to', `${store.location}/x`, '--apply']);
  assert.equal(next.status, 0, next.stderr);
  assert.match(next.stdout, / copied /);
});

test('with a bucket that refuses the credentials, a backup ends before it exports anything', async () => {
  const [store = assert.fail()] = stores;
  const words = ['--volume', `${store.location}/x`, '--kubeconfig', control.kubeconfig];
  const made = await run(store, words, { AWS_SECRET_ACCESS_KEY: 'wrong-wrong-wrong-wrong' });
  assert.equal(made.status, 4, made.stderr);
  assert.deepEqual(
    messages(made).filter((each) => each === 'Backing up'),
    [],
  );
  assert.match(made.stderr, /the credentials were refused/);
});

test('copies need a directory', async () => {
  const [store = assert.fail()] = stores;
  const words = ['--volume', `${store.location}/x`, '--copy-to', `${store.location}/y`];
  const made = await run(store, [...words, '--kubeconfig', control.kubeconfig]);
  assert.equal(made.status, 2, made.stderr);
});
