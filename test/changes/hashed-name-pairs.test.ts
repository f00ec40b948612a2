import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Lone, renamedPairs } from '../../src/changes/hashed-name.ts';

const lone = (name: string, data: unknown, kind = 'ConfigMap'): Lone => ({
  name,
  kind,
  bytes: Buffer.from(JSON.stringify({ apiVersion: 'v1', kind, metadata: { name }, data })),
});
const names = (removed: readonly Lone[], added: readonly Lone[]) =>
  renamedPairs(removed, added).map(([before, after]) => `${before.name} ${after.name}`);

const MAIL = { host: 'mail.example.com', port: '25', from: 'shop@example.com', user: 'mailer' };
const CACHE = { url: 'redis://cache:6379', size: '64', policy: 'lru', shards: '3' };

test('one of each is a pair, whatever it holds', () => {
  assert.deepEqual(names([lone('a-1a2b3c4d', MAIL)], [lone('a-5e6f7a8b', CACHE)]), ['a-1a2b3c4d a-5e6f7a8b']);
});

test('another kind is no pair', () => {
  assert.deepEqual(names([lone('a-1a2b3c4d', MAIL)], [lone('a-5e6f7a8b', MAIL, 'Other')]), []);
});

test('of several, those that are clearly most alike are pairs', () => {
  const removed = [lone('a-1a2b3c4d', MAIL), lone('a-2b3c4d5e', CACHE)];
  const added = [lone('a-6f7a8b9c', { ...CACHE, size: '128' }), lone('a-7a8b9c0d', { ...MAIL, port: '465' })];
  assert.deepEqual(names(removed, added), ['a-1a2b3c4d a-7a8b9c0d', 'a-2b3c4d5e a-6f7a8b9c']);
  assert.deepEqual(names(removed, added.slice(0, 1)), ['a-2b3c4d5e a-6f7a8b9c']);
});

test('where several are as much alike, nothing is guessed', () => {
  const added = ['26', '27'].map((port, at) => lone(`a-5e6f7a8${at}`, { ...MAIL, port }));
  assert.deepEqual(names([lone('a-1a2b3c4d', MAIL)], added), []);
  const other = [lone('a-5e6f7a8b', { x: '1' }), lone('a-6f7a8b9c', { y: '2' })];
  assert.deepEqual(names([lone('a-1a2b3c4d', MAIL)], other), []);
});

test('too many, and those too large to be looked at, are not told apart', () => {
  const many = (digit: string) =>
    Array.from({ length: 11 }, (_, at) => lone(`a-${digit}a2b3c${10 + at}`, { [`key${at}`]: String(at) }));
  assert.deepEqual(names(many('1'), many('2')), []);
  const large = lone('a-9a8b7c6d', { list: Array.from({ length: 50_000 }, () => 1) });
  assert.deepEqual(names([large, lone('a-1a2b3c4d', MAIL)], [lone('a-5e6f7a8b', MAIL)]), []);
});
