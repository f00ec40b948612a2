import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { deflateWhole } from '../../../src/archive/writing/deflate.ts';
import { ZipWriter } from '../../../src/archive/writing/zip-writer.ts';
import { contentsOf, Folder, testedByPython, testedByUnzip } from '../zip-tools.ts';

const TIME = new Date('2026-09-11T00:15:02Z');

function open(folder: Folder): { path: string; zip: ZipWriter } {
  const path = join(folder.path, 'made.zip');
  writeFileSync(path, '');
  return { path, zip: new ZipWriter(path, TIME) };
}

test('entries of every size come back as they went in, also with unzip and Python', async () => {
  using folder = new Folder();
  const { path, zip } = open(folder);
  const given = new Map<string, Buffer>();
  // Random bytes deflate to their own length, so these straddle every threshold of a writer that gathers.
  for (const kilobytes of [0, 1, 60, 127, 129, 150, 1, 200, 255, 257, 3, 300, 1500, 140]) {
    const name = `web/t${given.size}.json`;
    const content = randomBytes(kilobytes * 1024);
    given.set(name, content);
    zip.append(name, 0, deflateWhole(content));
  }
  assert.equal(zip.finish([]), statSync(path).size);
  assert.deepEqual(new Map([...(await contentsOf(path))].sort()), new Map([...given].sort()));
  assert.equal(await testedByUnzip(path), given.size);
  assert.equal(await testedByPython(path), given.size);
});

test('withdrawn entries leave no byte, wherever they stood', async () => {
  using folder = new Folder();
  using other = new Folder();
  const { path, zip } = open(folder);
  const plain = open(other);
  for (let index = 0; index < 60; index++) {
    const group = index % 3;
    const content = deflateWhole(randomBytes(index * 7_000));
    zip.append(`web/t${index}.json`, group, content);
    if (group !== 1) plain.zip.append(`web/t${index}.json`, group, content);
  }
  // Also when they were ordered by name before.
  assert.equal([...zip.checksums()].length, 60);
  zip.withdraw(1);
  zip.withdraw(7);
  zip.compact();
  zip.append('manifest.json', -1, deflateWhole(Buffer.from('{}')));
  plain.zip.append('manifest.json', -1, deflateWhole(Buffer.from('{}')));
  assert.equal(zip.finish(['manifest.json']), plain.zip.finish(['manifest.json']));
  // As if they had never been written.
  assert.equal(statSync(path).size, statSync(plain.path).size);
  assert.deepEqual(await contentsOf(path), await contentsOf(plain.path));
  assert.equal(await testedByUnzip(path), 41);
});

test('a withdrawn group may be written anew under the same names', async () => {
  using folder = new Folder();
  const { path, zip } = open(folder);
  zip.append('a.json', 0, deflateWhole(Buffer.from('first attempt')));
  zip.withdraw(0);
  zip.append('a.json', 1, deflateWhole(Buffer.from('second')));
  zip.compact();
  zip.finish([]);
  assert.deepEqual(await contentsOf(path), new Map([['a.json', Buffer.from('second')]]));
});

test('the directory goes by names, but for those that are to be last', async () => {
  using folder = new Folder();
  const { path, zip } = open(folder);
  for (const name of ['SHA256SUMS', 'b.json', 'manifest.json', 'a/z.json', 'a.json']) {
    zip.append(name, 0, deflateWhole(Buffer.from(name)));
  }
  zip.finish(['manifest.json', 'SHA256SUMS']);
  const names = [...(await contentsOf(path)).keys()];
  assert.deepEqual(names, ['a.json', 'a/z.json', 'b.json', 'manifest.json', 'SHA256SUMS']);
});

test('memory follows the number of entries, not their content', async () => {
  using folder = new Folder();
  const { path } = open(folder);
  // In a process of its own: 200 MB of what cannot be compressed.
  const script = `
    import { randomBytes } from 'node:crypto';
    import { deflateWhole } from ${JSON.stringify(import.meta.resolve('../../../src/archive/writing/deflate.ts'))};
    import { ZipWriter } from ${JSON.stringify(import.meta.resolve('../../../src/archive/writing/zip-writer.ts'))};
    const zip = new ZipWriter(${JSON.stringify(path)}, new Date());
    const content = randomBytes(10_000);
    const write = (index) => {
      content.writeUInt32LE(index, 0);
      zip.append('web/t' + index + '.json', 0, deflateWhole(content));
    };
    for (let index = 0; index < 2_000; index++) write(index);
    const before = process.memoryUsage.rss();
    for (let index = 2_000; index < 22_000; index++) write(index);
    console.log(process.memoryUsage.rss() - before, zip.finish([]));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
  const [growth = 0, size = 0] = stdout.split(' ').map(Number);
  assert.ok(size > 220e6);
  assert.ok(growth < 80e6, `${growth} bytes more for 200 MB written`);
});
