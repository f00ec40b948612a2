import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createCipheriv } from 'node:crypto';
import { chmodSync, chownSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import type { KubeObject } from '../support/kube-object.ts';
import { BadDay, configMaps, type Network, namespace, Shelf, Volume } from './bad-day.ts';
import { complaintOf, type Ended, logOf } from './run.ts';

// What the storage refuses ends the run with 4: nothing half-written gets a name, older archives are untouched.

const ROOT = process.getuid?.() === 0;
const skip = ROOT ? false : 'it mounts file systems and runs as other users, which needs root';

let day: BadDay;
let network: Network;
let quiet: Volume;
before(async () => {
  day = await BadDay.begin();
  await day.control.apply([namespace('small'), ...configMaps('small', 20)], { concurrency: 8 });
  await day.control.apply([namespace('large'), ...largeSecrets('large', 6, 1_000_000)], { concurrency: 4 });
  network = await day.network();
  quiet = new Volume();
  assert.equal((await network.backUp(quiet, SMALL)).status, 0);
});
after(async () => {
  quiet[Symbol.dispose]();
  await network[Symbol.asyncDispose]();
  await day.end();
});

const SMALL = ['--project', 'small', '--resource', 'configmaps'];
const LARGE = ['--project', 'large', '--resource', 'secrets'];

/** Secrets that no compression makes smaller. */
function largeSecrets(project: string, count: number, bytes: number): KubeObject[] {
  return Array.from({ length: count }, (_, index) => {
    const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, index + 1), Buffer.alloc(16));
    const noise = cipher.update(Buffer.alloc(bytes)).toString('base64');
    return {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: `keys-${index}`, namespace: project },
      data: { noise },
    };
  });
}

/** A small file system of its own, unmounted with `using`. */
class SmallVolume extends Shelf {
  constructor(size: string) {
    super();
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=0777`, 'bad-days', this.path]);
  }

  readOnly(): void {
    execFileSync('mount', ['-o', 'remount,ro', this.path]);
  }

  /** Fills it to the last byte. */
  fill(): void {
    spawnSync('dd', ['if=/dev/zero', `of=${join(this.path, 'filler')}`, 'bs=4k'], { stdio: 'ignore' });
  }

  override [Symbol.dispose](): void {
    // Lazily: whoever still looks into it, nothing is left behind.
    execFileSync('umount', ['--lazy', this.path]);
    super[Symbol.dispose]();
  }
}

/** That a run said why it wrote nothing, and wrote nothing. */
async function assertRefused(run: Ended, volume: Shelf, complaint: RegExp): Promise<void> {
  assert.equal(run.status, 4, run.stderr);
  assert.match(complaintOf(run), complaint);
  assert.deepEqual(volume.added(), []);
  await volume.assertSound();
}

const FULL =
  /^cannot write the archive on \S+: ENOSPC: no space left on device, write → the volume is full: enlarge it, or keep fewer archives with --retain-days \(openshift-backup prune --apply removes old ones now\)$/;

test('a volume that is full from the beginning', { skip }, async () => {
  using volume = new SmallVolume('1m');
  volume.shelve(quiet.latest(), '202001010015');
  volume.fill();
  const run = await network.backUp(volume, SMALL);
  rmSync(join(volume.path, 'filler'));
  await assertRefused(run, volume, FULL);
});

suite('a volume that fills up in the middle', { skip }, () => {
  for (const [what, words] of [
    ['by one large file', LARGE],
    ['by many lists', ['--exclude-project', 'none-of-them']],
    ['by a list that is read project by project', ['--project', 'large,small']],
    ['while a filter is at work', [...LARGE, '--filter', '.metadata.labels.seen = "yes"']],
  ] as const)
    test(what, async () => {
      using volume = new SmallVolume('1m');
      volume.shelve(quiet.latest(), '202001010015');
      await assertRefused(await network.backUp(volume, words), volume, FULL);
    });

  test('when only the end of the archive is missing', async () => {
    using room = new SmallVolume('1m');
    assert.equal((await network.backUp(room, SMALL)).status, 0);
    // Pages of four kilobytes: the archive takes some, and gets one less.
    const pages = Math.ceil(statSync(join(room.path, room.archives()[0] ?? '')).size / 4096);
    assert(pages > 1);
    using volume = new SmallVolume(`${(pages - 1) * 4}k`);
    await assertRefused(await network.backUp(volume, SMALL), volume, FULL);
  });

  test('and has room again: the next run is complete', async () => {
    using volume = new SmallVolume('1m');
    volume.shelve(quiet.latest(), '202001010015');
    await network.backUp(volume, LARGE);
    const next = await network.backUp(volume, [...SMALL, '--retain-days', '0']);
    assert.equal(next.status, 0, next.stderr);
    assert.equal(volume.added().length, 1);
    await volume.assertSound();
  });
});

test('a volume that is mounted read-only', { skip }, async () => {
  using volume = new SmallVolume('1m');
  volume.shelve(quiet.latest(), '202001010015');
  volume.readOnly();
  await assertRefused(
    await network.backUp(volume, SMALL),
    volume,
    /^cannot write an archive on \S+: EROFS: .* → the volume is mounted read-only: look at the readOnly flags of the volume mount/,
  );
});

test('a volume that is not there, and one that is a file', async () => {
  using folder = new Volume();
  const missing = await network.backUp({ path: join(folder.path, 'none') }, SMALL);
  assert.equal(missing.status, 4);
  assert.match(
    complaintOf(missing),
    /^the volume \S+\/none does not exist → mount it, or correct its path \(--volume; for copies: --to, --copy-to\)$/,
  );
  assert.deepEqual(folder.files(), [], 'it was not made');

  const path = join(folder.path, 'file');
  writeFileSync(path, 'a file');
  const file = await network.backUp({ path }, SMALL);
  assert.equal(file.status, 4);
  assert.match(
    complaintOf(file),
    /^the volume \S+\/file is not a directory → correct its path \(--volume; for copies: --to, --copy-to\)$/,
  );
  assert.deepEqual(folder.files(), ['file']);
});

suite('a volume of another user', { skip }, () => {
  /** As OpenShift runs a pod: a user of the project’s range, in group 0. */
  const asPod = ['setpriv', '--reuid', '1000770000', '--regid', '0', '--clear-groups'];
  const asStranger = ['setpriv', '--reuid', '1000770000', '--regid', '1000770000', '--clear-groups'];
  const through = (words: readonly string[]) => ({ through: words });
  let kubeconfig: readonly string[];
  let folder: string;
  before(() => {
    // Theirs to read; what the others use is not.
    folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
    chmodSync(folder, 0o755);
    const path = join(folder, 'kubeconfig');
    execFileSync('cp', [network.kubeconfig, path]);
    chmodSync(path, 0o644);
    kubeconfig = ['--kubeconfig', path];
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const owned = (mode: number): Shelf => {
    const volume = new Shelf();
    volume.shelve(quiet.latest(), '202001010015');
    chownSync(volume.path, 0, 0);
    chmodSync(volume.path, mode);
    return volume;
  };

  test('that it may read only', async () => {
    using volume = owned(0o755);
    await assertRefused(
      await network.backUp(volume, [...SMALL, ...kubeconfig], through(asStranger)),
      volume,
      /^cannot write an archive on \S+: EACCES: permission denied, .* → this user may not write there: on Kubernetes set fsGroup, on OpenShift leave the user to the platform; the directory must be writable for group 0$/,
    );
  });

  test('that it may not even read', async () => {
    using volume = owned(0o700);
    await assertRefused(
      await network.backUp(volume, [...SMALL, ...kubeconfig], through(asStranger)),
      volume,
      /^no permission to read the volume \S+ \(EACCES\) → it needs read and search permission /,
    );
  });

  test('that it may write to, but not read: the archive stands, and what could not be tidied up is told', async () => {
    using volume = owned(0o733);
    const run = await network.backUp(volume, [...SMALL, ...kubeconfig], through(asStranger));
    assert.equal(run.status, 0, run.stderr);
    const warnings = logOf(run).filter(({ level }) => level === 'warn');
    assert.deepEqual(
      warnings.map(({ msg }) => msg),
      [
        'Files of a killed run could not be removed',
        'The comparison with the previous archive failed',
        'Old archives could not be removed',
      ],
    );
    for (const { reason, hint } of warnings) {
      assert.match(String(reason), /^no permission to read the volume \S+ \(EACCES\)$/);
      assert.match(String(hint), /^it needs read and search permission/);
    }
    assert.equal(volume.added().length, 1);
    await volume.assertSound();
  });

  test('that is writable for group 0, as OpenShift has it', async () => {
    using volume = owned(0o770);
    const words = [...SMALL, ...kubeconfig, '--retain-days', '0'];
    const run = await network.backUp(volume, words, through(asPod));
    assert.equal(run.status, 0, run.stderr);
    assert.equal(volume.added().length, 1);
    await volume.assertSound();
  });

  test('where a killed run of another user left a partial that cannot be removed: no reason not to back up', async () => {
    using volume = owned(0o1777);
    const partial = '.openshift-backup202001010000.zip.partial';
    writeFileSync(join(volume.path, partial), 'half');
    execFileSync('touch', ['-d', '2020-01-01', join(volume.path, partial)]);
    const words = [...SMALL, ...kubeconfig, '--retain-days', '0'];
    const run = await network.backUp(volume, words, through(asPod));
    assert.equal(run.status, 0, run.stderr);
    assert.match(run.stderr, /cannot remove \S+\.partial \(EPERM\)/);
    assert.equal(volume.added().length, 1);
    assert(readdirSync(volume.path).includes(partial));
  });
});
