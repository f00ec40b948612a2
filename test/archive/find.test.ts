import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ArchiveReader } from '../../src/archive/reading/reader.ts';
import { temporaryFolder } from './sample.ts';
import { type MadeEntry, makeZip } from './zip-maker.ts';

async function opened(
  test: TestContext,
  entries: readonly MadeEntry[],
  options = {},
): Promise<ArchiveReader> {
  const path = join(temporaryFolder(test), 'a.zip');
  writeFileSync(path, makeZip(entries, options));
  const archive = await ArchiveReader.open(path, null);
  test.after(() => archive.close());
  return archive;
}

/** A directory of more than a piece, so that records lie across its ends. */
const MANY = Array.from({ length: 20_000 }, (_, at) => ({
  name: `project-${at}/${'x'.repeat(at % 50)}.json`,
  content: String(at),
  stored: true,
}));

for (const options of [
  {},
  { zip64: true },
  { comment: 'a comment' },
  { zip64: true, comment: 'a comment' },
]) {
  test(`finds each of many entries by its name, ${JSON.stringify(options)}`, async (t) => {
    const archive = await opened(t, MANY, options);
    for (const at of [0, 1, 7_777, 12_345, 19_990, 19_999]) {
      const { name = '', content = '' } = MANY[at] ?? {};
      const entry = await archive.find(name);
      assert.ok(entry);
      assert.equal((await archive.read(entry, 100)).toString(), content);
    }
    assert.equal(await archive.find('project-1/.json'), null);
    assert.equal(await archive.find('project-1/'), null);
  });
}

test('records that lie across the ends of what is read at a time are read whole', async (t) => {
  // Records of 92 bytes, shifted by a quarter each time, so that the end falls into fields and into names.
  const entries = Array.from({ length: 12_000 }, (_, at) => ({
    name: `${String(at).padStart(6, '0')}${'x'.repeat(40)}`,
    content: '',
    stored: true,
  }));
  for (const shift of [1, 24, 47, 70]) {
    const archive = await opened(t, [
      { name: 'y'.repeat(shift), content: '' },
      ...entries,
      ...MANY.slice(0, 4),
    ]);
    for (const { name } of entries.slice(11_380, 11_420)) assert.ok(await archive.find(name), name);
    assert.equal(await archive.find('nothing'), null);
  }
});

test('an entry that is there twice is no entry', async (t) => {
  const archive = await opened(t, [
    { name: 'a', content: '1' },
    ...MANY.slice(0, 9),
    { name: 'a', content: '2' },
    ...MANY.slice(9, 20),
  ]);
  await assert.rejects(archive.find('a'), { name: 'Damage', message: /entry "a" occurs twice/ });
});

test('a directory with fewer records than it tells is damaged', async (t) => {
  const archive = await opened(t, MANY.slice(0, 9), { count: 11 });
  await assert.rejects(archive.find('nothing'), {
    name: 'Damage',
    message: /no directory record at offset \d+/,
  });
});

test('an entry that is found is checked', async (t) => {
  const archive = await opened(t, [{ name: '../a', content: '' }, ...MANY.slice(0, 9)]);
  await assert.rejects(archive.find('../a'), {
    name: 'Damage',
    message: /entry "\.\.\/a".*leads out of the archive/,
  });
});

const sum = (text: string) => createHash('sha256').update(text).digest('hex');

async function found(test: TestContext, content: string, ...names: string[]) {
  const archive = await opened(test, [{ name: 'SHA256SUMS', content }]);
  return Object.fromEntries(await archive.checksumsOf(names));
}

test('finds the checksums of a few entries', async (t) => {
  const lines = `${sum('1')}  a.json\n${sum('2')}  web/a.json\n${sum('3')} *web/b.json\n${sum('4')}  x a.json\n`;
  const wanted = ['a.json', 'web/a.json', 'web/b.json', 'b.json'];
  assert.deepEqual(await found(t, lines, ...wanted), {
    'a.json': sum('1'),
    'web/a.json': sum('2'),
    'web/b.json': sum('3'),
  });
});

test('lines that are none tell nothing', async (t) => {
  const lines = `a.json\n${sum('1').toUpperCase()}  a.json\nx${sum('1')}  a.json\n${sum('1')}   a.json\n`;
  assert.deepEqual(await found(t, lines, 'a.json'), {});
});

test('checksums that cannot be trusted are damage', async (t) => {
  const line = `${sum('1')}  a.json\n`;
  await assert.rejects(found(t, `${line}${line}`, 'a.json'), {
    name: 'Damage',
    message: /names a\.json again/,
  });
  await assert.rejects(found(t, line.trimEnd(), 'a.json'), {
    name: 'Damage',
    message: /its last line does not end/,
  });
  const none = await opened(t, [{ name: 'a.json', content: '' }]);
  await assert.rejects(none.checksumsOf(['a.json']), { name: 'Damage', message: /it has no SHA256SUMS/ });
});
