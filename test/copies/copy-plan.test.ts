import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type Copy,
  confirmed,
  type LocalArchive,
  planCopies,
  retainCopies,
} from '../../src/copies/copy-plan.ts';
import type { RetentionPolicy } from '../../src/volume/retention.ts';

const HERE = { uid: 'a', server: 'https://here' };
const ELSEWHERE = { uid: 'b', server: 'https://here' };
const NOW = new Date('2026-09-20T06:00:00Z');
const NO_RULES = { within: null, last: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0 };
const WEEK: RetentionPolicy = { days: 7, min: 1, rules: null, zone: 'UTC' };

/** The archive of the night before a day of September 2026. */
function local(day: number, more: Partial<LocalArchive> = {}): LocalArchive {
  const time = new Date(Date.UTC(2026, 8, day, 0, 15));
  const file = `backup${time.toISOString().slice(0, 10)}.zip`;
  return { file, time, bytes: 1000, complete: true, heldUntil: null, expires: null, cluster: HERE, ...more };
}

function copyOf({ file, time, bytes, ...known }: LocalArchive): Copy {
  return { file, time, bytes, from: null, known };
}

const days = (...numbers: number[]) => numbers.map((day) => local(day));
const files = (...numbers: number[]) => days(...numbers).map(({ file }) => file);

test('an empty place gets all archives that its retention keeps: the newest first, then from the oldest to the newest', () => {
  const plan = planCopies(days(10, 14, 15, 19, 20), [], WEEK, NOW);
  assert.deepEqual(plan.due, files(20, 14, 15, 19));
  assert.deepEqual(plan.leftOut, [
    {
      file: local(10).file,
      reason: 'the retention of copies would remove it: 10 days 5 hours old, older than 7 days',
    },
  ]);
});

test('existing copies are not made again, and an archive whose copy failed is copied later', () => {
  const archives = days(17, 18, 19, 20);
  const plan = planCopies(archives, days(17, 18).map(copyOf), WEEK, NOW);
  assert.deepEqual(plan.due, files(20, 19));
  assert.deepEqual(plan.present, files(17, 18));
});

test('old copies that were removed are not made again', () => {
  const plan = planCopies(days(15, 16, 17, 18, 19, 20), days(18, 19).map(copyOf), null, NOW);
  assert.deepEqual(plan.due, files(20));
  assert.deepEqual(
    plan.leftOut,
    files(15, 16, 17).map((file) => ({ file, reason: 'older than the oldest copy' })),
  );
});

test('a first run that was interrupted after the newest archive is continued', () => {
  const archives = days(17, 18, 19);
  const { due, from } = planCopies(archives, [], WEEK, NOW);
  assert.deepEqual([due[0], from], [local(19).file, local(17).time]);
  const first = { ...copyOf(local(19)), from };
  const next = planCopies(days(17, 18, 19, 20), [first], WEEK, NOW);
  assert.deepEqual([next.due, next.from], [files(20, 17, 18), null]);
  // Later, the same copies may be gone because somebody removed them.
  const later = planCopies(days(17, 18, 19, 20), [first, copyOf(local(20))], WEEK, NOW);
  assert.deepEqual(later.due, []);
});

test('an archive that the user names is copied even if it is older than the oldest copy; others are not', () => {
  const named = new Set(files(15));
  const plan = planCopies(days(15, 16, 18, 20), days(18).map(copyOf), WEEK, NOW, named);
  assert.deepEqual(plan.due, files(15));
});

test('the retention of copies decides, not that of the volume', () => {
  const weekly: RetentionPolicy = { days: null, min: 0, rules: { ...NO_RULES, weekly: 2 }, zone: 'UTC' };
  // 13 September was a Sunday.
  const plan = planCopies(days(11, 12, 13, 18, 19, 20), [copyOf(local(6))], weekly, NOW);
  assert.deepEqual(plan.due, files(20, 13));
});

test('incomplete archives are copied; expired ones are not', () => {
  const incomplete = local(19, { complete: false });
  const expired = local(18, { expires: new Date('2026-09-19T00:00:00Z') });
  const plan = planCopies([expired, incomplete, local(20)], [], WEEK, NOW);
  assert.deepEqual(plan.due, [local(20).file, incomplete.file]);
});

test('an archive of another cluster with the same name is reported and not replaced', () => {
  const theirs = copyOf(local(20, { cluster: ELSEWHERE }));
  const plan = planCopies(days(20), [theirs], WEEK, NOW);
  assert.deepEqual(plan.taken, [
    { file: local(20).file, reason: 'an archive of another cluster has its name' },
  ]);
  assert.deepEqual(plan.due, []);
});

test('a different archive of the same cluster with the same name is reported', () => {
  const other = { ...copyOf(local(20)), time: new Date('2026-09-20T00:15:30Z') };
  assert.equal(planCopies(days(20), [other], WEEK, NOW).taken[0]?.reason, 'a different archive has its name');
  const cut = { ...copyOf(local(20)), bytes: 999 };
  assert.equal(planCopies(days(20), [cut], WEEK, NOW).taken[0]?.reason, 'a different archive has its name');
  const unreadable = { ...copyOf(local(20)), bytes: 999, known: null };
  assert.equal(
    planCopies(days(20), [unreadable], WEEK, NOW).taken[0]?.reason,
    'a different file has its name',
  );
});

test('copies of another cluster neither limit what is copied nor are removed', () => {
  const theirs = days(1, 19).map((archive) =>
    copyOf({ ...archive, file: `x${archive.file}`, cluster: ELSEWHERE }),
  );
  assert.deepEqual(planCopies(days(17, 20), theirs, WEEK, NOW).due, files(20, 17));
  assert.deepEqual(retainCopies(days(17, 20), theirs, WEEK, NOW), { keep: [], remove: [] });
});

test('a cluster whose uid cannot be read is recognised by its server', () => {
  const unnamed = copyOf(local(1, { cluster: { uid: null, server: 'https://here' } }));
  const ruling = retainCopies(days(20), [unnamed, copyOf(local(20))], WEEK, NOW);
  assert.deepEqual(
    ruling.remove.map(({ file }) => file),
    files(1),
  );
});

test('a copy about which nothing is known is kept, and still limits what is copied', () => {
  const unknown: Copy = { ...copyOf(local(16)), known: null };
  assert.deepEqual(retainCopies(days(20), [unknown], WEEK, NOW).keep, [
    { file: local(16).file, reason: 'nothing is known about its content' },
  ]);
  assert.deepEqual(planCopies(days(15, 17, 20), [unknown], WEEK, NOW).due, files(20, 17));
});

test('the newest complete copy is never removed', () => {
  const copies = [copyOf(local(1)), copyOf(local(2)), copyOf(local(3, { complete: false }))];
  const ruling = retainCopies([local(1)], copies, { ...WEEK, min: 0 }, NOW);
  assert.deepEqual(
    ruling.keep.map(({ file }) => file),
    files(2),
  );
});

test('a copy whose time is in the future does not stop the others', () => {
  const future = copyOf(local(20, { file: 'future.zip', time: new Date('2099-01-01T00:00:00Z') }));
  assert.deepEqual(planCopies(days(19, 20), [future], WEEK, NOW).due, files(20, 19));
});

test('how far back the first run goes is never later than its copy', () => {
  const copy = { ...copyOf(local(18)), from: new Date('2099-01-01T00:00:00Z') };
  assert.deepEqual(planCopies(days(17, 18, 19, 20), [copy], WEEK, NOW).due, files(20, 19));
  const wrong = { ...copy, from: new Date('2026-09-20T12:00:00Z') };
  assert.deepEqual(planCopies(days(17, 18, 19, 20), [wrong], WEEK, NOW).due, files(20, 19));
});

test('of an archive that the volume has, the facts of the volume count, not those of the place', () => {
  const archive = local(2);
  const copy = copyOf(archive);
  const seen = (more: Partial<LocalArchive>) => confirmed(copyOf(local(2, more)), [archive]);
  assert.deepEqual(seen({ complete: false, expires: new Date('2026-01-01') }), copy);
  const time = new Date('2020-01-01');
  assert.deepEqual(seen({ time }), { ...copy, time, known: null });
  assert.deepEqual(seen({ cluster: ELSEWHERE }), copyOf(local(2, { cluster: ELSEWHERE })));
  assert.deepEqual(confirmed({ ...copy, known: null }, [archive]), { ...copy, known: null });
  assert.deepEqual(confirmed(copy, []), copy);
});

const rules = fc.record({
  within: fc.constant(null),
  last: fc.nat(4),
  daily: fc.nat(5),
  weekly: fc.nat(3),
  monthly: fc.nat(2),
  yearly: fc.nat(1),
});
const policies: fc.Arbitrary<RetentionPolicy> = fc.record({
  days: fc.option(fc.nat(20)),
  min: fc.nat(3),
  rules: fc.option(rules),
  zone: fc.constant('UTC'),
});
const someArchives = fc.uniqueArray(fc.nat(24 * 60), { maxLength: 30 }).map((hours) =>
  hours.map((hour) => {
    const time = new Date(NOW.getTime() - hour * 3_600_000);
    return local(1, { file: time.toISOString(), time, complete: hour % 3 > 0 });
  }),
);

test('what was copied is not removed by the same policy, and the next run has nothing to do', () => {
  fc.assert(
    fc.property(someArchives, someArchives, policies, (archives, before, policy) => {
      const copies = before.map(copyOf);
      const { due } = planCopies(archives, copies, policy, NOW);
      const after = [...copies, ...archives.filter(({ file }) => due.includes(file)).map(copyOf)];
      const { remove } = retainCopies(archives, after, policy, NOW);
      assert.deepEqual(
        remove.filter(({ file }) => due.includes(file)),
        [],
      );
      const gone = new Set(remove.map(({ file }) => file));
      const left = after.filter(({ file }) => !gone.has(file));
      // Retention can remove all copies only if none is complete. The next run then treats the place as empty.
      if (left.length > 0) assert.deepEqual(planCopies(archives, left, policy, NOW).due, []);
      else assert.ok(!after.some(({ known }) => known?.complete));
    }),
  );
});

test('whatever old copies are removed, none of them is due again', () => {
  fc.assert(
    fc.property(someArchives, policies, fc.nat(30), (archives, policy, count) => {
      const { due } = planCopies(archives, [], policy, NOW);
      const copies = archives.filter(({ file }) => due.includes(file)).map(copyOf);
      const rising = copies.sort((a, b) => a.time.getTime() - b.time.getTime());
      const left = rising.slice(Math.min(count, rising.length - 1));
      const again = new Set(planCopies(archives, left, policy, NOW).due);
      const removed = rising.filter((copy) => !left.includes(copy));
      assert.deepEqual(
        removed.filter(({ file }) => again.has(file)),
        [],
      );
    }),
  );
});
