import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { type KeepRules, keptByRules, type TimedArchive } from '../../src/volume/keep-rules.ts';
import { parseCalendarSpan } from '../../src/words/duration.ts';

interface ResticTable {
  readonly archives: Readonly<Record<string, { readonly zone: string; readonly times: readonly string[] }>>;
  readonly cases: ReadonlyArray<{
    readonly archives: string;
    readonly policy: Readonly<Record<string, number | string>>;
    /** Indexes of times, by restic's reasons. */
    readonly kept: Readonly<Record<string, readonly number[]>>;
  }>;
}

const NONE: KeepRules = { within: null, last: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0 };

/** What restic keeps of the same times by the same policy; -1 is its word for all. */
const RESTIC: ResticTable = JSON.parse(readFileSync(new URL('restic-kept.json', import.meta.url), 'utf8'));

function newestFirst(times: readonly string[], incomplete: ReadonlySet<string> = new Set()): TimedArchive[] {
  return times
    .map((time) => ({ file: time, time: new Date(time), complete: !incomplete.has(time) }))
    .sort((a, b) => b.time.getTime() - a.time.getTime());
}

function rulesOf(policy: Readonly<Record<string, number | string>>): KeepRules {
  const count = (rule: string) => (policy[rule] === -1 ? Infinity : Number(policy[rule] ?? 0));
  return {
    within: policy.within === undefined ? null : parseCalendarSpan(String(policy.within)),
    last: count('last'),
    daily: count('daily'),
    weekly: count('weekly'),
    monthly: count('monthly'),
    yearly: count('yearly'),
  };
}

suite('complete archives: what restic keeps of the same times, and why', () => {
  for (const { archives, policy, kept } of RESTIC.cases)
    test(`${archives}: ${JSON.stringify(policy)}`, () => {
      const { zone, times } = RESTIC.archives[archives] ?? { zone: 'UTC', times: [] };
      const sorted = times
        .map((time, index) => ({ file: String(index), time: new Date(time), complete: true }))
        .sort((a, b) => b.time.getTime() - a.time.getTime());
      const ours: Record<string, number[]> = {};
      for (const [file, reasons] of keptByRules(sorted, rulesOf(policy), zone)) {
        const words = reasons.join(', ').replaceAll('archive', 'snapshot');
        ours[words] = [...(ours[words] ?? []), Number(file)];
      }
      assert.deepEqual(sortedLists(ours), sortedLists(kept));
    });
});

function sortedLists(byReason: Readonly<Record<string, readonly number[]>>): Record<string, number[]> {
  return Object.fromEntries(
    Object.entries(byReason).map(([reason, indexes]) => [reason, [...indexes].sort((a, b) => a - b)]),
  );
}

test('of a day the newest complete archive is kept; the newest of all where none is complete', () => {
  const archives = newestFirst(
    ['2026-09-11T00:15:00Z', '2026-09-11T08:00:00Z', '2026-09-10T00:15:00Z', '2026-09-10T08:00:00Z'],
    new Set(['2026-09-11T08:00:00Z', '2026-09-10T00:15:00Z', '2026-09-10T08:00:00Z']),
  );
  assert.deepEqual(
    [...keptByRules(archives, { ...NONE, daily: 2 }, 'UTC').keys()],
    ['2026-09-11T00:15:00Z', '2026-09-10T08:00:00Z'],
  );
});

test('the last ones are complete ones; others fill up what is missing', () => {
  const times = ['2026-09-12T00:15:00Z', '2026-09-11T00:15:00Z', '2026-09-10T00:15:00Z'];
  const archives = newestFirst(times, new Set(times.slice(0, 1)));
  const kept = (last: number) => [...keptByRules(archives, { ...NONE, last }, 'UTC').keys()];
  assert.deepEqual(kept(2), times.slice(1));
  assert.deepEqual(kept(3).sort(), [...times].sort());
});

test('days begin at midnight of the zone', () => {
  const archives = newestFirst(['2026-09-10T22:30:00Z', '2026-09-10T21:30:00Z']);
  const daily = { ...NONE, daily: 7 };
  assert.equal(keptByRules(archives, { ...daily, daily: 2 }, 'Europe/Vienna').size, 2);
  const reasons = keptByRules(archives, daily, 'UTC');
  assert.deepEqual([...reasons.values()], [['daily archive'], ['oldest daily archive']]);
  const unlimited = keptByRules(archives, { ...NONE, daily: Number.POSITIVE_INFINITY }, 'UTC');
  assert.deepEqual([...unlimited.values()], [['daily archive'], ['oldest daily archive']]);
});

test('each rule that keeps an archive is a reason', () => {
  const [newest] = [
    ...keptByRules(
      newestFirst(['2026-09-11T00:15:00Z']),
      { within: parseCalendarSpan('7d'), last: 1, daily: 1, weekly: 1, monthly: 1, yearly: 1 },
      'UTC',
    ).values(),
  ];
  assert.deepEqual(newest, [
    'within 7d',
    'last archive',
    'daily archive',
    'weekly archive',
    'monthly archive',
    'yearly archive',
  ]);
});
