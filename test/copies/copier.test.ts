import assert from 'node:assert/strict';
import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { type CopyJob, copyToPlaces, isCopied } from '../../src/copies/copier.ts';
import { DirectoryWriter } from '../../src/copies/directory-writer.ts';
import type { CopyReport } from '../../src/copies/place-run.ts';
import type { PlaceWriter } from '../../src/copies/place-writer.ts';
import type { ArchiveStore } from '../../src/volume/archive-store.ts';
import { readManifests } from '../../src/volume/catalogue.ts';
import { DirectoryStore } from '../../src/volume/directory-store.ts';
import { rehearsalName } from '../../src/volume/names.ts';
import type { RetentionPolicy } from '../../src/volume/retention.ts';
import { Failure } from '../../src/words/failure.ts';
import { temporaryFolder, writeSample } from '../archive/sample.ts';
import { identityFile, sealBeside } from '../seal/sealed-archive.ts';

const NAMING = { name: 'openshift-backup', stamp: 'yyyyMMddHHmm', zone: 'UTC' };
const WEEK: RetentionPolicy = { days: 7, min: 1, rules: null, zone: 'UTC' };
const named = (day: string) => `openshift-backup202609${day}0015.zip`;

interface Changes {
  readonly store?: (real: ArchiveStore) => Partial<ArchiveStore>;
  readonly writer?: (real: PlaceWriter, deadline: AbortSignal) => Partial<PlaceWriter>;
}

/** A job whose volume has the archives of some days, and whose place is a directory with changed behaviour. */
async function jobOf(test: TestContext, days: readonly string[], changes: Changes = {}) {
  const [volume, place] = [temporaryFolder(test), temporaryFolder(test)];
  for (const day of days) writeSample(volume, named(day));
  const job: CopyJob = {
    directory: volume,
    catalogue: await readManifests(new DirectoryStore(volume, {}), NAMING),
    naming: NAMING,
    places: [{ kind: 'directory', text: place }],
    open: async ({ text }, deadline) => ({
      store: changed(new DirectoryStore(text, {}), changes.store),
      writer: changed(new DirectoryWriter(text, deadline), (real) => changes.writer?.(real, deadline) ?? {}),
    }),
    recipients: [],
    policy: WEEK,
    named: null,
    now: () => new Date('2026-09-20T12:00:00Z'),
    time: 600_000,
    signal: new AbortController().signal,
  };
  return { job, volume, place };
}

/** Runs a job and returns the report of its place. */
async function copyTo(job: CopyJob): Promise<CopyReport> {
  const [result] = await copyToPlaces(job, true);
  const outcome = result?.outcome;
  if (outcome?.kind !== 'report') throw new Error(JSON.stringify(outcome));
  return outcome.report;
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

test('one failure does not stop the run, two consecutive failures do; no old copies are removed then', async (t) => {
  const failing = (files: readonly string[]) => (real: PlaceWriter) => ({
    store: async (upload: Parameters<PlaceWriter['store']>[0]) => {
      if (files.includes(upload.name)) throw new Failure('503 SlowDown', 'wait');
      return await real.store(upload);
    },
  });
  const one = await jobOf(t, ['17', '18', '19', '20'], { writer: failing([named('20')]) });
  writeSample(one.place, named('01'));
  const report = await copyTo(one.job);
  assert.deepEqual(report.failed, [{ file: named('20'), reason: '503 SlowDown', hint: 'wait' }]);
  assert.deepEqual(
    report.copied.map(({ file }) => file),
    [named('17'), named('18'), named('19')],
  );
  assert.equal(report.unrotated, 'not all archives were copied');
  assert(readdirSync(one.place).includes(named('01')));

  const all = await jobOf(t, ['17', '18', '19', '20'], { writer: failing([named('20'), named('17')]) });
  const stopped = await copyTo(all.job);
  assert.deepEqual(stopped.late, [named('18'), named('19')]);
  assert.deepEqual(readdirSync(all.place), []);
});

test('an archive that rotation has removed from the volume is reported as a failure', async (t) => {
  const { job, volume } = await jobOf(t, ['19', '20']);
  unlinkSync(join(volume, named('20')));
  const { failed, copied } = await copyTo(job);
  assert.equal(failed[0]?.reason.includes('(ENOENT)'), true, failed[0]?.reason);
  assert.deepEqual(
    copied.map(({ file }) => file),
    [named('19')],
  );
});

test('when the time is over, the next run copies the rest', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { job } = await jobOf(t, ['18', '19', '20'], {
    writer: (real, deadline) => ({
      store: async (upload) => {
        if (upload.name === named('18')) t.mock.timers.tick(600_000);
        deadline.throwIfAborted();
        return await real.store(upload);
      },
    }),
  });
  const { late, failed, copied } = await copyTo(job);
  assert.deepEqual(
    [late, failed, copied.map(({ file }) => file)],
    [[named('18'), named('19')], [], [named('20')]],
  );
});

test('a copy to a directory ends when its time is over, and leaves no file', async (t) => {
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

test('no copy is removed if the listing lacks another one', async (t) => {
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
  const { rotation, unrotated } = await copyTo(job);
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
  const [result] = await copyToPlaces(job, true);
  assert.deepEqual(result?.outcome, { kind: 'unreachable', reason: 'the listing broke off', hint: null });
  assert.deepEqual(readdirSync(place), []);
});

test('a locked copy, and a copy of which the bucket keeps versions, are reported', async (t) => {
  const { job, place } = await jobOf(t, ['20'], {
    writer: () => ({
      remove: async (name) =>
        name === named('01') ? { kind: 'refused', reason: 'it is locked until 2027' } : { kind: 'hidden' },
    }),
  });
  for (const day of ['01', '02']) writeSample(place, named(day));
  const { rotation } = await copyTo(job);
  assert.deepEqual(rotation?.refused, [{ file: named('01'), reason: 'it is locked until 2027' }]);
  assert.deepEqual(rotation?.hidden, [named('02')]);
});

test('two jobs at the same time copy each archive once, and both succeed', async (t) => {
  const { job, place } = await jobOf(t, ['17', '18', '19', '20']);
  const reports = await Promise.all([copyTo(job), copyTo(job)]);
  assert.deepEqual(
    reports.map(({ failed }) => failed),
    [[], []],
  );
  assert.deepEqual(readdirSync(place).sort(), ['17', '18', '19', '20'].map(named));
});

test('without permission to delete interrupted uploads, archives are copied', async (t) => {
  const { job } = await jobOf(t, ['20'], {
    writer: () => ({
      endUploads: async () => {
        throw new Failure('AccessDenied');
      },
    }),
  });
  const { copied, ended } = await copyTo(job);
  assert.deepEqual([copied.length, ended], [1, []]);
});

test('an interrupted copy in a directory is removed after a day', async (t) => {
  const { job, place } = await jobOf(t, ['20']);
  const left = join(place, `.${named('19')}.0123abcd.copying`);
  writeFileSync(left, '');
  utimesSync(left, new Date('2026-09-18'), new Date('2026-09-18'));
  writeFileSync(join(place, '.other.zip.0123abcd.copying'), '');
  const { ended } = await copyTo(job);
  assert.deepEqual(ended, [named('19')]);
  assert.deepEqual(readdirSync(place).sort(), ['.other.zip.0123abcd.copying', named('20')]);
  rmSync(place, { recursive: true });
});

suite('several places', () => {
  /** The sealed files of a run, and the files in each place afterwards. */
  async function sealedTo(t: TestContext, count: number, changes: Changes = {}) {
    const { recipient } = await identityFile(temporaryFolder(t));
    const { job, volume } = await jobOf(t, ['18', '19', '20'], changes);
    const places = Array.from({ length: count }, () => temporaryFolder(t));
    const locations = places.map((text) => ({ kind: 'directory' as const, text }));
    const results = await copyToPlaces({ ...job, recipients: [recipient], places: locations }, true);
    return { results, volume, places };
  }

  test('an archive is sealed once, and all places get the same bytes', async (t) => {
    const { results, volume, places } = await sealedTo(t, 3);
    assert.ok(results.every(isCopied), JSON.stringify(results));
    const [first = '', ...others] = places;
    assert.equal(readdirSync(first).length, 3);
    for (const other of others)
      for (const file of readdirSync(first))
        assert.ok(readFileSync(join(first, file)).equals(readFileSync(join(other, file))), file);
    assert.deepEqual(readdirSync(volume).sort(), ['18', '19', '20'].map(named));
  });

  test('the volume never holds more than one sealed archive', async (t) => {
    const held: number[] = [];
    await sealedTo(t, 2, {
      writer: (real) => ({
        store: async (upload) => {
          held.push(readdirSync(dirname(upload.path)).filter((file) => file.endsWith('.sealed')).length);
          return await real.store(upload);
        },
      }),
    });
    assert.deepEqual(held, [1, 1, 1, 1, 1, 1]);
  });

  test('the sealed file stays for the next run if the upload to one place may be resumed', async (t) => {
    let uploads = 0;
    const { results, volume } = await sealedTo(t, 2, {
      writer: (real) => ({
        store: async (upload) => {
          uploads += 1;
          if (uploads === 2) throw new Failure('the connection broke', 'try again');
          return await real.store(upload);
        },
      }),
    });
    assert.deepEqual(results.map(isCopied), [true, false]);
    const left = readdirSync(volume).filter((file) => file.endsWith('.sealed'));
    assert.equal(left.length, 1);
    assert.match(left[0] ?? '', /^\.openshift-backup202609200015\.zip\.age\./);
  });

  test('a sealed file that another job has used and removed is made again', async (t) => {
    let uploads = 0;
    const { results } = await sealedTo(t, 1, {
      writer: (real) => ({
        store: async (upload) => {
          uploads += 1;
          if (uploads === 1) unlinkSync(upload.path);
          return await real.store(upload);
        },
      }),
    });
    assert.ok(results.every(isCopied), JSON.stringify(results));
    assert.equal(uploads, 4);
  });

  test('a place that fails does not affect the others', async (t) => {
    const { job, place } = await jobOf(t, ['19', '20']);
    const places = ['/nonexistent', place].map((text) => ({ kind: 'directory' as const, text }));
    const [missing, copied] = await copyToPlaces({ ...job, places }, true);
    assert.equal(missing?.outcome.kind, 'unreachable');
    assert.equal(copied?.outcome.kind, 'report');
    assert.deepEqual(readdirSync(place).sort(), [named('19'), named('20')]);
  });
});

suite('retention', () => {
  /** A volume whose archives are copied to a directory, sealed. */
  async function sealedNights(t: TestContext) {
    const { recipient } = await identityFile(temporaryFolder(t));
    const { job, volume, place } = await jobOf(t, ['01', '02']);
    const runOn = async (day: string) => {
      const catalogue = await readManifests(new DirectoryStore(volume, {}), NAMING);
      const now = () => new Date(`2026-09-${day}T12:00:00Z`);
      return await copyTo({ ...job, catalogue, now, recipients: [recipient] });
    };
    const backUpOn = async (day: string) => {
      writeSample(volume, named(day));
      return await runOn(day);
    };
    return { runOn, backUpOn, place };
  }

  test('sealed copies in a directory are removed without an identity', async (t) => {
    const { backUpOn, place } = await sealedNights(t);
    await backUpOn('03');
    assert.equal(readdirSync(place).length, 3);
    const { rotation } = await backUpOn('08');
    assert.deepEqual(
      rotation?.remove.map(({ file }) => file),
      [`${named('01')}.age`],
    );
    assert.deepEqual(
      readdirSync(place).sort(),
      ['02', '03', '08'].map((day) => `${named(day)}.age`),
    );
  });

  test('a sealed copy that was cut off, or whose header says nothing, is kept', async (t) => {
    const { backUpOn, place } = await sealedNights(t);
    await backUpOn('03');
    truncateSync(join(place, `${named('01')}.age`), 1000);
    const { recipient } = await identityFile(temporaryFolder(t));
    renameSync(
      await sealBeside(writeSample(temporaryFolder(t), named('02')), recipient),
      join(place, `${named('02')}.age`),
    );
    const { rotation } = await backUpOn('15');
    assert.deepEqual(
      rotation?.keep.filter(({ reason }) => /nothing is known/.test(reason)).map(({ file }) => file),
      [`${named('02')}.age`, `${named('01')}.age`],
    );
  });

  test('the newest complete copy stays, whatever somebody writes into its header', async (t) => {
    for (const [said, instead] of [
      ['"complete":"true"', '"complete":"false","expires":"2026-09-02T00:00:00.000Z"'],
      ['"time":"2026', '"time":"2020'],
    ] as const) {
      const { backUpOn, runOn, place } = await sealedNights(t);
      await backUpOn('03');
      const copy = join(place, `${named('03')}.age`);
      changeFacts(copy, (facts) => facts.replace(said, instead));
      await runOn('20');
      assert.ok(existsSync(copy), said);
    }
  });

  test('of a sealed and an unsealed copy of the newest archive, one is kept', async (t) => {
    const { backUpOn, runOn, place } = await sealedNights(t);
    await backUpOn('03');
    writeSample(place, named('03'));
    await runOn('20');
    assert.equal(readdirSync(place).length, 1);
  });

  test('the result of a rehearsal is removed together with its copy', async (t) => {
    const { job, place } = await jobOf(t, ['20']);
    writeSample(place, named('01'));
    const record = rehearsalName(named('20'));
    for (const file of [rehearsalName(named('01')), record]) writeFileSync(join(place, file), '{}');
    await copyTo(job);
    assert.deepEqual(readdirSync(place).sort(), [record, named('20')].sort());
  });

  test('if the place fails during removals, the report says which copies are left', async (t) => {
    const { job, place } = await jobOf(t, ['20'], {
      writer: (real) => ({
        remove: async (name) => {
          if (name === named('02')) throw new Failure('the connection broke');
          return await real.remove(name);
        },
      }),
    });
    for (const day of ['01', '02', '03']) writeSample(place, named(day));
    const { rotation, unrotated } = await copyTo(job);
    assert.equal(unrotated, null);
    assert.deepEqual(rotation?.refused, [
      { file: named('02'), reason: 'the connection broke' },
      { file: named('01'), reason: 'the connection broke' },
    ]);
    assert.deepEqual(readdirSync(place).sort(), [named('01'), named('02'), named('20')]);
  });
});

/** Writes other facts into the header of a sealed archive, as somebody without an identity can. */
function changeFacts(path: string, change: (facts: string) => string): void {
  const whole = readFileSync(path).toString('latin1');
  const changed = whole.replace(
    /(\n-> openshift-backup\/facts\n)([^-]+)(\n---)/,
    (_, before, body, after) => {
      const facts = Buffer.from(body, 'base64').toString();
      assert.notEqual(change(facts), facts);
      const lines =
        Buffer.from(change(facts))
          .toString('base64')
          .replaceAll('=', '')
          .match(/.{1,64}/g) ?? [];
      return `${before}${lines.join('\n')}${lines.at(-1)?.length === 64 ? '\n' : ''}${after}`;
    },
  );
  writeFileSync(path, Buffer.from(changed, 'latin1'));
}

test('a first run to a directory that was interrupted after the newest archive is continued', async (t) => {
  let isFailing = true;
  const { job, place } = await jobOf(t, ['18', '19', '20'], {
    writer: (real) => ({
      store: async (upload) => {
        if (isFailing && upload.name !== named('20')) throw new Failure('the connection broke');
        return await real.store(upload);
      },
    }),
  });
  await copyTo(job);
  assert.equal(readdirSync(place).includes(named('18')), false);
  isFailing = false;
  const { copied } = await copyTo(job);
  assert.deepEqual(copied.map(({ file }) => file).sort(), [named('18'), named('19')]);
  assert.deepEqual(readdirSync(place).sort(), ['18', '19', '20'].map(named));
});
