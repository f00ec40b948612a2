import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { applyRetention, type DatedArchive, type RetentionPolicy } from '../../src/volume/retention.ts';
import { parseCalendarSpan } from '../../src/words/duration.ts';

const NOW = new Date('2026-09-20T00:15:00Z');
const HOUR = 3_600_000;

/** An archive `days` old. */
function archive(days: number, complete = true, more: Partial<DatedArchive> = {}): DatedArchive {
  return {
    file: `${days}${complete ? '' : '-broken'}`,
    time: daysAgo(days),
    complete,
    heldUntil: null,
    expires: null,
    ...more,
  };
}

function daysAgo(days: number): Date {
  return new Date(NOW.getTime() - days * 24 * HOUR);
}

function byAge(days: number | null, min: number): RetentionPolicy {
  return { days, min, rules: null, zone: 'UTC' };
}

const DAILY: RetentionPolicy = {
  ...byAge(null, 1),
  rules: { within: null, last: 0, daily: 2, weekly: 0, monthly: 0, yearly: 0 },
};

function rule(archives: readonly DatedArchive[], days: number | null, min: number) {
  return ruled(archives, byAge(days, min));
}

function ruled(archives: readonly DatedArchive[], policy: RetentionPolicy) {
  const { keep, remove } = applyRetention(archives, policy, NOW);
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
  // The newest complete archive is never removed.
  assert.deepEqual(rule(archives, 7, 0).remove, ['31', '32-broken', '33']);
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
    heldUntil: null,
    expires: null,
  }));
  assert.deepEqual(rule(archives, 7, 1), { keep: ['a202608210015_02.zip'], remove: ['a202608210015.zip'] });
});

test('reasons are sentences', () => {
  const archives = [archive(-1), archive(0.01), archive(3), archive(7.01), archive(8.5, false), archive(9)];
  const { keep, remove } = applyRetention(archives, byAge(7, 1), NOW);
  assert.deepEqual(
    [...keep, ...remove].map(({ reason }) => reason),
    [
      'its time is in the future',
      'newest complete archive',
      '3 days old, not older than 7 days',
      'just over 7 days old, older than 7 days',
      '8 days 12 hours old, older than 7 days, not complete',
      '9 days old, older than 7 days',
    ],
  );
  const second = (days: number) => applyRetention([archive(9), archive(10)], byAge(days, 2), NOW).keep[1];
  assert.equal(second(1)?.reason, 'one of the 2 newest complete archives');
  assert.equal(
    applyRetention([archive(9), archive(10)], byAge(0, 1), NOW).keep[1]?.reason,
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
        heldUntil: null,
        expires: null,
      }));
      const { keep, remove } = applyRetention(archives, byAge(days, min), NOW);
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

test('what any part of the policy keeps stays', () => {
  const archives = [archive(0), archive(1), archive(2), archive(5), archive(9)];
  assert.deepEqual(ruled(archives, DAILY), { keep: ['0', '1'], remove: ['2', '5', '9'] });
  assert.deepEqual(ruled(archives, { ...DAILY, days: 5 }), { keep: ['0', '1', '2', '5'], remove: ['9'] });
  assert.deepEqual(ruled(archives, { ...DAILY, min: 3 }), { keep: ['0', '1', '2'], remove: ['5', '9'] });
});

test('every rule that keeps an archive is named, after what protects it anyway', () => {
  const rules = { within: parseCalendarSpan('1d12h'), last: 1, daily: 3, weekly: 0, monthly: 0, yearly: 0 };
  const archives = [archive(0), archive(1), archive(2, true, { heldUntil: 'forever' }), archive(3)];
  const { keep } = applyRetention(archives, { ...DAILY, days: 1, rules }, NOW);
  assert.deepEqual(
    keep.map(({ reason }) => reason),
    [
      'newest complete archive, within 1d12h, last archive, daily archive',
      '1 day old, not older than 1 day, within 1d12h, daily archive',
      'held forever, daily archive',
    ],
  );
});

test('a held archive stays until its day, whatever the policy says', () => {
  const archives = [
    archive(0),
    archive(20, true, { heldUntil: 'forever' }),
    archive(30, true, { heldUntil: daysAgo(-1) }),
    archive(40, true, { heldUntil: daysAgo(1) }),
  ];
  const { keep, remove } = applyRetention(archives, byAge(7, 1), NOW);
  assert.deepEqual(
    keep.map(({ reason }) => reason),
    ['newest complete archive', 'held forever', 'held until 2026-09-21'],
  );
  assert.deepEqual(remove, [{ file: '40', reason: '40 days old, older than 7 days' }]);
});

test('days in reasons are those of the zone', () => {
  // Midnight in Tokyo is the evening before in UTC.
  const heldUntil = new Date('2026-12-31T15:00:00Z');
  const expires = new Date('2026-09-18T15:00:00Z');
  const archives = [archive(0), archive(20, true, { heldUntil }), archive(21, true, { expires })];
  const { keep, remove } = applyRetention(archives, { ...byAge(7, 1), zone: 'Asia/Tokyo' }, NOW);
  assert.equal(keep[1]?.reason, 'held until 2027-01-01');
  assert.equal(remove[0]?.reason, 'expired on 2026-09-19');
});

test('an expired archive goes, whatever the policy says, but never the newest complete one', () => {
  const expires = daysAgo(1);
  const archives = [
    archive(2, false),
    archive(3, true, { expires }),
    archive(4, true, { expires }),
    archive(5),
  ];
  const { keep, remove } = applyRetention(archives, byAge(0, 5), NOW);
  assert.deepEqual(
    keep.map(({ file }) => file),
    ['2-broken', '3', '5'],
  );
  assert.deepEqual(remove, [{ file: '4', reason: 'expired on 2026-09-19' }]);
  assert.deepEqual(ruled([archive(1), archive(2, true, { expires: daysAgo(-1) })], byAge(0, 1)).remove, []);
});

test('an expired archive takes no place in a day, an archive of the future neither', () => {
  const archives = [
    archive(-400),
    archive(0, true, { expires: daysAgo(0) }),
    archive(0.2),
    archive(1.2),
    archive(2),
  ];
  assert.deepEqual(ruled(archives, DAILY), { keep: ['-400', '0', '0.2', '1.2'], remove: ['2'] });
});

test('a removal says that no rule keeps it', () => {
  const archives = [archive(0), archive(1), archive(9), archive(9.5, false)];
  const reasons = (policy: RetentionPolicy) =>
    applyRetention(archives, policy, NOW).remove.map(({ reason }) => reason);
  assert.deepEqual(reasons(DAILY), [
    '9 days old, no --keep rule applies',
    '9 days 12 hours old, no --keep rule applies, not complete',
  ]);
  assert.deepEqual(reasons({ ...DAILY, days: 9 }), [
    '9 days 12 hours old, older than 9 days, no --keep rule applies, not complete',
  ]);
});
