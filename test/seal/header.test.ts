import assert from 'node:assert/strict';
import { test } from 'node:test';
import { factsIn, fileKeyOf, headerOf, newHeader } from '../../src/seal/header.ts';
import { temporaryFolder } from '../archive/sample.ts';
import { identityFile } from './sealed-archive.ts';

const FACTS = { time: '2026-09-20T00:15:00.000Z', complete: 'true', server: 'https://api.example.com:6443' };

/** A header with a stanza whose body is a text. */
function headerWith(type: string, body: string): Buffer {
  const lines = Buffer.from(body)
    .toString('base64')
    .replaceAll('=', '')
    .match(/.{1,64}/g) ?? [''];
  const end = lines.at(-1)?.length === 64 ? '\n\n' : '\n';
  return Buffer.from(`age-encryption.org/v1\n-> ${type}\n${lines.join('\n')}${end}--- mac\n`);
}

test('facts can be read without an identity, whatever their length', async (t) => {
  const { recipient } = await identityFile(temporaryFolder(t));
  for (let length = 0; length < 100; length += 1) {
    const facts = { ...FACTS, more: 'ü'.repeat(length) };
    const { header } = await newHeader([recipient], facts);
    assert.deepEqual(factsIn(headerOf(header)), facts);
  }
});

test('facts are authenticated for whoever has an identity', async (t) => {
  const { recipient, identity } = await identityFile(temporaryFolder(t));
  const { header, fileKey } = await newHeader([recipient], FACTS);
  assert.deepEqual(await fileKeyOf(header, [identity]), fileKey);
  const changed = Buffer.from(header);
  const at = changed.indexOf('-> openshift-backup/facts\n') + 40;
  changed[at] = changed[at] === 65 ? 66 : 65;
  await assert.rejects(fileKeyOf(changed, [identity]), /was changed/);
});

test('a header without facts, or with others, has none', async (t) => {
  const { recipient } = await identityFile(temporaryFolder(t));
  assert.deepEqual(factsIn((await newHeader([recipient], {})).header), {});
  for (const body of ['', 'no JSON', '[]', 'null', '"text"', '{"complete":true}'])
    assert.deepEqual(factsIn(headerWith('openshift-backup/facts', body)), {}, body);
  assert.deepEqual(factsIn(headerWith('other/facts', JSON.stringify(FACTS))), {});
  assert.deepEqual(factsIn(headerWith('openshift-backup/facts', JSON.stringify(FACTS))), FACTS);
});
