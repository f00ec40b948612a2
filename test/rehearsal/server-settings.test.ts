import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { localArchive } from '../../src/archive/reading/archive-file.ts';
import { archivedServer } from '../../src/rehearsal/server-settings.ts';
import { type Files, object, row, writeArchive } from '../comparison/archives.ts';

const folder = mkdtempSync(join(tmpdir(), 'server-settings-'));
after(() => rmSync(folder, { recursive: true, force: true }));

async function settingsOf(files: Files, types: ReadonlyArray<readonly [name: string, apiVersion: string]>) {
  const resourceTypes = types.map(([name, apiVersion]) => row(name, { apiVersion, objects: 1 }));
  const archive = await localArchive(writeArchive(folder, 'a.zip', files, { resourceTypes })).open();
  try {
    return await archivedServer(archive);
  } finally {
    archive.close();
  }
}

const alpha = async (name: string, apiVersion: string) => (await settingsOf({}, [[name, apiVersion]])).alpha;

test('alpha APIs of Kubernetes itself are enabled', async () => {
  assert.equal(await alpha('resourceclaims.resource.k8s.io', 'resource.k8s.io/v1alpha3'), true);
  assert.equal(
    await alpha('storageversions.internal.apiserver.k8s.io', 'internal.apiserver.k8s.io/v1alpha1'),
    true,
  );
  assert.equal(await alpha('cronjobs.batch', 'batch/v2alpha1'), true);
});

test('neither stable versions nor alpha versions that a definition of the archive serves enable them', async () => {
  assert.equal(await alpha('configmaps', 'v1'), false);
  assert.equal(await alpha('resourceclaims.resource.k8s.io', 'resource.k8s.io/v1beta1'), false);
  assert.equal(
    await alpha('tcproutes.gateway.networking.k8s.io', 'gateway.networking.k8s.io/v1alpha2'),
    false,
  );
  assert.equal(await alpha('things.example.com', 'example.com/v1alpha1'), false);
});

const RANGES = 'servicecidrs.networking.k8s.io';
const ranges = async (...cidrs: readonly unknown[]) => {
  const own = object('ServiceCIDR', 'kubernetes', { apiVersion: 'networking.k8s.io/v1', spec: { cidrs } });
  const files = { [`${RANGES}.json`]: [own] };
  return (await settingsOf(files, [[RANGES, 'networking.k8s.io/v1']])).serviceRanges;
};

test('the ranges of cluster IPs are those of the archive', async () => {
  assert.deepEqual(await ranges('172.30.0.0/16'), ['172.30.0.0/16']);
  assert.deepEqual(await ranges('fd02::/112', '172.30.0.0/16'), ['fd02::/112', '172.30.0.0/16']);
});

const DEFAULT = ['10.96.0.0/16'];
const wrong: ReadonlyArray<[what: string, cidrs: readonly unknown[]]> = [
  ['another flag', ['10.0.0.0/16,--authorization-mode=RBAC']],
  ['no address', ['1:2:3/16']],
  ['an address whose parts are too large', ['999.0.0.0/16']],
  ['a prefix that is too long', ['10.0.0.0/33']],
  ['fewer than eight addresses', ['10.0.0.0/30']],
  ['fewer than eight addresses of IPv6', ['fd00::/126']],
  ['an IPv4 address in the form of IPv6', ['::ffff:10.0.0.0/112']],
  ['the same in hexadecimal digits', ['0:0:0:0:0:FFFF:a00:0/112']],
  ['two ranges of one family', ['10.0.0.0/16', '10.1.0.0/16']],
  [
    'more ranges than a command line takes',
    Array.from({ length: 50_000 }, (_, i) => `fd00:${i % 9999}::/112`),
  ],
  ['a value that is not text', ['10.0.0.0/16', 7]],
  ['nothing', []],
];
for (const [what, cidrs] of wrong)
  test(`ranges that no API server has stored are not passed to one: ${what}`, async () => {
    assert.deepEqual(await ranges(...cidrs), DEFAULT);
  });
