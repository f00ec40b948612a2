import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDuration } from '../../src/words/duration.ts';

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

test('refuses what is none', () => {
  for (const text of ['', '25', 'h', '-1h', '1.5h', '1 h', '1w', '0h', '1h!', 'x1h', '1000000000h']) {
    assert.throws(() => parseDuration(text), /must be a time such as 25h/, text);
  }
});
