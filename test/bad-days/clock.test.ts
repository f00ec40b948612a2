import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { publishPartial, reservePartial } from '../../src/archive/writing/publish.ts';
import { archiveName, parseName } from '../../src/volume/names.ts';
import { applyRetention, type DatedArchive } from '../../src/volume/retention.ts';
import { Volume } from '../cluster/run-cli.ts';

// Stamps are wall clock time in a zone, in which an hour comes twice and another never.

const ZURICH = { name: 'openshift-backup', stamp: 'yyyyMMddHHmm', zone: 'Europe/Zurich' };
const UTC = { ...ZURICH, zone: 'UTC' };
const HOUR = 3_600_000;
const nameAt = (time: string, naming = ZURICH) => archiveName(naming, new Date(time));
const readBack = (file: string, naming = ZURICH) => parseName(naming, file)?.time.toISOString() ?? null;

/** Runs a moment's reservation and publishing; returns the name. */
function publishAt(volume: Volume, time: string, naming = ZURICH): string {
  const at = new Date(time);
  const reserved = reservePartial(volume.path, naming, at);
  writeFileSync(reserved.partial, time);
  return publishPartial(reserved, naming, at);
}

const archive = (file: string, naming = ZURICH): DatedArchive => {
  const parsed = parseName(naming, file);
  assert(parsed !== null, `${file} is an archive`);
  return { file, time: parsed.time, complete: true, heldUntil: null, expires: null };
};

suite('the hour that comes twice (25 October 2026, 02:00 to 03:00)', () => {
  test('both runs keep their archive, in the order in which they ran', () => {
    using volume = new Volume();
    const names = ['2026-10-25T00:15:00Z', '2026-10-25T01:15:00Z'].map((time) => publishAt(volume, time));
    assert.deepEqual(names, ['openshift-backup202610250215.zip', 'openshift-backup202610250215_02.zip']);
    assert.deepEqual(volume.archives(), names.toSorted());
    assert.deepEqual(
      names.map((name) => parseName(ZURICH, name)?.run),
      [1, 2],
    );
  });

  test('the later of the two is the newest for retention', () => {
    const both = ['openshift-backup202610250215.zip', 'openshift-backup202610250215_02.zip'];
    const { keep, remove } = applyRetention(
      both.map((file) => archive(file)),
      { days: 1, min: 1, rules: null, zone: 'UTC' },
      new Date('2026-11-25T00:00:00Z'),
    );
    assert.deepEqual([keep[0]?.file, remove[0]?.file], [both[1], both[0]]);
  });

  test('its stamp tells the time but for that hour', () => {
    const read = Date.parse(readBack('openshift-backup202610250215.zip') ?? '');
    assert([Date.parse('2026-10-25T00:15:00Z'), Date.parse('2026-10-25T01:15:00Z')].includes(read));
  });

  test('does not come twice in UTC', () => {
    using volume = new Volume();
    const times = ['2026-10-25T00:15:00Z', '2026-10-25T01:15:00Z'];
    assert.deepEqual(
      times.map((time) => publishAt(volume, time, UTC)),
      ['openshift-backup202610250015.zip', 'openshift-backup202610250115.zip'],
    );
  });
});

suite('the hour that never comes (29 March 2026, 02:00 to 03:00)', () => {
  test('is in no name', () => {
    assert.equal(nameAt('2026-03-29T00:59:59Z'), 'openshift-backup202603290159.zip');
    assert.equal(nameAt('2026-03-29T01:00:00Z'), 'openshift-backup202603290300.zip');
  });

  test('is in a name that was made in another zone, which is one of ours all the same', () => {
    assert.equal(readBack('openshift-backup202603290230.zip'), '2026-03-29T01:30:00.000Z');
    assert.equal(readBack('openshift-backup202603290230.zip', UTC), '2026-03-29T02:30:00.000Z');
  });
});

test('every moment of both nights has a name that is read back as that moment, or an hour beside it', () => {
  for (const night of ['2026-03-28T22:00:00Z', '2026-10-24T22:00:00Z'])
    for (let minute = 0; minute < 8 * 60; minute += 1) {
      const time = new Date(Date.parse(night) + minute * 60_000);
      const read = readBack(archiveName(ZURICH, time));
      assert(read !== null, `${time.toISOString()} has a name that is none`);
      const off = Math.abs(Date.parse(read) - time.getTime());
      assert(
        off === 0 || (off === HOUR && night.includes('-10-')),
        `${time.toISOString()} is read as ${read}`,
      );
    }
});

suite('ages come from the stamp, not from the wall', () => {
  const policy = { days: 1, min: 0, rules: null, zone: 'UTC' };
  const rule = (file: string, now: string) =>
    applyRetention([{ ...archive(file), complete: false }], policy, new Date(now)).remove.length === 1;

  test('a day of 25 hours', () => {
    const file = nameAt('2026-10-24T10:00:00Z');
    assert.equal(rule(file, '2026-10-25T10:00:00Z'), false, 'is 24 hours old at 11:00 by the wall');
    assert.equal(rule(file, '2026-10-25T11:00:00Z'), true, 'is 25 hours old at 12:00 by the wall');
  });

  test('a day of 23 hours', () => {
    const file = nameAt('2026-03-28T11:00:00Z');
    assert.equal(rule(file, '2026-03-29T10:00:00Z'), false, 'is 23 hours old at 12:00 by the wall');
    assert.equal(rule(file, '2026-03-29T11:00:00Z'), false, 'is 24 hours old');
    assert.equal(rule(file, '2026-03-29T11:01:00Z'), true);
  });
});

suite('a clock that jumps back', () => {
  const NOW = new Date('2026-09-11T00:15:00Z');

  test('leaves an archive of the future, which is kept and protects nothing', () => {
    const files = ['209901010015', '202609100015', '202608010015'].map(
      (stamp) => `openshift-backup${stamp}.zip`,
    );
    const { keep, remove } = applyRetention(
      files.map((file) => archive(file, UTC)),
      { days: 7, min: 1, rules: null, zone: 'UTC' },
      NOW,
    );
    assert.deepEqual(
      keep.map(({ file, reason }) => [file, reason]),
      [
        [files[0], 'its time is in the future'],
        [files[1], 'newest complete archive'],
      ],
    );
    assert.deepEqual(
      remove.map(({ file }) => file),
      [files[2]],
    );
  });

  test('into a minute that has an archive: the next number, and nothing is overwritten', () => {
    using volume = new Volume();
    const first = publishAt(volume, '2026-09-11T00:15:59Z', UTC);
    const second = publishAt(volume, '2026-09-11T00:15:00Z', UTC);
    assert.deepEqual(
      [first, second],
      ['openshift-backup202609110015.zip', 'openshift-backup202609110015_02.zip'],
    );
    assert(existsSync(join(volume.path, first)));
  });

  test('while a run is under way whose name is taken meanwhile: the next number, and nothing is overwritten', () => {
    using volume = new Volume();
    const at = new Date('2026-09-11T00:15:00Z');
    const reserved = reservePartial(volume.path, UTC, at);
    writeFileSync(reserved.partial, 'ours');
    writeFileSync(join(volume.path, reserved.archive), 'theirs');
    const published = publishPartial(reserved, UTC, at);
    assert.deepEqual(volume.files(), [reserved.archive, published]);
    assert.equal(published, 'openshift-backup202609110015_02.zip');
    const said = volume.files().map((file) => readFileSync(join(volume.path, file), 'utf8'));
    assert.deepEqual(said, ['theirs', 'ours']);
  });

  test('again and again, until no name is left: said, and nothing is overwritten', () => {
    using volume = new Volume();
    for (let run = 1; run <= 99; run += 1) publishAt(volume, '2026-09-11T00:15:00Z', UTC);
    assert.throws(() => publishAt(volume, '2026-09-11T00:15:00Z', UTC), {
      name: 'Failure',
      message: /^there are already 99 archives with the stamp of openshift-backup202609110015/,
      hint: 'choose a more precise --stamp, such as yyyyMMddHHmmss',
    });
    assert.equal(volume.files().length, 99);
  });
});
