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
  refused(['--expires', '999999d'.repeat(4)], '--expires: use a time before the year 10000');
  refused(['--expires', '999999d'.repeat(400)], '--expires: use a time before the year 10000');
  const contradiction = '--expires: the archive would expire while --hold-until keeps it';
  refused(['--hold-until', 'forever', '--expires', '7d'], contradiction);
  refused(['--hold-until', '2026-10-02', '--expires', '2026-10-01'], contradiction);
});

test('a note is a line that can be shown', () => {
  assert.deepEqual(marks('--note', 'ümlaut, "quotes", 漢字'), { note: 'ümlaut, "quotes", 漢字' });
  for (const note of [
    'a\nb',
    'a\u2028b',
    'a\u2029b',
    '\u001b[2J',
    '\u202eabc',
    '\u200b',
    '\ud800',
    'a\u0085b',
  ])
    assert.throws(() => marks('--note', note), /must not contain line breaks or control characters/);
  assert.throws(() => marks('--note', '  '), /must have text/);
  assert.throws(() => marks('--note', 'x'.repeat(201)), /at most 200 characters/);
});

test('a hold takes a date, not a duration, and says so', () => {
  for (const text of ['7d', 'FOREVER', ' 2027-01-01', '2027', 'tomorrow'])
    assert.throws(() => marks('--hold-until', text), /must be a date such as 2027-03-01, or forever/);
  assert.throws(() => marks('--hold-until', '2027-02-30'), /is not a valid date/);
});
