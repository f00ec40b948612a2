import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fromBufferPromise } from 'yauzl';
import { extract } from '../../src/commands/extract.ts';
import { sampleEntries, sampleFiles, temporaryFolder, writeSample } from '../archive/sample.ts';
import { makeZip } from '../archive/zip-maker.ts';
import { OWN } from '../cluster/run-cli.ts';
import { PROGRAM } from '../support/program.ts';
import { contextOf } from './context.ts';

const WEB = ['_status/deployments.apps.json', 'deployments.apps.json', 'secrets.json'];

async function zipped(t: TestContext, words: readonly string[]) {
  const volume = temporaryFolder(t);
  writeSample(volume, 'openshift-backup202609110015.zip');
  const { context, text, bytes } = contextOf(['extract', 'latest', ...words, '--volume', volume]);
  assert.equal(await extract(context), 'done');
  return { text: text(), bytes: bytes() };
}

function unzipped(path: string): Map<string, string> {
  const names = execFileSync('unzip', ['-Z1', path]).toString().trim().split('\n').sort();
  return new Map(names.map((name) => [name, execFileSync('unzip', ['-p', path, name]).toString()]));
}

test('--to FILE.zip holds the files that --to DIR writes, readable for their owner alone', async (t) => {
  const path = join(temporaryFolder(t), 'web.zip');
  const { text } = await zipped(t, ['web', '--to', path]);
  assert.equal(text, `${path}: project web from openshift-backup202609110015.zip, 3 files, 707 B\n`);
  const files = unzipped(path);
  assert.deepEqual([...files.keys()], WEB);
  for (const name of WEB) assert.equal(files.get(name), sampleFiles().get(`web/${name}`));
  assert.equal(statSync(path).mode & 0o777, 0o600);
  const listed = execFileSync('unzip', ['-Z', path]).toString();
  assert.equal(listed.match(/^-rw------- .* 26-Sep-11 00:15 /gm)?.length, 3, listed);
  assert.equal(readdirSync(join(path, '..')).length, 1);
});

test('--to - writes the zip to stdout, for unzip, Python and yauzl alike', async (t) => {
  const { text, bytes } = await zipped(t, ['web', '--to', '-']);
  assert.equal(text, '');
  const path = join(temporaryFolder(t), 'web.zip');
  writeFileSync(path, bytes);
  assert.match(execFileSync('unzip', ['-t', path]).toString(), /No errors detected/);
  const python =
    'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print(z.testzip(), sorted(z.namelist()))';
  const names = WEB.map((name) => `'${name}'`).join(', ');
  assert.equal(execFileSync('python3', ['-c', python, path]).toString(), `None [${names}]\n`);
  const zip = await fromBufferPromise(bytes, { strictFileNames: true });
  const seen: string[] = [];
  for await (const entry of zip.eachEntry()) seen.push(entry.fileName);
  assert.deepEqual(seen.sort(), WEB);
});

test('cluster-scoped types make a zip, too', async (t) => {
  const path = join(temporaryFolder(t), 'cluster.ZIP');
  await zipped(t, ['_cluster', '--to', path]);
  assert.deepEqual([...unzipped(path).keys()], ['namespaces.json']);
});

test('-o json tells the zip and its files', async (t) => {
  const path = join(temporaryFolder(t), 'web.zip');
  const { zip, files, directory } = JSON.parse((await zipped(t, ['web', '--to', path, '-o', 'json'])).text);
  assert.deepEqual(
    [zip, directory, files.map(({ file }: { file: string }) => file).sort()],
    [path, undefined, WEB],
  );
});

test('nothing is overwritten, and no link followed', async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'file.zip'), 'mine');
  mkdirSync(join(folder, 'folder.zip'));
  symlinkSync('elsewhere', join(folder, 'link.zip'));
  const before = readdirSync(folder);
  for (const name of before) {
    const path = join(folder, name);
    await assert.rejects(zipped(t, ['web', '--to', path]), {
      message: `${path} is there already`,
      ending: 'usage',
    });
  }
  assert.deepEqual(readdirSync(folder), before);
  assert.equal(readFileSync(join(folder, 'file.zip'), 'utf8'), 'mine');
  assert.equal(existsSync(join(folder, 'elsewhere')), false);
});

test('a place that takes no file is told', async (t) => {
  const path = join(temporaryFolder(t), 'none', 'web.zip');
  await assert.rejects(zipped(t, ['web', '--to', path]), {
    message: /^cannot write to .*\/none\/web\.zip: ENOENT/,
    hint: 'the parent directory must exist and accept new files',
  });
});

test('a terminal gets no zip, and stdout is for one thing', async (t) => {
  const path = writeSample(temporaryFolder(t), 'a.zip');
  const { context, bytes } = contextOf(['extract', path, 'web', '--to', '-'], { columns: 80 });
  await assert.rejects(extract(context), { message: /stdout is a terminal/, ending: 'usage' });
  assert.equal(bytes().length, 0);
  const asJson = contextOf(['extract', path, 'web', '--to', '-', '-o', 'json']);
  await assert.rejects(extract(asJson.context), { message: /-o json both write to stdout/, ending: 'usage' });
});

/** An archive whose last file of the project web is damaged, behind one of a few megabytes. */
function damaged(t: TestContext): string {
  const path = join(temporaryFolder(t), 'a.zip');
  const noise = Array.from({ length: 300_000 }, (_, at) => `"${(at * 2_654_435_761) % 2 ** 32}"`).join(',');
  const files = sampleFiles().set('web/deployments.apps.json', `{"items":[${noise}]}\n`);
  const entries = sampleEntries(files).map((entry) =>
    entry.name === 'web/secrets.json' ? { ...entry, crc: 1 } : entry,
  );
  const last = entries.findIndex(({ name }) => name === 'web/secrets.json');
  writeFileSync(path, makeZip([...entries.toSpliced(last, 1), ...entries.slice(last, last + 1)]));
  return path;
}

test('a damaged archive leaves no zip behind', async (t) => {
  const path = damaged(t);
  const folder = temporaryFolder(t);
  const { context } = contextOf(['extract', path, 'web', '--to', join(folder, 'web.zip')]);
  await assert.rejects(extract(context), { name: 'Damage', message: /web\/secrets\.json .*CRC-32/ });
  assert.deepEqual(readdirSync(folder), []);
});

test('on stdout, what is damaged is told before a byte is written', async (t) => {
  const path = damaged(t);
  const broken = join(temporaryFolder(t), 'web.zip');
  const env = { ...OWN, HOME: '/nonexistent' };
  const child = spawn(process.execPath, [PROGRAM, 'extract', path, 'web', '--to', '-'], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.pipe(createWriteStream(broken));
  const [status] = await Promise.all([
    new Promise((resolve) => child.on('close', resolve)),
    new Promise((resolve) => child.stdout.on('end', resolve)),
  ]);
  assert.equal(status, 4);
  assert.equal(statSync(broken).size, 0);
});
