import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
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
import { extractProject } from '../../../src/archive/reading/extract.ts';
import { ArchiveReader } from '../../../src/archive/reading/reader.ts';
import { sampleEntries, sampleFiles, temporaryFolder } from '../sample.ts';
import { type MadeEntry, makeZip } from '../zip-maker.ts';

const skip = process.getuid?.() === 0 ? false : 'it mounts a file system, which needs root';

interface Wish {
  readonly entries?: readonly MadeEntry[];
  readonly project?: string | null;
  readonly directory: string;
  readonly signal?: AbortSignal;
}

async function extracted(
  test: TestContext,
  { entries = sampleEntries(), project = 'web', directory, signal }: Wish,
) {
  const path = join(temporaryFolder(test), 'a.zip');
  writeFileSync(path, makeZip(entries));
  const archive = await ArchiveReader.open(path);
  test.after(() => archive.close());
  return await extractProject(archive, project, directory, signal ?? new AbortController().signal);
}

/** Every file below a directory, by path. */
function filesIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((each) => !each.isDirectory())
    .map((each) => join(each.parentPath, each.name).slice(directory.length + 1))
    .sort();
}

test('writes the files of a project as they stand, into a directory that it makes', async (t) => {
  const directory = join(temporaryFolder(t), 'deep', 'web');
  const files = await extracted(t, { directory });
  const names = ['_status/deployments.apps.json', 'deployments.apps.json', 'secrets.json'];
  assert.deepEqual(files.map(({ file }) => file).sort(), names);
  assert.deepEqual(filesIn(directory), names);
  for (const name of names) {
    assert.equal(readFileSync(join(directory, name), 'utf8'), sampleFiles().get(`web/${name}`));
  }
});

test('a directory that takes no new entries is an error at once', async (t) => {
  for (const directory of ['/proc/x', '/proc/x/deep'])
    await assert.rejects(extracted(t, { directory }), {
      message: `cannot write to ${directory}: ENOENT: no such file or directory, mkdir '/proc/x'`,
    });
  const broken = join(temporaryFolder(t), 'broken');
  symlinkSync('/nowhere/x', broken);
  await assert.rejects(
    extracted(t, { directory: join(broken, 'web') }),
    /cannot write to .*broken.web: ENOENT/,
  );
});

test('cluster-scoped types are a project of their own', async (t) => {
  const directory = temporaryFolder(t);
  await extracted(t, { directory, project: null });
  assert.deepEqual(filesIn(directory), ['namespaces.json']);
});

test('files and directories are readable for their owner alone, whatever the umask', async (t) => {
  const before = process.umask(0);
  t.after(() => process.umask(before));
  const directory = join(temporaryFolder(t), 'web');
  await extracted(t, { directory });
  const modeOf = (name: string) => (statSync(join(directory, name)).mode & 0o777).toString(8);
  assert.deepEqual(['', '_status', 'secrets.json', 'deployments.apps.json'].map(modeOf), [
    '700',
    '700',
    '600',
    '600',
  ]);
});

test('a directory that is not empty is refused and left as it is', async (t) => {
  for (const name of ['secrets.json', 'other.txt', '.hidden']) {
    const directory = temporaryFolder(t);
    writeFileSync(join(directory, name), 'mine');
    await assert.rejects(extracted(t, { directory }), {
      name: 'Failure',
      message: /is not empty/,
      ending: 'usage',
    });
    assert.deepEqual(filesIn(directory), [name]);
    assert.equal(readFileSync(join(directory, name), 'utf8'), 'mine');
  }
});

test('a link where a file should be is not followed', async (t) => {
  const [directory, elsewhere] = [temporaryFolder(t), temporaryFolder(t)];
  symlinkSync(join(elsewhere, 'stolen'), join(directory, 'secrets.json'));
  await assert.rejects(extracted(t, { directory }), /is not empty/);
  assert.deepEqual(readdirSync(elsewhere), []);
});

test('what is damaged leaves nothing behind, not even the directory that was made', async (t) => {
  const big = 'x'.repeat(3_000_000);
  const bad: MadeEntry = { name: 'web/zzz.json', content: big, crc: 1 };
  const parent = temporaryFolder(t);
  const directory = join(parent, 'web');
  await assert.rejects(extracted(t, { directory, entries: [...sampleEntries(), bad] }), { name: 'Damage' });
  assert.deepEqual(readdirSync(parent), []);
  mkdirSync(directory);
  await assert.rejects(extracted(t, { directory, entries: [...sampleEntries(), bad] }), { name: 'Damage' });
  assert.deepEqual(readdirSync(directory), []);
});

test('a signal leaves nothing behind', async (t) => {
  const directory = temporaryFolder(t);
  await assert.rejects(
    extracted(t, { directory, signal: AbortSignal.abort(new Error('ended by SIGTERM')) }),
    /SIGTERM/,
  );
  assert.deepEqual(readdirSync(directory), []);
});

test('more than there is room for is refused before anything is written', { skip }, async (t) => {
  const directory = temporaryFolder(t);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'extract', directory]);
  try {
    const entries = [...sampleEntries(), { name: 'web/bomb.json', content: ' '.repeat(1_100_000) }];
    await assert.rejects(
      extracted(t, { directory, entries }),
      /has 1048576 bytes free, but the files have 1100707$/,
    );
    assert.deepEqual(readdirSync(directory), []);
  } finally {
    execFileSync('umount', ['--lazy', directory]);
  }
});

test('names that mean something to a file system or to JavaScript are names like any other', async (t) => {
  const content = sampleFiles().get('web/secrets.json') ?? '';
  for (const type of [
    '..',
    '...',
    '__proto__'.slice(2),
    'constructor',
    '-rf',
    '~',
    '$(id)',
    'a:b',
    'CON',
    ' ',
  ]) {
    const [parent, name] = [temporaryFolder(t), `web/${type}.json`];
    const directory = join(parent, 'web');
    await extracted(t, { directory, entries: sampleEntries(sampleFiles().set(name, content)) });
    assert.ok(filesIn(directory).includes(`${type}.json`), type);
    assert.deepEqual(readdirSync(parent), ['web']);
  }
});

test('a name too long for the file system is told, and leaves nothing', async (t) => {
  const directory = temporaryFolder(t);
  const entries = sampleEntries(sampleFiles().set(`web/${'a'.repeat(300)}.json`, '{}'));
  await assert.rejects(extracted(t, { directory, entries }), /cannot write to .*ENAMETOOLONG/);
  assert.deepEqual(readdirSync(directory), []);
});

test('what is no type file is not extracted', async (t) => {
  const directory = temporaryFolder(t);
  const others = ['web/run.sh', 'web/deeper/x.json', 'web/_other/x.json', 'web/a.zip'];
  const files = new Map([...others.map((name) => [name, 'x'] as const), ...sampleFiles()]);
  await extracted(t, { directory, entries: sampleEntries(files) });
  assert.equal(filesIn(directory).length, 3);
});

test('an unknown project makes no directory', async (t) => {
  const directory = join(temporaryFolder(t), 'new');
  await assert.rejects(extracted(t, { directory, project: 'wbe' }), /has no project wbe; it has shop, web/);
  assert.ok(!existsSync(directory));
});

test('what the operating system refuses is told with the directory', async (t) => {
  const file = join(temporaryFolder(t), 'file');
  writeFileSync(file, '');
  await assert.rejects(extracted(t, { directory: join(file, 'web') }), {
    message: /^cannot write to .*ENOTDIR/,
  });
});
