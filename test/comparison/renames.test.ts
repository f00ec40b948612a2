import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ListedObject, ObjectPair } from '../../src/comparison/join-objects.ts';
import { type RenameLimits, withRenames } from '../../src/comparison/renames.ts';

const item = (name: string, data: unknown = {}): ListedObject => ({
  head: { apiVersion: 'v1', kind: 'ConfigMap', name },
  bytes: Buffer.from(JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data })),
});

/** What `-a`, `+b` and `~c` come to: names of what was removed, added or changed. */
async function joined(
  names: readonly string[],
  isCandidate = (_: string) => true,
  limits?: RenameLimits,
): Promise<string[]> {
  async function* pairs(): AsyncGenerator<ObjectPair> {
    for (const each of names) {
      const own = item(each.slice(1));
      yield { before: each.startsWith('+') ? null : own, after: each.startsWith('-') ? null : own };
    }
  }
  const told: string[] = [];
  const isOne = async ({ before, after }: ObjectPair) => isCandidate((after ?? before)?.head.name ?? '');
  for await (const { before, after } of withRenames(pairs(), isOne, limits)) {
    const [own, other] = [before?.head.name, after?.head.name];
    if (own !== undefined && other !== undefined) told.push(own === other ? `~${own}` : `${own}→${other}`);
    else told.push(own === undefined ? `+${other}` : `-${own}`);
  }
  return told;
}

test('joins what was renamed and keeps the order of the newer names', async () => {
  assert.deepEqual(await joined(['-app-2b4c6dh8k9', '~app-x', '+app-y', '+app-7h8k9f2m4t', '-b', '~c']), [
    '~app-x',
    '+app-y',
    'app-2b4c6dh8k9→app-7h8k9f2m4t',
    '-b',
    '~c',
  ]);
  assert.deepEqual(await joined(['~a', '+app-2b4c6dh8k9', '~app-x', '-app-7h8k9f2m4t']), [
    '~a',
    'app-7h8k9f2m4t→app-2b4c6dh8k9',
    '~app-x',
  ]);
});

test('stems may lie in each other', async () => {
  assert.deepEqual(
    await joined([
      '-app-1a2b3c4d',
      '-app-config-1a2b3c4d',
      '+app-config-9f8e7d6c',
      '+app-config.x',
      '+app-f1e2d3c4',
      '+app-z',
    ]),
    ['app-config-1a2b3c4d→app-config-9f8e7d6c', '+app-config.x', 'app-1a2b3c4d→app-f1e2d3c4', '+app-z'],
  );
});

test('what is no candidate passes, in its place', async () => {
  const names = ['-app-2b4c6dh8k9', '+app-7h8k9f2m4t', '+b'];
  assert.deepEqual(await joined(names, (name) => name !== 'app-2b4c6dh8k9'), names);
  assert.deepEqual(await joined(names, () => false), names);
});

test('beyond the limits all passes as it is, until another stem begins', async () => {
  const many = Array.from({ length: 20 }, (_, at) => `~app-3${String(at).padStart(2, '0')}`);
  const names = ['-app-2b4c6dh8k9', ...many, '+app-7h8k9f2m4t'];
  for (const limits of [
    { pairs: 10, bytes: 1e6 },
    { pairs: 100, bytes: 1000 },
  ])
    assert.deepEqual(await joined([...names, '-b-1a2b3c4d', '+b-5e6f7a8b'], undefined, limits), [
      ...names,
      'b-1a2b3c4d→b-5e6f7a8b',
    ]);
});
