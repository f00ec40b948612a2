import assert from 'node:assert/strict';
import { test } from 'node:test';
import { comparisonScope } from '../../src/commands/comparison-scope.ts';
import { readChangeLog } from '../../src/comparison/change-log.ts';
import { readManifests } from '../../src/volume/catalogue.ts';
import { DirectoryStore } from '../../src/volume/directory-store.ts';
import { contextOf } from '../commands/context.ts';
import { config, volumeOf } from '../commands/log-nights.ts';

const NAMING = { name: 'openshift-backup', stamp: 'yyyyMMddHHmm', zone: 'UTC' };
const LIMITS = { entries: 3, bytes: 1024 * 1024 };

test('changes that are too many are not kept until the last has been found', async (t) => {
  const names = Array.from({ length: 10 }, (_, at) => `settings-${at}`);
  const night = (value: string) => ({
    'shop/configmaps.json': names.map((name) => config(name, { a: value + name })),
  });
  const volume = volumeOf(t, [night('1'), night('2')]);
  const rows = await readManifests(new DirectoryStore(volume, {}), NAMING);
  const manifests = rows.flatMap(({ reading }) => (reading.kind === 'manifest' ? [reading.manifest] : []));
  const { context } = contextOf(['log', '--volume', volume]);
  const scope = {
    ...comparisonScope(context.config, [], manifests, ''),
    from: null,
    to: null,
    groups: false,
  };
  const interrupted = new AbortController();
  const seen: string[] = [];
  const walk = async () => {
    for await (const entry of readChangeLog(rows, scope, interrupted.signal, LIMITS).entries) {
      seen.push(entry === 'limit' ? entry : entry.object.name);
      // Objects that have not been compared yet are not compared any more.
      interrupted.abort(new Error('enough'));
    }
  };
  await assert.rejects(walk, /enough/);
  assert.equal(seen[0], 'limit');
  assert.deepEqual(
    seen.filter((name) => name !== 'limit'),
    ['settings-0', 'settings-1', 'settings-2'],
  );
});
