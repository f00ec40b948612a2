import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { applyRetention, type DatedArchive } from '../../src/volume/retention.ts';

const NOW = new Date('2026-09-20T00:15:00Z');
const HOUR = 3_600_000;

/** An archive `days` old. */
function archive(days: number, complete = true): DatedArchive {
  return {
    file: `${days}${complete ? '' : '-broken'}`,
    time: new Date(NOW.getTime() - days * 24 * HOUR),
    complete,
  };
}

function rule(archives: readonly DatedArchive[], days: number, min: number) {
  const { keep, remove } = applyRetention(archives, { days, min }, NOW);
  return { keep: keep.map(({ file }) => file), remove: remove.map(({ file }) => file) };
}

test('what is older than the days goes, the newest first', () => {
  assert.deepEqual(rule([archive(8), archive(1), archive(9), archive(7)], 7, 1), {
    keep: ['1', '7'],
    remove: ['8', '9'],
  });
});

test('exactly N days old is not older than N days', () => {
  assert.deepEqual(rule([archive(1), archive(7), archive(7.0001)], 7, 0), {
    keep: ['1', '7'],
    remove: ['7.0001'],
  });
});

test('the newest complete archives stay whatever their age; incomplete ones do not count', () => {
  const archives = [
    archive(1, false),
    archive(2, false),
    archive(30),
    archive(31),
    archive(32, false),
    archive(33),
  ];
  assert.deepEqual(rule(archives, 7, 1), {
    keep: ['1-broken', '2-broken', '30'],
    remove: ['31', '32-broken', '33'],
  });
  assert.deepEqual(rule(archives, 7, 2).remove, ['32-broken', '33']);
  assert.deepEqual(rule(archives, 7, 0).remove, ['30', '31', '32-broken', '33']);
});

test('0 days keeps all', () => {
  assert.deepEqual(rule([archive(1), archive(4000, false)], 0, 0), {
    keep: ['1', '4000-broken'],
    remove: [],
  });
});

test('an archive of the future is kept and does not take the place of the newest complete one', () => {
  assert.deepEqual(rule([archive(-26000), archive(20), archive(21)], 7, 1), {
    keep: ['-26000', '20'],
    remove: ['21'],
  });
});

test('of two runs of one stamp the later one is the newest', () => {
  const time = new Date(NOW.getTime() - 30 * 24 * HOUR);
  const archives = ['a202608210015.zip', 'a202608210015_02.zip'].map((file) => ({
    file,
    time,
    complete: true,
  }));
  assert.deepEqual(rule(archives, 7, 1), { keep: ['a202608210015_02.zip'], remove: ['a202608210015.zip'] });
});

test('reasons are sentences', () => {
  const archives = [archive(-1), archive(0.01), archive(3), archive(7.01), archive(8.5, false), archive(9)];
  const { keep, remove } = applyRetention(archives, { days: 7, min: 1 }, NOW);
  assert.deepEqual(
    [...keep, ...remove].map(({ reason }) => reason),
    [
      'its time lies in the future',
      'newest complete archive',
      '3 days old, not older than 7 days',
      'just over 7 days old, older than 7 days',
      '8 days 12 hours old, older than 7 days, not complete',
      '9 days old, older than 7 days',
    ],
  );
  const several = applyRetention([archive(9)], { days: 1, min: 2 }, NOW);
  assert.equal(several.keep[0]?.reason, 'one of the 2 newest complete archives');
  assert.equal(
    applyRetention([archive(9)], { days: 0, min: 2 }, NOW).keep[0]?.reason,
    'all archives are kept (0 days)',
  );
});

test('whatever there is: nothing is lost or doubled, and enough complete archives stay', () => {
  const some = fc.uniqueArray(
    fc.record({ age: fc.integer({ min: -100, max: 1000 }), complete: fc.boolean() }),
    { selector: ({ age }) => age, maxLength: 30 },
  );
  fc.assert(
    fc.property(some, fc.nat(20), fc.nat(5), (drawn, days, min) => {
      const archives = drawn.map(({ age, complete }) => ({
        file: `f${age}`,
        time: new Date(NOW.getTime() - age * HOUR),
        complete,
      }));
      const { keep, remove } = applyRetention(archives, { days, min }, NOW);
      const files = [...keep, ...remove].map(({ file }) => file);
      assert.deepEqual([...files].sort(), archives.map(({ file }) => file).sort());
      const kept = new Set(keep.map(({ file }) => file));
      const past = drawn.filter(({ age, complete }) => complete && age >= 0);
      const keptPast = past.filter(({ age }) => kept.has(`f${age}`));
      assert.ok(keptPast.length >= Math.min(min, past.length));
      for (const { age } of drawn) if (age <= days * 24) assert.ok(kept.has(`f${age}`));
    }),
  );
});
