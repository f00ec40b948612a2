import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Damage } from '../../src/archive/format/damage.ts';
import { ArchiveReader } from '../../src/archive/reading/reader.ts';
import { diff } from '../../src/commands/diff.ts';
import { extract } from '../../src/commands/extract.ts';
import { history } from '../../src/commands/history.ts';
import { restore } from '../../src/commands/restore.ts';
import { show } from '../../src/commands/show.ts';
import { surveyArchive } from '../../src/restore/survey.ts';
import type { Selection } from '../../src/restore-rules/selection/selection.ts';
import { listJson, sampleEntries, sampleFiles, sampleManifest, temporaryFolder } from '../archive/sample.ts';
import { makeZip } from '../archive/zip-maker.ts';
import { object } from '../comparison/archives.ts';
import { contextOf } from './context.ts';

// Whoever changes a file of an archive and leaves SHA256SUMS as it is, or the other way round, is found out by
// whatever reads that file, not by `verify` alone.

type Entries = ReturnType<typeof sampleEntries>;

const MAP = 'shop/configmaps.json';
const FORGED = listJson([object('ConfigMap', 'config', { data: { forged: 'yes' } })]);

function files(data = 'a'): Map<string, string> {
  const maps = listJson([object('ConfigMap', 'config', { data: { is: data } })]);
  return sampleFiles().set(MAP, maps).set('shop/_status/configmaps.json', maps);
}

const replaced = (name: string) => (entries: Entries) =>
  entries.map((entry) => (entry.name === name ? { name, content: FORGED } : entry));

interface Tampering {
  readonly with: (entries: Entries) => Entries;
  readonly reason: RegExp;
}

const TAMPERED: Readonly<Record<string, Tampering>> = {
  'a file with another content': {
    with: replaced(MAP),
    reason: /shop\/configmaps\.json has another SHA-256 than SHA256SUMS says/,
  },
  'a file that SHA256SUMS does not name': {
    with: (entries) => [{ name: 'shop/pods.json', content: FORGED }, ...entries],
    reason: /shop\/pods\.json is not in SHA256SUMS/,
  },
  'a file that SHA256SUMS names and that is gone': {
    with: (entries) => entries.filter(({ name }) => name !== 'web/secrets.json'),
    reason: /web\/secrets\.json is in SHA256SUMS, but not in the archive/,
  },
  'another manifest': {
    with: (entries) =>
      entries.map((entry) =>
        entry.name === 'manifest.json'
          ? { ...entry, content: JSON.stringify({ ...sampleManifest(), complete: false }) }
          : entry,
      ),
    reason: /manifest\.json has another SHA-256 than SHA256SUMS says/,
  },
  'no SHA256SUMS': {
    with: (entries) => entries.filter(({ name }) => name !== 'SHA256SUMS'),
    reason: /it has no SHA256SUMS/,
  },
};

function written(t: TestContext, entries: Entries, file = 'openshift-backup202609110015.zip'): string {
  const path = join(temporaryFolder(t), file);
  writeFileSync(path, makeZip(entries));
  return path;
}

async function survey(path: string) {
  const archive = await ArchiveReader.open(path);
  try {
    const selection: Selection = {
      projects: ['shop'],
      excludeProjects: [],
      resources: [],
      excludeResources: [],
      selectors: [],
      storageClasses: new Map(),
      objects: [],
      clusterResources: 'auto',
      preference: null,
      rebindStorageClasses: [],
    };
    return await surveyArchive(archive, selection, new AbortController().signal);
  } finally {
    archive.close();
  }
}

const isDamage = (reason: RegExp) => (error: unknown) => {
  assert.ok(error instanceof Damage, String(error));
  assert.match(error.reason, reason);
  return true;
};

for (const [what, { with: tamper, reason }] of Object.entries(TAMPERED)) {
  test(`${what}: extract writes nothing`, async (t) => {
    const [path, to] = [written(t, tamper(sampleEntries(files()))), temporaryFolder(t)];
    const { context } = contextOf(['extract', path, 'shop', '--to', to]);
    await assert.rejects(extract(context), isDamage(reason));
    const zip = contextOf(['extract', path, 'shop', '--to', join(to, 'shop.zip')]).context;
    await assert.rejects(extract(zip), isDamage(reason));
    const stdout = contextOf(['extract', path, 'shop', '--to', '-']).context;
    const write = () => Promise.reject(new Error('nothing may be written'));
    await assert.rejects(extract({ ...stdout, write }), isDamage(reason));
    assert.deepEqual(readdirSync(to), []);
  });

  test(`${what}: restore ends before it asks the cluster for anything`, async (t) => {
    const path = written(t, tamper(sampleEntries(files())));
    await assert.rejects(survey(path), isDamage(reason));
    const { context } = contextOf(['restore', path, 'shop/configmaps/config', '--apply']);
    await assert.rejects(restore(context), isDamage(reason));
  });

  test(`${what}: show shows it, with a warning`, async (t) => {
    const path = written(t, tamper(sampleEntries(files())));
    for (const words of [['shop/configmaps/config'], ['shop/cm', '--status'], ['shop'], []]) {
      const { context, text } = contextOf(['show', path, ...words]);
      const warnings: string[] = [];
      const log = { ...context.log, warn: (message: string) => warnings.push(message) };
      assert.equal(await show({ ...context, log }), 'done');
      assert.match(warnings.join('\n'), reason, words.join());
      assert.notEqual(text(), '');
    }
  });

  test(`${what}: diff compares nothing`, async (t) => {
    const [good, bad] = [written(t, sampleEntries(files('b'))), written(t, tamper(sampleEntries(files())))];
    for (const words of [
      [good, bad],
      [bad, good],
    ])
      await assert.rejects(diff(contextOf(['diff', ...words]).context), isDamage(reason));
  });
}

test('checksums that call two files equal hide no change', async (t) => {
  const [before, after] = [
    written(t, sampleEntries(files())),
    written(t, replaced(MAP)(sampleEntries(files()))),
  ];
  const { context } = contextOf(['diff', before, after]);
  await assert.rejects(diff(context), isDamage(/shop\/configmaps\.json has another SHA-256/));
});

test('history takes an archive with a false checksum for damaged', async (t) => {
  const volume = temporaryFolder(t);
  const write = (day: string, entries: Entries) =>
    writeFileSync(join(volume, `openshift-backup2026091${day}0015.zip`), makeZip(entries));
  const manifest = (day: string) => ({ ...sampleManifest(), startedAt: `2026-09-1${day}T00:15:00.000Z` });
  write('1', sampleEntries(files(), manifest('1')));
  write('2', replaced(MAP)(sampleEntries(files(), manifest('2'))));
  const { context, text } = contextOf(['history', 'shop/configmaps/config', '--volume', volume]);
  await history(context);
  assert.match(
    text(),
    /openshift-backup202609120015\.zip \(damaged: .*another SHA-256 than SHA256SUMS says\)/,
  );
  assert.ok(!text().includes('forged'));
});

test('a status that is not the one of SHA256SUMS is told like an object', async (t) => {
  const status = 'shop/_status/configmaps.json';
  const more = listJson([
    object('ConfigMap', 'config', { status: { forged: true } }),
    object('ConfigMap', 'x', { status: { forged: true } }),
  ]);
  const entries = sampleEntries(files()).map((entry) =>
    entry.name === status ? { ...entry, content: more } : entry,
  );
  await assert.rejects(
    survey(written(t, entries)),
    isDamage(/shop\/_status\/configmaps\.json has another SHA-256/),
  );
});
