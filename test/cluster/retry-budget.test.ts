import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { ApiError, ConnectionError } from '../../src/cluster/api-error.ts';
import { RetryBudget, retried } from '../../src/cluster/retry-budget.ts';
import { fakeTime } from '../support/fake-time.ts';

const unavailable = () => new ApiError('GET', '/api', 503, '', null);
const refused = () => new ApiError('GET', '/api', 401, '', null);
const overloaded = (after: number) => new ApiError('GET', '/api', 429, '', after);

/** Time that stands still, and the longest pauses. */
function at(t: TestContext) {
  t.mock.method(Math, 'random', () => 1);
  return fakeTime(t);
}

/** Attempts that fail with these errors, one after the other, and then succeed; when each was made. */
function failing(now: () => number, errors: readonly Error[]) {
  const times: number[] = [];
  const attempt = async () => {
    times.push(now());
    const error = errors[times.length - 1];
    if (error !== undefined) throw error;
    return 'answer';
  };
  return { times, attempt };
}

const never = new AbortController().signal;
const noReload = () => assert.fail('the credentials are not to be read again');

test('an attempt that succeeds is made once', async (t) => {
  const { now } = at(t);
  const { times, attempt } = failing(now, []);
  assert.equal(await retried(new RetryBudget(60_000, never), noReload, attempt), 'answer');
  assert.deepEqual(times, [0]);
});

test('temporary failures are retried after pauses that double up to eight seconds', async (t) => {
  const { now, pass } = at(t);
  const { times, attempt } = failing(now, Array.from({ length: 7 }, unavailable));
  const result = retried(new RetryBudget(60_000, never), noReload, attempt);
  await pass(60_000);
  assert.equal(await result, 'answer');
  const pauses = times.map((time, index) => time - (times[index - 1] ?? 0));
  assert.deepEqual(pauses, [0, 500, 1000, 2000, 4000, 8000, 8000, 8000]);
});

test('pauses are random, so that several clients do not retry at the same time', async (t) => {
  const { now, pass } = fakeTime(t);
  t.mock.method(Math, 'random', () => 0.5);
  const { times, attempt } = failing(now, [unavailable()]);
  const result = retried(new RetryBudget(60_000, never), noReload, attempt);
  await pass(1000);
  await result;
  assert.deepEqual(times, [0, 250]);
});

test('the server can request a longer pause', async (t) => {
  const { now, pass } = at(t);
  const { times, attempt } = failing(now, [overloaded(20_000)]);
  const result = retried(new RetryBudget(60_000, never), noReload, attempt);
  await pass(20_000);
  assert.equal(await result, 'answer');
  assert.deepEqual(times, [0, 20_000]);
});

test('a pause longer than the rest of the budget is not begun', async (t) => {
  const { now } = at(t);
  const { times, attempt } = failing(now, [overloaded(60_001)]);
  await assert.rejects(retried(new RetryBudget(60_000, never), noReload, attempt), { status: 429 });
  assert.deepEqual(times, [0]);
});

test('without a budget, nothing is retried', async (t) => {
  const { now } = at(t);
  const { times, attempt } = failing(now, [unavailable()]);
  await assert.rejects(retried(new RetryBudget(0, never), noReload, attempt), { status: 503 });
  assert.equal(times.length, 1);
});

test('a permanent failure is not retried', async (t) => {
  const { now } = at(t);
  for (const error of [
    new ApiError('GET', '/api', 403, '', null),
    new ConnectionError('GET', '/api', 'expired', 'CERT_HAS_EXPIRED'),
    new Error('a defect'),
  ]) {
    const { times, attempt } = failing(now, [error]);
    await assert.rejects(retried(new RetryBudget(60_000, never), noReload, attempt), error);
    assert.equal(times.length, 1, error.message);
  }
});

test('when a server was silent for the whole budget, later requests fail at once', async (t) => {
  const { now, pass } = at(t);
  const budget = new RetryBudget(10_000, never);
  const first = failing(now, Array.from({ length: 99 }, unavailable));
  const failed = assert.rejects(retried(budget, noReload, first.attempt));
  await pass(12_000);
  await failed;
  const second = failing(now, Array.from({ length: 99 }, unavailable));
  await assert.rejects(retried(budget, noReload, second.attempt));
  assert.equal(second.times.length, 1);
});

test('an answer gives later requests the whole budget again', async (t) => {
  const { now, pass } = at(t);
  const budget = new RetryBudget(10_000, never);
  const first = failing(now, Array.from({ length: 99 }, unavailable));
  const failed = assert.rejects(retried(budget, noReload, first.attempt));
  await pass(12_000);
  await failed;
  budget.answered();
  const second = failing(now, [unavailable()]);
  const result = retried(budget, noReload, second.attempt);
  await pass(500);
  assert.equal(await result, 'answer');
});

test('refused credentials are read again before each of two more attempts', async (t) => {
  const { now, pass } = at(t);
  const reloads: number[] = [];
  const { times, attempt } = failing(now, Array.from({ length: 9 }, refused));
  const result = retried(new RetryBudget(60_000, never), (began) => reloads.push(began), attempt);
  const failed = assert.rejects(result, { status: 401 });
  await pass(10_000);
  await failed;
  assert.deepEqual(times, [0, 500, 1500]);
  assert.deepEqual(reloads, [0, 500]);
});

test('a signal ends a pause', async (t) => {
  const { now, pass } = at(t);
  const stop = new AbortController();
  const { attempt } = failing(now, [overloaded(30_000)]);
  const result = retried(new RetryBudget(60_000, stop.signal), noReload, attempt);
  const failed = assert.rejects(result, { name: 'AbortError' });
  await pass(100);
  stop.abort();
  await failed;
});
