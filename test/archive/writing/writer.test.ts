import assert from 'node:assert/strict';
import { hash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ArchiveWriter } from '../../../src/archive/writing/writer.ts';
import { contentsOf, Folder, testedByPython, testedByUnzip } from '../zip-tools.ts';

const NAMING = { name: 'b', stamp: 'yyyyMMddHHmm', zone: 'UTC' };
const TIME = new Date('2026-09-11T00:15:00Z');
const FIRST = 'b202609110015.zip';
const MANIFEST = Buffer.from('{}\n');

/** A writer whose thread ends with the test, also where that fails. */
function begin(t: TestContext, folder: Folder, openSinks = 4): ArchiveWriter {
  const writer = ArchiveWriter.begin(folder.path, NAMING, TIME, openSinks);
  t.after(() => writer.abort());
  return writer;
}

async function writeFile(
  writer: ArchiveWriter,
  group: number,
  path: string,
  content: Uint8Array,
): Promise<void> {
  const sink = await writer.openSink(group);
  sink.begin(path);
  await sink.write(content);
  sink.end();
  sink.close();
}

test('an archive is published whole, under its name, for owner and group', async (t) => {
  using folder = new Folder();
  const writer = begin(t, folder);
  assert.deepEqual(readdirSync(folder.path), [`.${FIRST}.partial`]);
  await writeFile(writer, 0, 'web/a.json', Buffer.from('a'));
  const published = await writer.publish(MANIFEST);
  const file = join(folder.path, FIRST);
  assert.deepEqual(published, { archive: FIRST, file, bytes: statSync(file).size });
  assert.deepEqual(readdirSync(folder.path), [FIRST]);
  assert.equal(statSync(file).mode & 0o777, 0o640);
  assert.deepEqual([...(await contentsOf(file)).keys()], ['web/a.json', 'manifest.json', 'SHA256SUMS']);
});

test('an archive without a name is whole, and nothing of it is in any directory', async (t) => {
  using folder = new Folder();
  const writer = ArchiveWriter.beginNameless(folder.path, TIME, 4);
  t.after(() => writer.abort());
  // Larger than what is held in memory, so that a part waits on disk.
  const big = randomBytes(6 * 1024 * 1024);
  assert.deepEqual(readdirSync(folder.path), []);
  await writeFile(writer, 0, 'web/a.json', big);
  const { file } = await writer.publish(MANIFEST);
  assert.deepEqual(readdirSync(folder.path), []);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const copy = join(folder.path, 'copy.zip');
  writeFileSync(copy, readFileSync(file));
  assert.ok((await contentsOf(copy)).get('web/a.json')?.equals(big));
  await writer.abort();
  await writer.abort();
  assert.throws(() => statSync(file), { code: 'ENOENT' });
});

test('two runs at once do not meet', async (t) => {
  using folder = new Folder();
  const writers = [begin(t, folder), begin(t, folder)];
  const published = await Promise.all(
    writers.map(async (writer, index) => {
      await writeFile(writer, 0, 'web/a.json', Buffer.from(`of ${index}`));
      return writer.publish(MANIFEST);
    }),
  );
  assert.deepEqual(readdirSync(folder.path), [FIRST, 'b202609110015_02.zip']);
  for (const [index, { file }] of published.entries()) {
    assert.equal((await contentsOf(file)).get('web/a.json')?.toString(), `of ${index}`);
  }
});

test('an archive of the same name that appears meanwhile stays as it is', async (t) => {
  using folder = new Folder();
  const writer = begin(t, folder);
  writeFileSync(join(folder.path, FIRST), 'theirs');
  assert.equal((await writer.publish(MANIFEST)).archive, 'b202609110015_02.zip');
  assert.equal(readFileSync(join(folder.path, FIRST), 'utf8'), 'theirs');
});

test('an aborted archive leaves nothing, at whatever point', async (t) => {
  using folder = new Folder();
  await begin(t, folder).abort();
  const writer = begin(t, folder);
  const sink = await writer.openSink(0);
  sink.begin('web/a.json');
  await sink.write(randomBytes(5_000_000));
  await writer.abort();
  await writer.abort();
  assert.deepEqual(readdirSync(folder.path), []);
});

test('files that grow at once, larger than a buffer and than what is held in memory, come back whole', async (t) => {
  using folder = new Folder();
  const writer = begin(t, folder);
  const files = [50_000, 700_000, 1_500_000, 9_000_000].map((size, index) => ({
    path: `web/t${index}.json`,
    content: randomBytes(size),
  }));
  const write = async ({ path, content }: { path: string; content: Buffer }) => {
    const sink = await writer.openSink(0);
    sink.begin(path);
    for (let at = 0; at < content.length; at += 30_000) {
      await sink.write(content.subarray(at, at + 30_000));
      await sleep(0);
    }
    sink.end();
    sink.close();
  };
  await Promise.all(files.map(write));
  const { file } = await writer.publish(MANIFEST);
  const contents = await contentsOf(file);
  for (const { path, content } of files) assert.ok(contents.get(path)?.equals(content), path);
  assert.equal(await testedByUnzip(file), files.length + 2);
  assert.equal(await testedByPython(file), files.length + 2);
});

test('checksums that are written in several pieces are whole, and sorted by path', async (t) => {
  using folder = new Folder();
  const writer = begin(t, folder);
  const sink = await writer.openSink(0);
  const paths = Array.from({ length: 3_000 }, (_, index) => `team-${index % 500}/t${index}.example.com.json`);
  for (const path of paths) {
    sink.begin(path);
    await sink.write(Buffer.from(path));
    sink.end();
  }
  sink.close();
  const { file } = await writer.publish(MANIFEST);
  const contents = await contentsOf(file);
  const line = (path: string, content: string | Buffer) => `${hash('sha256', content, 'hex')}  ${path}\n`;
  const lines = [...paths.map((path) => line(path, path)), line('manifest.json', MANIFEST)];
  const byPath = lines.sort((a, b) => (a.slice(66) < b.slice(66) ? -1 : 1)).join('');
  assert.ok(byPath.length > 2 * 128 * 1024);
  assert.equal(contents.get('SHA256SUMS')?.toString(), byPath);
  assert.equal(await testedByUnzip(file), paths.length + 2);
});

test('a withdrawn group leaves no byte, not even of the file that was still open', async (t) => {
  using folder = new Folder();
  const [plain, writer] = [begin(t, folder), begin(t, folder)];
  for (const each of [plain, writer]) await writeFile(each, 0, 'web/a.json', Buffer.from('stays'));
  await writeFile(writer, 1, 'web/b.json', randomBytes(300_000));
  const sink = await writer.openSink(1);
  sink.begin('web/c.json');
  await sink.write(randomBytes(4_000_000));
  writer.withdraw(1, [sink]);
  // Begun again, as after a list that broke off.
  for (const each of [plain, writer]) await writeFile(each, 2, 'web/b.json', Buffer.from('again'));
  const sizes = [(await plain.publish(MANIFEST)).bytes, (await writer.publish(MANIFEST)).bytes];
  assert.equal(sizes[1], sizes[0]);
  const names = ['web/a.json', 'web/b.json', 'manifest.json', 'SHA256SUMS'];
  for (const file of readdirSync(folder.path)) {
    const contents = await contentsOf(join(folder.path, file));
    assert.deepEqual([...contents.keys()], names);
    assert.equal(contents.get('web/b.json')?.toString(), 'again');
  }
});

test('where the volume does not keep up, whoever wants a buffer waits', async (t) => {
  using folder = new Folder();
  const writer = begin(t, folder, 1);
  const taken = await Promise.all(Array.from({ length: 7 }, () => writer.take()));
  let came = false;
  const eighth = writer.take().then((batch) => {
    came = true;
    return batch;
  });
  await sleep(5);
  assert.equal(came, false);
  const [first] = taken;
  assert.ok(first);
  writer.giveBack(first);
  assert.equal(await eighth, first, 'the buffer is used again');
  await writer.abort();
});

test('large objects wait too, and their memory is used again', async (t) => {
  using folder = new Folder();
  const writer = begin(t, folder);
  const large = new Set<SharedArrayBuffer | ArrayBufferLike>();
  const sink = await writer.openSink(0);
  const object = randomBytes(1_400_000);
  for (let index = 0; index < 60; index++) {
    sink.begin(`web/t${index}.json`);
    await sink.write(object);
    if (sink.out.length > object.length) large.add(sink.out.buffer);
    sink.end();
  }
  sink.close();
  const { file } = await writer.publish(MANIFEST);
  assert.ok(large.size <= 8, `${large.size} buffers for 60 large objects`);
  assert.equal(await testedByUnzip(file), 62);
});

test('a volume that refuses is told to whoever writes or waits, with what to do', () => {
  using folder = new Folder();
  assert.throws(() => ArchiveWriter.begin(join(folder.path, 'none'), NAMING, TIME, 1), {
    message: /cannot write an archive on .*none/,
    hint: /mount the volume/,
  });
});

test('an archive can be read before it is published, and is the same afterwards', async (t) => {
  using folder = new Folder();
  const [looked, plain] = [begin(t, folder), begin(t, folder)];
  for (const writer of [looked, plain]) {
    await writeFile(writer, 0, 'web/withdrawn.json', randomBytes(1000));
    await writeFile(writer, 1, 'web/a.json', Buffer.from('a'));
    writer.withdraw(0, []);
  }
  const partial = await looked.provide();
  assert.deepEqual([...(await contentsOf(partial)).keys()], ['web/a.json', 'SHA256SUMS']);
  const files = [(await looked.publish(MANIFEST)).file, (await plain.publish(MANIFEST)).file] as const;
  assert.deepEqual(readFileSync(files[0]), readFileSync(files[1]));
});
