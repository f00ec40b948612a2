import assert from 'node:assert/strict';
import { readdirSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type CopyJob, copyTo } from '../../src/copies/copier.ts';
import { DirectoryWriter } from '../../src/copies/directory-writer.ts';
import type { PlaceWriter } from '../../src/copies/place-writer.ts';
import type { ArchiveStore } from '../../src/volume/archive-store.ts';
import { readManifests } from '../../src/volume/catalogue.ts';
import { DirectoryStore } from '../../src/volume/directory-store.ts';
import { rehearsalName } from '../../src/volume/names.ts';
import type { RetentionPolicy } from '../../src/volume/retention.ts';
import { Failure } from '../../src/words/failure.ts';
import { temporaryFolder, writeSample } from '../archive/sample.ts';

const NAMING = { name: 'openshift-backup', stamp: 'yyyyMMddHHmm', zone: 'UTC' };
const WEEK: RetentionPolicy = { days: 7, min: 1, rules: null, zone: 'UTC' };
const named = (day: string) => `openshift-backup202609${day}0015.zip`;

interface Changes {
  readonly store?: (real: ArchiveStore) => Partial<ArchiveStore>;
  readonly writer?: (real: PlaceWriter) => Partial<PlaceWriter>;
  readonly deadline?: AbortSignal;
}

/** A job whose volume has the archives of some days, and whose place is a directory that behaves as the test wants. */
async function jobOf(test: TestContext, days: readonly string[], changes: Changes = {}) {
  const [volume, place] = [temporaryFolder(test), temporaryFolder(test)];
  for (const day of days) writeSample(volume, named(day));
  const store = new DirectoryStore(place, {});
  const writer = new DirectoryWriter(place, changes.deadline ?? new AbortController().signal);
  const job: CopyJob = {
    directory: volume,
    catalogue: await readManifests(new DirectoryStore(volume, {}), NAMING),
    naming: NAMING,
    place: { store: changed(store, changes.store), writer: changed(writer, changes.writer) },
    recipients: [],
    policy: WEEK,
    named: null,
    now: () => new Date('2026-09-20T12:00:00Z'),
    deadline: changes.deadline ?? new AbortController().signal,
  };
  return { job, volume, place };
}

function changed<T extends object>(real: T, change: ((real: T) => Partial<T>) | undefined): T {
  const changes: Partial<T> = change?.(real) ?? {};
  return new Proxy(real, {
    get: (target, key) => {
      const value: unknown = Reflect.get(key in changes ? changes : target, key);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

test('a failure does not stop the others; two in a row do, and old copies are not removed', async (t) => {
  const failing = (files: readonly string[]) => (real: PlaceWriter) => ({
    store: async (upload: Parameters<PlaceWriter['store']>[0]) => {
      if (files.includes(upload.name)) throw new Failure('503 SlowDown', 'wait');
      return await real.store(upload);
    },
  });
  const one = await jobOf(t, ['17', '18', '19', '20'], { writer: failing([named('20')]) });
  writeSample(one.place, named('01'));
  const report = await copyTo(one.job, true);
  assert.deepEqual(report.failed, [{ file: named('20'), reason: '503 SlowDown', hint: 'wait' }]);
  assert.deepEqual(
    report.copied.map(({ file }) => file),
    [named('17'), named('18'), named('19')],
  );
  assert.equal(report.unrotated, 'not all archives were copied');
  assert(readdirSync(one.place).includes(named('01')));

  const all = await jobOf(t, ['17', '18', '19', '20'], { writer: failing([named('20'), named('17')]) });
  const stopped = await copyTo(all.job, true);
  assert.deepEqual(stopped.late, [named('18'), named('19')]);
  assert.deepEqual(readdirSync(all.place), []);
});

test('an archive that rotation removed meanwhile is a failure with a sentence', async (t) => {
  const { job, volume } = await jobOf(t, ['19', '20']);
  unlinkSync(join(volume, named('20')));
  const { failed, copied } = await copyTo(job, true);
  assert.equal(failed[0]?.reason.includes('(ENOENT)'), true, failed[0]?.reason);
  assert.deepEqual(
    copied.map(({ file }) => file),
    [named('19')],
  );
});

test('when the time is over, the rest is left for the next run', async (t) => {
  const time = new AbortController();
  const { job } = await jobOf(t, ['18', '19', '20'], {
    deadline: time.signal,
    writer: (real) => ({
      store: async (upload) => {
        if (upload.name === named('18')) {
          time.abort();
          throw new Error('aborted');
        }
        return await real.store(upload);
      },
    }),
  });
  const { late, failed, copied } = await copyTo(job, true);
  assert.deepEqual(
    [late, failed, copied.map(({ file }) => file)],
    [[named('18'), named('19')], [], [named('20')]],
  );
});

test('a copy to a directory ends when its time is over, and leaves nothing', async (t) => {
  const [volume, place] = [temporaryFolder(t), temporaryFolder(t)];
  writeSample(volume, named('20'));
  const time = new AbortController();
  const writer = new DirectoryWriter(place, time.signal);
  const ended = writer.store({ name: named('20'), path: join(volume, named('20')), bytes: 1, facts: {} });
  time.abort(new Error('the time is over'));
  await assert.rejects(ended, /the time is over/);
  assert.deepEqual(readdirSync(place), []);
  await assert.rejects(writer.remove(named('20')), /the time is over/);
});

test('nothing is removed by a listing that lacks a copy', async (t) => {
  let listings = 0;
  const { job, place } = await jobOf(t, ['20'], {
    store: (real) => ({
      list: async (naming) => {
        listings += 1;
        const all = await real.list(naming);
        return listings === 1 ? all : all.filter(({ file }) => file !== named('20'));
      },
    }),
  });
  writeSample(place, named('01'));
  const { rotation, unrotated } = await copyTo(job, true);
  assert.equal(rotation, null);
  assert.equal(unrotated, `the listing of the place lacks ${named('20')}`);
  assert.deepEqual(readdirSync(place).sort(), [named('01'), named('20')]);
});

test('a listing that breaks off is an error, and nothing is copied', async (t) => {
  const { job, place } = await jobOf(t, ['20'], {
    store: () => ({
      list: async () => {
        throw new Failure('the listing broke off');
      },
    }),
  });
  await assert.rejects(copyTo(job, true), /the listing broke off/);
  assert.deepEqual(readdirSync(place), []);
});

test('a copy that is locked is kept, and so is one whose versions stay', async (t) => {
  const { job, place } = await jobOf(t, ['20'], {
    writer: () => ({
      remove: async (name) =>
        name === named('01') ? { kind: 'refused', reason: 'it is locked until 2027' } : { kind: 'hidden' },
    }),
  });
  for (const day of ['01', '02']) writeSample(place, named(day));
  const { rotation } = await copyTo(job, true);
  assert.deepEqual(rotation?.refused, [{ file: named('01'), reason: 'it is locked until 2027' }]);
  assert.deepEqual(rotation?.hidden, [named('02')]);
});

test('the result of a rehearsal is removed together with the copy that it is about', async (t) => {
  const { job, place } = await jobOf(t, ['20']);
  const [old, other] = ['01', '20'].map((day) => rehearsalName(named(day)));
  assert.ok(old !== undefined && other !== undefined);
  writeSample(place, named('01'));
  for (const file of [old, other]) writeFileSync(join(place, file), '{}');
  await copyTo(job, true);
  assert.deepEqual(readdirSync(place).sort(), [other, named('20')].sort());
});

test('two jobs at once copy every archive once, and both end well', async (t) => {
  const { job, place } = await jobOf(t, ['17', '18', '19', '20']);
  const reports = await Promise.all([copyTo(job, true), copyTo(job, true)]);
  assert.deepEqual(
    reports.map(({ failed }) => failed),
    [[], []],
  );
  assert.deepEqual(readdirSync(place).sort(), ['17', '18', '19', '20'].map(named));
});

test('without permission to end interrupted uploads, everything else is done', async (t) => {
  const { job } = await jobOf(t, ['20'], {
    writer: () => ({
      endUploads: async () => {
        throw new Failure('AccessDenied');
      },
    }),
  });
  const { copied, ended } = await copyTo(job, true);
  assert.deepEqual([copied.length, ended], [1, []]);
});

test('a directory whose copy was interrupted a day ago is cleaned', async (t) => {
  const { job, place } = await jobOf(t, ['20']);
  const left = join(place, `.${named('19')}.0123abcd.copying`);
  const { utimesSync, writeFileSync } = await import('node:fs');
  writeFileSync(left, '');
  utimesSync(left, new Date('2026-09-18'), new Date('2026-09-18'));
  writeFileSync(join(place, '.other.zip.0123abcd.copying'), '');
  const { ended } = await copyTo(job, true);
  assert.deepEqual(ended, [named('19')]);
  assert.deepEqual(readdirSync(place).sort(), ['.other.zip.0123abcd.copying', named('20')]);
  rmSync(place, { recursive: true });
});
