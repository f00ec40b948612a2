import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import {
  areHashes,
  hashedName,
  type Lone,
  mayBeHashed,
  renamedPairs,
} from '../../src/changes/hashed-name.ts';

/** Whether two names are those of one object with two hashes. */
function isRenamed(before: string, after: string): boolean {
  const [own, other] = [hashedName(before), hashedName(after)];
  return own !== null && other !== null && own.stem === other.stem && areHashes(own.hash, other.hash);
}

const sum = (algorithm: string, text: string) => createHash(algorithm).update(text).digest('hex');

test('knows the hashes that tools put behind names', () => {
  // kustomize, kubectl --append-hash.
  assert.ok(isRenamed('conf-d-7g4t7m57mg', 'conf-d-dc5dg9m84f'));
  // pod-template-hash and what operators make alike: a number, so that lengths differ.
  assert.ok(isRenamed('proxy-6b7d4c5f9c', 'proxy-8d95bf7c4'));
  // Helm charts and others: beginnings of sums, or whole ones.
  for (const length of [7, 8, 10, 12, 40])
    assert.ok(
      isRenamed(`db-${sum('sha256', 'a').slice(0, length)}`, `db-${sum('sha256', 'b').slice(0, length)}`),
    );
  for (const algorithm of ['md5', 'sha1', 'sha256'])
    assert.ok(isRenamed(`db.${sum(algorithm, 'a')}`, `db.${sum(algorithm, 'b')}`));
  // A hash may have digits alone by chance.
  assert.ok(isRenamed('db-01234567', 'db-ca978112'));
});

test('takes no words, numbers, dates, versions or random names for hashes', () => {
  for (const [before, after] of [
    ['app-staging', 'app-production'],
    ['app-deadbeef', 'app-cafebabe'],
    ['backup-20261126', 'backup-20261127'],
    ['report-1764201600', 'report-1764288000'],
    ['feed-feed0001', 'feed-feed0002'],
    ['web-0', 'web-1'],
    ['web-v1.10.2', 'web-v1.10.3'],
    // generateName: five random characters.
    ['migrate-x7k2p', 'migrate-q8w2z'],
    // Of another length, or of another form.
    ['db-1a2b3c4d', 'db-1a2b3c4d5e'],
    ['db-2b4c6dh8k9', 'db-0a1b2c3d4e'],
    // Another stem.
    ['app-config-2b4c6dh8k9', 'app-secret-7h8k9f2m4t'],
    // Nothing but a hash.
    ['2b4c6dh8k9', '7h8k9f2m4t'],
    ['-2b4c6dh8k9', '-7h8k9f2m4t'],
    ['app-2b4c6dh8k9', 'app-2b4c6dh8k9'],
  ] as const)
    assert.equal(isRenamed(before, after), false, `${before} → ${after}`);
});

test('what is another thing under another name is never the same', () => {
  for (const type of [
    'nodes',
    'persistentvolumeclaims',
    'machines.cluster.x-k8s.io',
    'volumesnapshots.snapshot.storage.k8s.io',
    'replicasets.apps',
  ])
    assert.equal(mayBeHashed(type), false, type);
  for (const type of ['configmaps', 'secrets', 'jobs.batch', 'widgets.example.com'])
    assert.ok(mayBeHashed(type), type);
});

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
