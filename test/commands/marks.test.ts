import assert from 'node:assert/strict';
import { test } from 'node:test';
import { marksOf } from '../../src/commands/marks.ts';
import { contextOf } from './context.ts';

const NOW = new Date('2026-09-20T00:15:00Z');
const marks = (...words: string[]) => marksOf(contextOf(['backup', ...words]).context.config, NOW);

test('without options an archive is not marked', () => {
  assert.deepEqual(marks(), {});
});

test('dates are those of the zone, durations count from now', () => {
  assert.deepEqual(
    marks('--hold-until', '2027-03-01', '--zone', 'Europe/Vienna', '--note', 'before the upgrade'),
    { holdUntil: '2027-02-28T23:00:00.000Z', note: 'before the upgrade' },
  );
  assert.deepEqual(marks('--hold-until', 'forever'), { holdUntil: 'forever' });
  assert.deepEqual(marks('--expires', '36h'), { expires: '2026-09-21T12:15:00.000Z' });
  assert.deepEqual(marks('--hold-until', '2026-10-01', '--expires', '2026-10-01'), {
    holdUntil: '2026-10-01T00:00:00.000Z',
    expires: '2026-10-01T00:00:00.000Z',
  });
});

test('what has passed, or contradicts itself, is wrong usage', () => {
  const refused = (words: string[], message: string) =>
    assert.throws(() => marks(...words), { name: 'Failure', ending: 'usage', message });
  refused(['--hold-until', '2026-09-20'], '--hold-until: 2026-09-20T00:00:00.000Z is in the past');
  refused(['--expires', '2020-01-01'], '--expires: 2020-01-01T00:00:00.000Z is in the past');
  const contradiction = '--expires: the archive would expire while --hold-until keeps it';
  refused(['--hold-until', 'forever', '--expires', '7d'], contradiction);
  refused(['--hold-until', '2026-10-02', '--expires', '2026-10-01'], contradiction);
});
