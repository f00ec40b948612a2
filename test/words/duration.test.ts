import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCalendarSpan, parseDuration, parseSince, startOf } from '../../src/words/duration.ts';

test('reads hours, minutes, days, seconds, and sums of them', () => {
  const HOUR = 3_600_000;
  for (const [text, milliseconds] of [
    ['25h', 25 * HOUR],
    ['90m', 1.5 * HOUR],
    ['7d', 7 * 24 * HOUR],
    ['30s', 30_000],
    ['1d12h', 36 * HOUR],
  ] as const) {
    assert.deepEqual(parseDuration(text), { text, milliseconds });
  }
});

test('refuses text that is not a duration', () => {
  for (const text of ['', '25', 'h', '-1h', '1.5h', '1 h', '1w', '0h', '1h!', 'x1h', '1000000000h']) {
    assert.throws(() => parseDuration(text), /must be a duration such as 25h/, text);
  }
});

const now = new Date('2026-11-21T12:00:00Z');

function start(text: string, zone = 'UTC'): string {
  return startOf(parseSince(text), now, zone).toISOString();
}

test('a duration counts back from now', () => {
  assert.equal(start('7d'), '2026-11-14T12:00:00.000Z');
  assert.equal(start('36h'), '2026-11-20T00:00:00.000Z');
  assert.equal(start('1d12h'), '2026-11-20T00:00:00.000Z');
});

test('a date begins at midnight of the zone', () => {
  assert.equal(start('2026-11-01'), '2026-11-01T00:00:00.000Z');
  assert.equal(start('20261101'), '2026-11-01T00:00:00.000Z');
  assert.equal(start('20261101', 'Europe/Zurich'), '2026-10-31T23:00:00.000Z');
});

test('a date may have a time, which may tell its own zone', () => {
  assert.equal(start('2026-11-01T08:30', 'Europe/Zurich'), '2026-11-01T07:30:00.000Z');
  assert.equal(start('2026-11-01T08:30Z', 'Europe/Zurich'), '2026-11-01T08:30:00.000Z');
  assert.equal(start('20261101T0830+02:00'), '2026-11-01T06:30:00.000Z');
});

for (const text of ['yesterday', '7', '', '0d', '2026', '202611', '2026-W45', '-7d']) {
  test(`${text || 'nothing'} is no beginning`, () => {
    assert.throws(() => parseSince(text), /must be a duration such as 7d or 36h, or a date/);
  });
}

test('a day that does not exist is refused', () => {
  for (const text of ['2026-02-30', '20261301', '2026-11-01T25:00']) {
    assert.throws(() => parseSince(text), /is not a valid date/);
  }
});

test('reads years, months, days and hours as restic writes them', () => {
  const span = (text: string) => {
    const { years, months, days, hours } = parseCalendarSpan(text);
    return [years, months, days, hours];
  };
  assert.deepEqual(span('2y5m7d3h'), [2, 5, 7, 3]);
  assert.deepEqual(span('6m'), [0, 6, 0, 0]);
  assert.deepEqual(span('1y12h'), [1, 0, 0, 12]);
  assert.deepEqual(span('12h2d'), [0, 0, 2, 12]);
  assert.deepEqual(span('87600h'), [0, 0, 0, 87600]);
});

test('anything else is refused', () => {
  for (const text of ['', '7', '7w', '0d', '1d2d', '-1d', '1.5y', '9999999d', '1d 2h', '7d '])
    assert.throws(() => parseCalendarSpan(text), /^Error: must be a time such as 7d, 6m or 1y6m12d3h/, text);
});
