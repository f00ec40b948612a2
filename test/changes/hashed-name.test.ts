import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { areHashes, hashedName, mayBeHashed } from '../../src/changes/hashed-name.ts';

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
