import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { verify } from '../../src/commands/verify.ts';
import { incompleteManifest, sampleEntries, temporaryFolder, writeSample } from '../archive/sample.ts';
import { makeZip } from '../archive/zip-maker.ts';
import { contextOf } from './context.ts';

const CONTENT_BYTES = sampleEntries().reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);

test('verifies all archives on the volume, and ends as the worst of them', async (t) => {
  const volume = temporaryFolder(t);
  const run = async () => {
    const { context, text } = contextOf(['verify', '--volume', volume]);
    return { ending: await verify(context), lines: text().trimEnd().split('\n') };
  };
  const good = writeSample(volume, 'openshift-backup202609090015.zip');
  assert.deepEqual(await run(), { ending: 'done', lines: [`${good}: good (7 files, 4.1 KiB)`] });

  const incomplete = writeSample(volume, 'openshift-backup202609100015.zip', incompleteManifest());
  const second = await run();
  assert.equal(second.ending, 'incomplete');
  assert.ok(second.lines[0]?.startsWith(`${incomplete}: incomplete (7 files, `));
  assert.equal(second.lines[1], '  routes.route.openshift.io failed: GET /apis/route: 503');

  writeFileSync(join(volume, 'openshift-backup202609080015.zip'), 'damaged');
  const third = await run();
  assert.equal(third.ending, 'failed');
  assert.match(third.lines.at(-1) ?? '', /^ {2}End of central directory/);
});

test('verifies those that are named', async (t) => {
  const volume = temporaryFolder(t);
  writeSample(volume, 'openshift-backup202609090015.zip');
  writeFileSync(join(volume, 'openshift-backup202609080015.zip'), 'damaged');
  const { context, text } = contextOf(['verify', 'latest', '20260909', '--volume', volume, '-o', 'json']);
  assert.equal(await verify(context), 'done');
  const archive = join(volume, 'openshift-backup202609090015.zip');
  const row = { archive, verdict: 'good', problems: [], files: 7, contentBytes: CONTENT_BYTES };
  assert.deepEqual(JSON.parse(text()), [row, row]);
});

/** Ending and text of `verify --max-age 25h` some hours after the stamp of the sample. */
async function probed(volume: string, hours: number, ...words: string[]) {
  const now = new Date(Date.parse('2026-09-11T00:15:00Z') + hours * 3_600_000);
  const { context, text } = contextOf(['verify', '--max-age', '25h', '--volume', volume, ...words], { now });
  return { ending: await verify(context), text: text() };
}

test('--max-age is a probe: it asks for a complete archive that is young enough', async (t) => {
  const volume = temporaryFolder(t);
  assert.deepEqual(await probed(volume, 0), {
    ending: 'failed',
    text: 'stale: there is no complete archive (limit: 25h)\n',
  });
  const file = 'openshift-backup202609110015.zip';
  writeSample(volume, file);
  assert.deepEqual(await probed(volume, 9), {
    ending: 'done',
    text: `fresh: the newest complete archive, ${file}, was made 9 hours ago (limit: 25h)\n`,
  });
  const stale = await probed(volume, 26);
  assert.equal(stale.ending, 'failed');
  assert.match(stale.text, /^stale: the newest complete archive, .*, was made 1 day ago \(limit: 25h\)\n$/);
});

test('an incomplete archive of last night ends as it does when it is verified', async (t) => {
  const volume = temporaryFolder(t);
  writeSample(volume, 'openshift-backup202609110015.zip', incompleteManifest());
  const { ending, text } = await probed(volume, 1);
  assert.equal(ending, 'incomplete');
  assert.match(text, /0015\.zip, made 1 hour ago, is incomplete: routes\.route\.openshift\.io failed\n$/);
});

test('a probe does not read what is not named', async (t) => {
  const volume = temporaryFolder(t);
  const damaged = sampleEntries().map((entry) =>
    entry.name === 'web/secrets.json' ? { ...entry, crc: 1 } : entry,
  );
  writeFileSync(join(volume, 'openshift-backup202609110015.zip'), makeZip(damaged));
  assert.equal((await probed(volume, 1)).ending, 'done');
  const named = await probed(volume, 1, 'latest');
  assert.equal(named.ending, 'failed');
  assert.match(named.text, /0015\.zip: damaged .*\n(.*\n)*fresh: /);
});

test('the probe as JSON', async (t) => {
  const volume = temporaryFolder(t);
  const archive = 'openshift-backup202609110015.zip';
  writeSample(volume, archive);
  assert.deepEqual(JSON.parse((await probed(volume, 26, 'latest', '-o', 'json')).text), {
    archives: [
      {
        archive: join(volume, archive),
        verdict: 'good',
        problems: [],
        files: 7,
        contentBytes: CONTENT_BYTES,
      },
    ],
    freshness: {
      state: 'stale',
      maxAge: '25h',
      archive,
      time: '2026-09-11T00:15:00.000Z',
      ageSeconds: 26 * 3600,
      attempts: [],
    },
  });
});

test('nothing to verify is a failure', async (t) => {
  const { context } = contextOf(['verify', '--volume', temporaryFolder(t)]);
  await assert.rejects(verify(context), { name: 'Failure', message: /^nothing to verify/ });
});

test('stops between two archives when it is told to', async (t) => {
  const volume = temporaryFolder(t);
  writeSample(volume, 'openshift-backup202609090015.zip');
  const { context } = contextOf(['verify', '--volume', volume]);
  await assert.rejects(verify({ ...context, signal: AbortSignal.abort('SIGTERM') }));
});
