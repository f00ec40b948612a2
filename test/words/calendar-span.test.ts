import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCalendarSpan } from '../../src/words/calendar-span.ts';

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
