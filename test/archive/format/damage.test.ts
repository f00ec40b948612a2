import assert from 'node:assert/strict';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { asMalformed, Damage, explain, Malformed, Unreadable } from '../../../src/archive/format/damage.ts';
import { ArchiveReader } from '../../../src/archive/reading/reader.ts';
import { Failure } from '../../../src/words/failure.ts';
import { sampleEntries, temporaryFolder } from '../sample.ts';
import { makeZip } from '../zip-maker.ts';

const system = (code: string) => Object.assign(new Error(`${code}: read`), { code, syscall: 'read' });
const coded = (code: string, message = 'broken') => Object.assign(new Error(message), { code });

/** Whatever prevents reading, by the operating system, a network or memory. */
const NOT_READ: readonly unknown[] = [
  ...['EIO', 'ESTALE', 'ENOMEM', 'EMFILE', 'ENFILE', 'ENXIO', 'ETIMEDOUT', 'EREMOTEIO'].map(system),
  ...['ECONNRESET', 'EPIPE', 'CERT_HAS_EXPIRED', 'ERR_TLS_CERT_ALTNAME_INVALID', 'UND_ERR_SOCKET'].map(
    (code) => coded(code),
  ),
  ...['DEPTH_ZERO_SELF_SIGNED_CERT', 'ERR_SSL_WRONG_VERSION_NUMBER', 'Z_MEM_ERROR'].map((code) =>
    coded(code),
  ),
  coded('ERR_MEMORY_ALLOCATION_FAILED'),
  new TypeError('fetch failed', { cause: coded('ECONNREFUSED', 'connect ECONNREFUSED') }),
  Object.assign(new Error('503 Slow Down'), { name: 'SlowDown', $metadata: { httpStatusCode: 503 } }),
  new Error('HTTP 503'),
  new DOMException('The operation was aborted', 'AbortError'),
  new RangeError('Array buffer allocation failed'),
  'a text that was thrown',
  undefined,
];

test('what could not be read is unreadable, whatever prevented it', () => {
  for (const error of NOT_READ) {
    const told = explain('/b/a.zip', 'entry x at offset 5', error);
    assert.ok(told instanceof Unreadable, `${error} is told as ${told.message}`);
    assert.match(told.message, /^cannot read \/b\/a\.zip: \S/);
  }
});

test('the reason names code and cause', () => {
  const told = explain(
    'a.zip',
    '',
    NOT_READ.find((error) => error instanceof TypeError),
  );
  assert.equal(told.message, 'cannot read a.zip: fetch failed: connect ECONNREFUSED (ECONNREFUSED)');
});

test('bytes that were read and are wrong are damage', () => {
  assert.ok(explain('a.zip', '', new Malformed('no zip')) instanceof Damage);
  for (const broken of ['ffff', '']) {
    const unpack = () => inflateRawSync(Buffer.from(broken, 'hex'));
    assert.throws(unpack, (error) => explain('a.zip', '', asMalformed(error)) instanceof Damage);
  }
  const tooMuch = () => inflateRawSync(deflateRawSync('long'), { maxOutputLength: 1 });
  assert.throws(tooMuch, (error) =>
    /longer than the size in the zip directory/.test(explain('a.zip', '', asMalformed(error)).message),
  );
  assert.throws(
    () => Buffer.alloc(4).readUInt32LE(9),
    (error) => asMalformed(error) instanceof Malformed,
  );
});

test('taking a zip apart makes no damage of what is none', () => {
  const failure = new Failure('something else');
  assert.equal(asMalformed(failure), failure);
  for (const error of NOT_READ) assert.equal(asMalformed(error), error);
});

test('a file that becomes shorter while it is read is unreadable, not damaged', async (t) => {
  const path = join(temporaryFolder(t), 'a.zip');
  const padding = { name: 'web/big.json', content: Buffer.alloc(600_000, 7), stored: true };
  writeFileSync(path, makeZip([padding, ...sampleEntries()]));
  const archive = await ArchiveReader.open(path, null);
  t.after(() => archive.close());
  const [entry] = await archive.entries();
  assert.ok(entry);
  truncateSync(path, 300_000);
  await assert.rejects(archive.read(entry, 1e9), (error) => {
    assert.ok(error instanceof Unreadable, String(error));
    assert.match(error.message, /it was shortened while it was read/);
    return true;
  });
});
