import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { OWN, runCli, Volume } from '../cluster/run-cli.ts';
import { object, writeArchive } from '../comparison/archives.ts';
import { controlPlaneBinaries } from '../support/binaries.ts';
import { PROGRAM } from '../support/program.ts';
import { waitFor } from '../support/wait.ts';

const ARCHIVE = 'openshift-backup202611270015.zip';
const FILES = {
  'shop/configmaps.json': [object('ConfigMap', 'settings', { data: { a: 'b' } }, { namespace: 'shop' })],
};

/** Ids of processes that were started with this directory for temporary files. */
function processesIn(directory: string): number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const environment = readFileSync(`/proc/${name}/environ`, 'latin1');
      return environment.includes(`TMPDIR=${directory}`) ? [Number(name)] : [];
    } catch {
      // It has ended.
      return [];
    }
  });
}

describe('a rehearsal leaves nothing behind', { skip: process.platform !== 'linux' }, () => {
  let volume: Volume;
  let temporary: string;

  beforeEach(() => {
    volume = new Volume();
    temporary = mkdtempSync(join(tmpdir(), 'rehearsal-'));
    writeArchive(volume.path, ARCHIVE, FILES);
  });

  afterEach(() => {
    volume[Symbol.dispose]();
    rmSync(temporary, { recursive: true, force: true });
  });

  /** Starts a rehearsal whose server stays, and resolves when that is ready. */
  async function started(): Promise<{ child: ChildProcess; kubeconfig: string }> {
    const assets = await controlPlaneBinaries();
    const words = ['rehearse', '--volume', volume.path, '--assets', assets, '--keep'];
    const child = spawn(process.execPath, [PROGRAM, ...words], {
      env: { ...OWN, HOME: '/nonexistent', TMPDIR: temporary, OPENSHIFT_BACKUP_LOG_FORMAT: 'json' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    const kubeconfig = await waitFor('the kubeconfig of the kept server', async () => {
      if (child.exitCode !== null) throw new Error(said);
      return /"kubeconfig":"([^"]+)"/.exec(said)?.[1];
    });
    assert.equal(processesIn(temporary).length >= 3, true);
    return { child, kubeconfig };
  }

  async function assertGone(): Promise<void> {
    await waitFor('all processes to end', async () => processesIn(temporary).length === 0);
    await waitFor('the directory to be removed', async () => readdirSync(temporary).length <= 1);
    for (const left of readdirSync(temporary))
      assert.deepEqual(readdirSync(join(temporary, left)), [], 'an empty directory may remain');
  }

  it('when its process is killed', async () => {
    const { child } = await started();
    child.kill('SIGKILL');
    await once(child, 'exit');
    await assertGone();
  });

  it('when it is terminated, and ends with 143', async () => {
    const { child } = await started();
    child.kill('SIGTERM');
    const [code] = await once(child, 'exit');
    assert.equal(code, 143);
    await assertGone();
    assert.deepEqual(readdirSync(temporary), []);
  });

  it('when the shell that guards the server is killed: the rehearsal fails, and the server ends', async () => {
    const { child } = await started();
    const guard = processesIn(temporary).find((pid) =>
      readFileSync(`/proc/${pid}/cmdline`, 'latin1').startsWith('/bin/sh'),
    );
    assert.ok(guard !== undefined);
    process.kill(guard, 'SIGKILL');
    await once(child, 'exit');
    await assertGone();
    assert.deepEqual(readdirSync(temporary), []);
  });

  it('when the API server is killed', async () => {
    const { child } = await started();
    const server = processesIn(temporary).find((pid) =>
      readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('kube-apiserver'),
    );
    assert.ok(server !== undefined);
    process.kill(server, 'SIGKILL');
    await once(child, 'exit');
    await assertGone();
  });

  it('when it takes longer than --timeout: 4, and a message that says so', async () => {
    const assets = await controlPlaneBinaries();
    const words = ['rehearse', '--volume', volume.path, '--assets', assets, '--timeout', '1s'];
    const run = await runCli(words, { environment: { TMPDIR: temporary } });
    assert.equal(run.status, 4, run.stderr);
    assert.match(run.stderr, /took longer than 1s/);
    await assertGone();
    assert.deepEqual(readdirSync(temporary), []);
  });

  it('when a program is none: 4 with what it said', async () => {
    const assets = join(temporary, 'assets');
    mkdirSync(assets);
    for (const name of ['etcd', 'kube-apiserver'])
      writeFileSync(join(assets, name), '#!/bin/sh\necho "fatal: no such\u001b[31m thing" >&2\nexit 1\n', {
        mode: 0o755,
      });
    const run = await runCli(['rehearse', '--volume', volume.path, '--assets', assets], {
      environment: { TMPDIR: temporary },
    });
    assert.equal(run.status, 4, run.stderr);
    assert.match(run.stderr, /ended: fatal: no such/);
    assert.ok(!run.stderr.includes('\u001b'));
    assert.deepEqual(readdirSync(temporary), ['assets']);
  });
});

describe('wrong usage', () => {
  it('is a directory without the programs: 2, and where to get them', async () => {
    const volume = new Volume();
    try {
      writeArchive(volume.path, ARCHIVE, FILES);
      const run = await runCli(['rehearse', '--volume', volume.path, '--assets', volume.path]);
      assert.equal(run.status, 2);
      assert.match(run.stderr, /does not contain an executable etcd and kube-apiserver/);
      const none = await runCli(['rehearse', '--volume', volume.path]);
      assert.equal(none.status, 2);
      assert.match(none.stderr, /KUBEBUILDER_ASSETS/);
    } finally {
      volume[Symbol.dispose]();
    }
  });

  it('is --keep with several archives, and an archive that does not exist', async () => {
    const volume = new Volume();
    try {
      writeArchive(volume.path, ARCHIVE, FILES);
      const assets = await controlPlaneBinaries();
      const both = await runCli([
        'rehearse',
        'latest',
        'latest',
        '--keep',
        '--volume',
        volume.path,
        '--assets',
        assets,
      ]);
      assert.equal(both.status, 2);
      const missing = await runCli(['rehearse', 'previous', '--volume', volume.path, '--assets', assets]);
      assert.equal(missing.status, 2);
    } finally {
      volume[Symbol.dispose]();
    }
  });

  it('is an archive that is no zip file: 4, at once and not after --timeout', async () => {
    const volume = new Volume();
    try {
      writeFileSync(join(volume.path, ARCHIVE), 'cut off');
      const assets = await controlPlaneBinaries();
      const options = ['--volume', volume.path, '--assets', assets];
      // By default, a rehearsal may take an hour.
      const run = await runCli(['rehearse', ARCHIVE, ...options], { through: ['timeout', '60'] });
      assert.equal(run.status, 4, run.stderr);
    } finally {
      volume[Symbol.dispose]();
    }
  });

  it('is not a damaged archive: 4, and no result is kept', async () => {
    const volume = new Volume();
    try {
      const path = writeArchive(volume.path, ARCHIVE, FILES);
      const bytes = readFileSync(path);
      // In the middle of the content of an entry.
      const at = bytes.indexOf('shop/configmaps.json') + 'shop/configmaps.json'.length + 10;
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      writeFileSync(path, bytes);
      const assets = await controlPlaneBinaries();
      const run = await runCli(['rehearse', '--volume', volume.path, '--assets', assets]);
      assert.equal(run.status, 4, run.stderr);
      assert.deepEqual(volume.files(), [ARCHIVE]);
    } finally {
      volume[Symbol.dispose]();
    }
  });
});
