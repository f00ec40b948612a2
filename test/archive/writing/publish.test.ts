import assert from 'node:assert/strict';
import fs, { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { publishPartial, reservePartial } from '../../../src/archive/writing/publish.ts';
import { Folder } from '../zip-tools.ts';

const NAMING = { name: 'b', stamp: 'yyyyMMddHHmm', zone: 'UTC' };
const TIME = new Date('2026-09-11T00:15:00Z');
const FIRST = 'b202609110015.zip';
const SECOND = 'b202609110015_02.zip';

const reserve = (folder: Folder) => reservePartial(folder.path, NAMING, TIME);

/** Hard links fail as they do on SMB and on some FUSE drivers. */
function withoutHardLinks(t: TestContext, code = 'EPERM'): void {
  t.mock.method(fs, 'linkSync', () => {
    throw Object.assign(new Error('operation not permitted'), { code });
  });
  syncBuiltinESMExports();
  t.after(() => {
    t.mock.restoreAll();
    syncBuiltinESMExports();
  });
}

test('a name is reserved by an empty partial that the world may not read', () => {
  using folder = new Folder();
  const { archive, partial } = reserve(folder);
  assert.equal(archive, FIRST);
  assert.deepEqual(readdirSync(folder.path), [`.${FIRST}.partial`]);
  assert.equal(statSync(partial).mode & 0o777, 0o640);
  assert.equal(statSync(partial).size, 0);
});

test('the second run of a stamp gets a name of its own, whether the first is under way or done', () => {
  for (const taken of [FIRST, `.${FIRST}.partial`]) {
    using folder = new Folder();
    writeFileSync(join(folder.path, taken), 'of another run');
    assert.equal(reserve(folder).archive, SECOND);
    assert.equal(readFileSync(join(folder.path, taken), 'utf8'), 'of another run');
  }
});

test('after ninety-nine runs of one stamp it says so', () => {
  using folder = new Folder();
  for (let run = 1; run <= 99; run++) reserve(folder);
  assert.throws(() => reserve(folder), /there are already 99 archives with the stamp/);
});

test('where there is no volume, the system’s error tells', () => {
  assert.throws(() => reservePartial('/nonexistent/volume', NAMING, TIME), { code: 'ENOENT' });
});

for (const [what, prepare] of [
  ['', () => {}],
  [' where hard links fail', withoutHardLinks],
] as const) {
  test(`a finished partial gets its name${what}`, (t) => {
    using folder = new Folder();
    const reserved = reserve(folder);
    writeFileSync(reserved.partial, 'whole');
    prepare(t);
    assert.equal(publishPartial(reserved, NAMING, TIME), FIRST);
    assert.deepEqual(readdirSync(folder.path), [FIRST]);
    assert.equal(readFileSync(join(folder.path, FIRST), 'utf8'), 'whole');
  });

  test(`an archive that came in between is never overwritten${what}`, (t) => {
    using folder = new Folder();
    const reserved = reserve(folder);
    writeFileSync(reserved.partial, 'ours');
    for (const name of [FIRST, SECOND]) writeFileSync(join(folder.path, name), 'theirs');
    prepare(t);
    assert.equal(publishPartial(reserved, NAMING, TIME), 'b202609110015_03.zip');
    for (const name of [FIRST, SECOND]) assert.equal(readFileSync(join(folder.path, name), 'utf8'), 'theirs');
    assert.ok(!existsSync(reserved.partial));
  });
}

test('the volume is told to keep the new name through a crash', (t) => {
  using folder = new Folder();
  const reserved = reserve(folder);
  const synced: string[] = [];
  t.mock.method(fs, 'fsyncSync', (fd: number) => synced.push(fs.readlinkSync(`/proc/self/fd/${fd}`)));
  syncBuiltinESMExports();
  t.after(() => {
    t.mock.restoreAll();
    syncBuiltinESMExports();
  });
  publishPartial(reserved, NAMING, TIME);
  assert.deepEqual(synced, [folder.path]);
});
