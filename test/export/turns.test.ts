import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Turns } from '../../src/export/turns.ts';

/** Whether a promise is kept once everything that can happen has happened. */
async function isKept(promise: Promise<unknown>): Promise<boolean> {
  let kept = false;
  promise.then(
    () => (kept = true),
    () => {},
  );
  await new Promise((resolve) => setImmediate(resolve));
  return kept;
}

test('one list after the other has its turn, in the order of asking', async () => {
  const turns = new Turns();
  const [first, second, third] = [turns.turn(), turns.turn(), turns.turn()];
  await first.take('reading');
  const [after, last] = [second.take('reading'), third.take('reading')];
  assert.equal(await isKept(after), false);
  first.give('reading');
  assert.equal(await isKept(after), true);
  assert.equal(await isKept(last), false);
  second.end();
  assert.equal(await isKept(last), true);
});

test('a turn lasts as long as any use of it', async () => {
  const turns = new Turns();
  const [first, second] = [turns.turn(), turns.turn()];
  await first.take('reading');
  await first.take('writing');
  const after = second.take('reading');
  first.give('reading');
  first.give('reading');
  assert.equal(await isKept(after), false);
  first.give('writing');
  assert.equal(await isKept(after), true);
});

test('a list that ends while it waits holds nobody up', async () => {
  const turns = new Turns();
  const [first, second, third] = [turns.turn(), turns.turn(), turns.turn()];
  await first.take('reading');
  const given = assert.rejects(second.take('writing'), /the list ended while it waited/);
  const last = third.take('reading');
  second.end();
  assert.equal(await isKept(last), false);
  first.end();
  await given;
  assert.equal(await isKept(last), true);
  await assert.rejects(first.take('reading'), /the list ended/);
});
