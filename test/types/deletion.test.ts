import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deletionTime, serverTime } from '../../src/types/deletion.ts';

const timeOf = (metadata: unknown) => deletionTime(Buffer.from(JSON.stringify({ metadata })));

test('an object is being deleted since the time that the server wrote', () => {
  assert.equal(timeOf({ deletionTimestamp: '2026-11-20T14:32:10Z' }), '2026-11-20T14:32:10Z');
  assert.equal(
    deletionTime(Buffer.from(' {"metadata": {"deletionTimestamp" : "2026-11-20T14:32:10Z"}}')),
    '2026-11-20T14:32:10Z',
  );
});

test('only its own metadata tells it', () => {
  assert.equal(timeOf({}), null);
  assert.equal(timeOf({ labels: { deletionTimestamp: '2026-11-20T14:32:10Z' } }), null);
  const elsewhere = '{"deletionTimestamp":"2026-11-20T14:32:10Z","metadata":[]}';
  assert.equal(deletionTime(Buffer.from(elsewhere)), null);
});

for (const value of [
  ...[
    null,
    1,
    true,
    {},
    [],
    '',
    'now',
    '2026',
    '2026-11-20',
    '\u001b]52;c;x\u0007',
    'x 2026-11-20T14:32:10Z',
  ],
  ...['2026-11-20T14:32:10+01:00', '2026-13-20T14:32:10Z', '2026-11-20T14:32:10Z\n', '9'.repeat(100_000)],
])
  test(`${JSON.stringify(value).slice(0, 40)} is not a time that a server writes`, () => {
    assert.equal(timeOf({ deletionTimestamp: value }), null);
  });

test('times may have fractions of a second', () => {
  assert.equal(serverTime('2026-11-20T14:32:10.123456Z')?.getTime(), Date.UTC(2026, 10, 20, 14, 32, 10, 123));
});
