import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { crc32, inflateRawSync } from 'node:zlib';
import { CHECKSUMS, deflateWhole, effortFor, OpenFile } from '../../../src/archive/writing/deflate.ts';
import type { DeflatedFile } from '../../../src/archive/writing/zip-writer.ts';
import { Folder } from '../zip-tools.ts';

/** The plain bytes; everything that is told of them is compared on the way. */
function plainOf(file: DeflatedFile): Buffer {
  const deflated = Buffer.concat(Array.from(file.deflated, (piece) => Buffer.from(piece)));
  const plain = inflateRawSync(deflated);
  assert.equal(file.deflatedSize, deflated.length);
  assert.equal(file.size, plain.length);
  assert.equal(file.crc, crc32(plain));
  assert.equal(file.sha256, createHash('sha256').update(plain).digest('hex'));
  return plain;
}

test('a file that came in one piece', () => {
  for (const content of ['', '{}\n', randomBytes(100_000)]) {
    assert.deepEqual(plainOf(deflateWhole(Buffer.from(content))), Buffer.from(content));
  }
});

test('a file is deflated the same in buffers of any size', () => {
  // Of its own size at most: zlib then needs several buffers for what cannot be compressed.
  for (const size of [1, 100, 127, 128, 129, 5_000, 200_000, 3_000_000]) {
    for (const content of [randomBytes(size), Buffer.alloc(size, 'abc')])
      assert.deepEqual(plainOf(deflateWhole(content)), content);
  }
});

test('server metadata and checksums get more effort than other files', () => {
  const line = (at: number) =>
    `{"name":"settings-${at}","uid":"${createHash('md5').update(`${at}`).digest('hex')}"}`;
  const metadata = Buffer.from(Array.from({ length: 50 }, (_, at) => line(at)).join('\n'));
  const sizeAs = (path: string) => deflateWhole(metadata, effortFor(path)).deflatedSize;
  assert.ok(sizeAs('web/_metadata/configmaps.json') < sizeAs('web/configmaps.json'));
  assert.equal(sizeAs('_metadata/nodes.json'), sizeAs('web/_metadata/configmaps.json'));
  assert.equal(sizeAs('web/_logs/_metadata/a.log'), sizeAs('web/configmaps.json'));
  const sums = Buffer.from(
    Array.from(
      { length: 500 },
      (_, at) => `${createHash('sha256').update(`${at}`).digest('hex')}  web/t${at}.json\n`,
    ).join(''),
  );
  assert.ok(deflateWhole(sums, CHECKSUMS).deflatedSize < 0.95 * deflateWhole(sums).deflatedSize);
  assert.deepEqual(plainOf(deflateWhole(sums, CHECKSUMS)), sums);
});

for (const [what, sizes] of [
  ['small pieces', [10, 1, 5000]],
  ['an empty last piece', [10, 0]],
  ['pieces that together exceed what is held in memory', [600_000, 600_000, 600_000, 1]],
  ['a piece that alone exceeds it', [3_000_000, 20]],
  ['an end right where memory ran over', [600_000, 700_000]],
] as const) {
  test(`a file of ${what} is one deflate stream`, () => {
    using folder = new Folder();
    const pieces = sizes.map((size) => randomBytes(size));
    const file = new OpenFile(join(folder.path, 'spill'));
    for (const [index, piece] of pieces.entries()) file.add(piece, index === pieces.length - 1);
    assert.deepEqual(plainOf(file.finish()), Buffer.concat(pieces));
    assert.deepEqual(readdirSync(folder.path), [], 'what lies on disk has no name');
    file.close();
  });
}

test('several files grow at once without meeting', () => {
  using folder = new Folder();
  const files = [1, 2, 3].map((number) => ({
    open: new OpenFile(join(folder.path, `spill.${number}`)),
    pieces: Array.from({ length: 12 }, () => randomBytes(number * 150_000)),
  }));
  for (let round = 0; round < 12; round++) {
    for (const { open, pieces } of files) open.add(pieces[round] ?? Buffer.alloc(0), round === 11);
  }
  for (const { open, pieces } of files) {
    assert.deepEqual(plainOf(open.finish()), Buffer.concat(pieces));
    open.close();
  }
});

test('a file that is given up leaves nothing', () => {
  using folder = new Folder();
  const file = new OpenFile(join(folder.path, 'spill'));
  file.add(randomBytes(2_000_000), false);
  file.close();
  file.close();
  assert.deepEqual(readdirSync(folder.path), []);
});
