import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import {
  Decrypter,
  generateHybridIdentity,
  generateX25519Identity,
  identityToRecipient,
} from 'age-encryption';
import fc from 'fast-check';
import { Malformed } from '../../src/archive/format/damage.ts';
import { payloadKey, sealChunk } from '../../src/seal/payload.ts';
import { sealed } from '../../src/seal/sealed-file.ts';
import { SealedSource } from '../../src/seal/sealed-source.ts';
import { temporaryFolder } from '../archive/sample.ts';
import { age, openedByAge } from '../stores/age.ts';
import { BufferSource } from './buffer-source.ts';

const CHUNK = 64 * 1024;
const identity = await generateX25519Identity();
const recipient = await identityToRecipient(identity);

async function seal(plain: Buffer, recipients: readonly string[] = [recipient]): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of sealed(inPieces(plain), recipients)) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** In pieces of odd lengths, as a stream comes. */
async function* inPieces(plain: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0, length = 1; at < plain.length; at += length, length = (length * 7) % 100_003)
    yield plain.subarray(at, at + length);
}

async function open(bytes: Buffer, identities: readonly string[] = [identity]): Promise<SealedSource> {
  const source = await SealedSource.open(new BufferSource(bytes), identities);
  assert.ok(source !== null, 'none of the identities opens it');
  return source;
}

async function contentOf(source: SealedSource): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of source.pieces(0, source.size)) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

suite('what was sealed comes back, whatever its size', () => {
  for (const size of [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 4 * CHUNK, 5 * CHUNK + 7])
    test(`${size} bytes`, async () => {
      const plain = randomBytes(size);
      const source = await open(await seal(plain));
      assert.equal(source.size, size);
      assert.ok((await contentOf(source)).equals(plain));
    });
});

test('any part can be read by itself', async () => {
  const plain = randomBytes(9 * CHUNK + 1234);
  const bytes = await seal(plain);
  const part = fc
    .tuple(fc.nat(plain.length), fc.nat(plain.length))
    .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
  await fc.assert(
    fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 5 }), async (parts) => {
      const source = await open(bytes);
      for (const [start, end] of parts) {
        assert.ok((await source.bytes(start, end - start)).equals(plain.subarray(start, end)));
        const pieces: Buffer[] = [];
        for await (const piece of source.pieces(start, end)) pieces.push(piece);
        assert.ok(Buffer.concat(pieces).equals(plain.subarray(start, end)));
      }
    }),
    { numRuns: 50 },
  );
});

test('of a large archive a small part is read', async () => {
  const bytes = new BufferSource(await seal(randomBytes(200 * CHUNK)));
  const source = await SealedSource.open(bytes, [identity]);
  bytes.read = 0;
  await source?.bytes(100 * CHUNK + 5, 100);
  assert.ok(bytes.read <= 4 * (CHUNK + 16), String(bytes.read));
});

test('age opens what we seal, and we open what age seals', async (t) => {
  const folder = temporaryFolder(t);
  const [key, ours, theirs] = ['key.txt', 'ours.age', 'theirs.age'].map((name) => join(folder, name));
  const plain = randomBytes(3 * CHUNK + 99);
  writeFileSync(key ?? '', `# a key\n${identity}\n`, { mode: 0o600 });
  writeFileSync(ours ?? '', await seal(plain));
  assert.ok(openedByAge(key ?? '', ours ?? '').equals(plain));
  age(['--recipient', recipient, '--output', theirs ?? ''], plain);
  assert.ok((await contentOf(await open(readFileSync(theirs ?? '')))).equals(plain));
});

test('each of several recipients opens it, a post-quantum one too, and nobody else', async () => {
  const [other, hybrid, stranger] = [
    await generateX25519Identity(),
    await generateHybridIdentity(),
    await generateX25519Identity(),
  ];
  const plain = Buffer.from('a secret');
  const many = Array.from({ length: 20 }, () => identityToRecipient(hybrid));
  for (const recipients of [
    [recipient, await identityToRecipient(other)],
    [await identityToRecipient(hybrid)],
    await Promise.all(many),
  ]) {
    const bytes = await seal(plain, recipients);
    assert.equal(await SealedSource.open(new BufferSource(bytes), [stranger]), null);
    assert.equal(await SealedSource.open(new BufferSource(bytes), []), null);
    const key = recipients.length === 2 ? other : hybrid;
    assert.ok((await contentOf(await open(bytes, [stranger, key]))).equals(plain));
  }
});

suite('what was changed is refused', () => {
  const plain = randomBytes(9 * CHUNK + 50);
  const firstChunk = (bytes: Buffer) => bytes.length - (plain.length + 10 * 16);

  test('an archive that was cut off, wherever', async () => {
    const bytes = await seal(plain);
    const payload = firstChunk(bytes);
    for (const length of [
      payload + 9 * (CHUNK + 16),
      payload + 3 * (CHUNK + 16),
      payload + 3 * (CHUNK + 16) + 16,
      payload + 3 * (CHUNK + 16) + 15,
      payload + CHUNK + 16,
      payload + 20,
      payload + 3,
      payload - 8,
      30,
      5,
      0,
    ])
      await assert.rejects(open(bytes.subarray(0, length)), Malformed, String(length));
    await assert.rejects(open(Buffer.concat([bytes, Buffer.alloc(20)])), Malformed);
  });

  test('a bit of a chunk, when that chunk is read', async () => {
    const bytes = await seal(plain);
    const at = firstChunk(bytes) + 2 * (CHUNK + 16) - 100;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    const source = await open(bytes);
    await assert.rejects(contentOf(source), {
      message: /^chunk 1 of the sealed archive was changed, or the archive was cut off$/,
    });
  });

  test('an empty last chunk after others, which age refuses too', async () => {
    const whole = await seal(randomBytes(CHUNK));
    const header = whole.subarray(0, whole.indexOf('\n', whole.indexOf('\n--- ') + 1) + 1);
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    const nonce = randomBytes(16);
    const key = payloadKey(await decrypter.decryptHeader(header), nonce);
    const chunks = [sealChunk(key, 0, false, randomBytes(CHUNK)), sealChunk(key, 1, true, Buffer.alloc(0))];
    await assert.rejects(open(Buffer.concat([header, nonce, ...chunks.flat()])), Malformed);
  });

  test('chunks in another order', async () => {
    const bytes = await seal(plain);
    const first = firstChunk(bytes);
    const chunk = (index: number) =>
      bytes.subarray(first + index * (CHUNK + 16), first + (index + 1) * (CHUNK + 16));
    const swapped = Buffer.concat([
      bytes.subarray(0, first),
      chunk(1),
      chunk(0),
      bytes.subarray(first + 2 * (CHUNK + 16)),
    ]);
    await assert.rejects(contentOf(await open(swapped)), Malformed);
  });

  test('the header', async () => {
    const bytes = await seal(plain);
    const changed = Buffer.from(bytes);
    const mac = changed.indexOf('\n--- ') + 6;
    changed[mac] = changed[mac] === 0x41 ? 0x42 : 0x41;
    await assert.rejects(open(changed), { message: 'the header of the sealed archive was changed' });
    const endless = Buffer.concat([
      Buffer.from('age-encryption.org/v1\n'),
      Buffer.alloc(1024 * 1024, '-> X a\nAAAA\n'),
    ]);
    await assert.rejects(open(endless), { message: 'the header of the sealed archive has no end' });
    await assert.rejects(open(Buffer.from('PK\x03\x04 no age file')), {
      message: 'it is not a sealed archive: it does not begin as an age file does',
    });
  });

  test('a header with so many recipients that trying them would take long', async () => {
    const [stanza = ''] = /-> X25519 [^-]*/.exec((await seal(plain)).toString('latin1')) ?? [];
    const header = `age-encryption.org/v1\n${stanza.repeat(65)}--- ${'A'.repeat(43)}\n`;
    await assert.rejects(open(Buffer.from(header + 'x'.repeat(99))), {
      message: 'the header of the sealed archive has more than 64 recipients',
    });
  });

  test('what a header has is not repeated, since anybody can have written it', async () => {
    const control = String.fromCharCode(27);
    for (const line of [
      `-> X25519 ${control}[2J`,
      `-> X25519 a b\nAA${control}A`,
      `-> ${control} b\nAAAA`,
      '--- !',
    ])
      await assert.rejects(open(Buffer.from(`age-encryption.org/v1\n${line}\n--- AAAA\n${'x'.repeat(99)}`)), {
        message: /^the header of the sealed archive is not valid$|^none of the identities opens it$/,
      });
  });
});
