import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { Throttle } from '../../src/cluster/throttle.ts';
import { fakeTime } from '../support/fake-time.ts';

/** Starts tasks that end when they are told to; counts how many run. */
function tasks(throttle: Throttle) {
  const ends: Array<() => void> = [];
  const start = (count: number) => {
    for (let left = count; left > 0; left--) {
      const { promise, resolve } = Promise.withResolvers<void>();
      void throttle.run(() => {
        ends.push(resolve);
        return promise;
      });
    }
  };
  const end = async (count: number) => {
    for (const each of ends.splice(0, count)) each();
    await turn();
  };
  return { start, end, running: () => ends.length };
}

/** As many successes as raise the limit once. */
function raise(throttle: Throttle): void {
  for (let left = throttle.limit; left > 0; left--) throttle.went();
}

test('sixteen tasks run at once, the next one when one has ended', async () => {
  const { start, end, running } = tasks(new Throttle());
  start(20);
  assert.equal(running(), 16);
  await end(1);
  assert.equal(running(), 16);
  await end(16);
  assert.equal(running(), 3);
});

test('a task that fails frees its slot and rejects with its error', async () => {
  const throttle = new Throttle();
  for (let left = 40; left > 0; left--)
    await assert.rejects(
      throttle.run(() => Promise.reject(new Error('refused'))),
      /refused/,
    );
  assert.equal(await throttle.run(async () => 'answer'), 'answer');
});

test('the limit grows by one after a whole set of successes, up to 32', () => {
  const throttle = new Throttle();
  for (let left = 15; left > 0; left--) throttle.went();
  assert.equal(throttle.limit, 16);
  throttle.went();
  assert.equal(throttle.limit, 17);
  for (let left = 40; left > 0; left--) raise(throttle);
  assert.equal(throttle.limit, 32);
});

test('a refusal halves the limit and starts counting successes again', (t) => {
  fakeTime(t);
  const throttle = new Throttle();
  for (let left = 15; left > 0; left--) throttle.went();
  throttle.refused();
  assert.equal(throttle.limit, 8);
  throttle.went();
  assert.equal(throttle.limit, 8);
});

test('refusals within one second count once, and the limit never falls below one', async (t) => {
  const { pass } = fakeTime(t);
  const throttle = new Throttle();
  for (let left = 30; left > 0; left--) throttle.refused();
  assert.equal(throttle.limit, 8);
  for (const limit of [4, 2, 1, 1]) {
    await pass(1000);
    throttle.refused();
    assert.equal(throttle.limit, limit);
  }
});

test('after a refusal no task begins until enough have ended', async (t) => {
  fakeTime(t);
  const throttle = new Throttle();
  const { start, end, running } = tasks(throttle);
  start(20);
  throttle.refused();
  await end(8);
  assert.equal(running(), 8);
  await end(1);
  assert.equal(running(), 8);
});

test('when the limit has grown, two tasks follow one that ends', async () => {
  const throttle = new Throttle();
  const { start, end, running } = tasks(throttle);
  start(20);
  raise(throttle);
  await end(1);
  assert.equal(running(), 17);
});
