import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError, ConnectionError } from '../../src/cluster/api-error.ts';
import { Readiness } from '../../src/cluster/readiness.ts';
import { fakeTime } from '../support/fake-time.ts';

const status = (code: number) => new ApiError('GET', '/readyz', code, '', null);
const down = () => new ConnectionError('GET', '/readyz', 'refused', 'ECONNREFUSED');

/** A server that answers as the function says, and what was asked of it. */
function asked(answer: () => Error | null) {
  const counts = { asked: 0, reloaded: 0 };
  const readiness = new Readiness(
    async () => {
      counts.asked += 1;
      const error = answer();
      if (error !== null) throw error;
    },
    () => {
      counts.reloaded += 1;
    },
  );
  return { readiness, counts };
}

test('a ready server is asked once, however many requests there are', async () => {
  const { readiness, counts } = asked(() => null);
  await Promise.all([readiness.confirmed(), readiness.confirmed()]);
  await readiness.confirmed();
  assert.equal(counts.asked, 1);
});

test('after a temporary failure it is asked again', async () => {
  const { readiness, counts } = asked(() => null);
  await readiness.confirmed();
  readiness.doubt();
  await readiness.confirmed();
  assert.equal(counts.asked, 2);
});

test('a server that is not ready holds requests back', async () => {
  let error: Error | null = status(503);
  const { readiness } = asked(() => error);
  await assert.rejects(readiness.confirmed(), { status: 503 });
  error = down();
  await assert.rejects(readiness.confirmed(), { code: 'ECONNREFUSED' });
  error = null;
  await readiness.confirmed();
});

test('without permission to ask, the server counts as ready', async () => {
  for (const code of [403, 404]) {
    const { readiness, counts } = asked(() => status(code));
    await readiness.confirmed();
    await readiness.confirmed();
    assert.deepEqual(counts, { asked: 1, reloaded: 0 }, String(code));
  }
});

test('refused credentials are reported by the request itself', async () => {
  const { readiness, counts } = asked(() => status(401));
  await readiness.confirmed();
  assert.equal(counts.reloaded, 0);
});

test('a refusal after the server was ready is a restart: it has not read its roles yet', async () => {
  let error: Error | null = null;
  const { readiness, counts } = asked(() => error);
  await readiness.confirmed();
  for (const code of [401, 403]) {
    error = status(code);
    readiness.doubt();
    await assert.rejects(readiness.confirmed(), /40\d, though the server was ready before/);
  }
  assert.equal(counts.reloaded, 2);
});

test('a server that was restarted has five seconds to read its roles', async (t) => {
  const { pass } = fakeTime(t);
  let error: Error = down();
  const { readiness, counts } = asked(() => error);
  await assert.rejects(readiness.confirmed(), { code: 'ECONNREFUSED' });
  error = status(403);
  await assert.rejects(readiness.confirmed(), /403, though the server has just restarted/);
  await pass(4950);
  await assert.rejects(readiness.confirmed(), /403, though the server has just restarted/);
  await pass(50);
  await readiness.confirmed();
  assert.equal(counts.reloaded, 2);
});
