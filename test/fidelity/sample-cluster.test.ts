import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { runCli, Volume } from '../cluster/run-cli.ts';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { listAt, textAt } from '../support/kube-object.ts';
import { loadSample, SAMPLE_PROJECTS } from '../support/sample-cluster.ts';
import { Unpacked } from './unpacked.ts';

const exec = promisify(execFile);
let control: ControlPlane;
let first: Unpacked;
const volume = new Volume();

before(async () => {
  control = await startControlPlane();
  await loadSample(control);
  first = await backUp();
});

after(async () => {
  first?.[Symbol.dispose]();
  volume[Symbol.dispose]();
  await control.stop();
});

/** A new archive, unpacked, which sha256sum has checked. */
async function backUp(): Promise<Unpacked> {
  const run = await runCli(['--volume', volume.path, '--kubeconfig', control.kubeconfig]);
  assert.equal(run.status, 0, run.stderr);
  return Unpacked.from(volume.latest().path);
}

/** Checksums of all but the manifest, which tells times. */
function sums(archive: Unpacked): string[] {
  return archive
    .text('SHA256SUMS')
    .trim()
    .split('\n')
    .filter((line) => !line.endsWith('  manifest.json'));
}

/** Files of the archive for which a line of shell, with the file as $1, fails. */
async function failures(archive: Unpacked, line: string): Promise<string[]> {
  const queue = archive.names.values();
  const failed: string[] = [];
  const worker = async () => {
    for (const name of queue) {
      const words = ['-o', 'pipefail', '-c', line, 'bash', name];
      await exec('bash', words, { cwd: archive.folder }).catch(() => failed.push(name));
    }
  };
  await Promise.all([worker(), worker()]);
  return failed.sort();
}

async function kubectl(...words: string[]): Promise<string> {
  const { stdout } = await exec(
    join(control.binaries, 'kubectl'),
    ['--kubeconfig', control.kubeconfig, ...words],
    {
      cwd: first.folder,
    },
  );
  return stdout;
}

test('two backups of the unchanged cluster have the same files, byte by byte', async () => {
  using second = await backUp();
  assert.ok(sums(first).length > 40);
  assert.deepEqual(sums(second), sums(first));
});

test('jq reads every file', async () => {
  await exec('jq', ['-e', '.', ...first.names], { cwd: first.folder, maxBuffer: 64 * 1024 * 1024 });
});

test('Python reads every file and prints the same bytes, but for escapes that the server likes', async () => {
  const escaped = first.names.filter(
    (name) => !name.includes('_metadata/') && /\\u[0-9a-f]{4}/.test(first.text(name)),
  );
  // Under _metadata an object is a line, less the comma behind it.
  const lines = `python3 -c 'import json, sys
for line in open(sys.argv[1]).readlines()[1:-1]: json.loads(line.rstrip(",\\n"))' "$1"`;
  const whole = 'python3 -m json.tool --indent 2 --no-ensure-ascii "$1" | cmp -s - "$1"';
  assert.deepEqual(await failures(first, `case $1 in *_metadata/*) ${lines};; *) ${whole};; esac`), escaped);
  assert.ok(escaped.length < first.names.length / 10);
});

for (const project of SAMPLE_PROJECTS) {
  test(`kubectl apply takes what came out of ${project}`, async () => {
    const applied = await kubectl('apply', '--dry-run=server', '-f', `${project}/`);
    assert.doesNotMatch(applied, /created/);
    const objects = first.names
      .filter((name) => name.startsWith(`${project}/`) && !name.includes('/_'))
      .flatMap((name) => listAt(JSON.parse(first.text(name)), 'items'));
    assert.equal(applied.trim().split('\n').length, objects.length);
  });
}

test('kubectl create brings clean claims and Services back, and they make the same files again', async () => {
  const files = ['payments/persistentvolumeclaims.json', 'payments/services.json', 'shop/services.json'];
  for (const file of files) {
    const [project, type] = file.replace('.json', '').split('/');
    for (const item of listAt(JSON.parse(first.text(file)), 'items')) {
      const path = `/api/v1/namespaces/${project}/${type}/${textAt(item, 'metadata', 'name')}`;
      await control.request('PATCH', path, { metadata: { finalizers: null } });
      await control.request('DELETE', path);
    }
  }
  const words = files.flatMap((file) => ['-f', file]);
  assert.match(await kubectl('create', '--dry-run=server', ...words), /created \(server dry run\)/);
  await kubectl('create', ...words);
  using again = await backUp();
  for (const file of files) assert.equal(again.text(file), first.text(file));
});
