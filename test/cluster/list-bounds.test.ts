import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ListBounds, Pages } from '../../src/cluster/list-bounds.ts';
import { WRITTEN } from '../../src/json/limits.ts';

test('the time and bytes of a list are limited by its type', () => {
  let now = 1000;
  const slow = new ListBounds(() => now);
  slow.came(1);
  now += WRITTEN.listTime;
  slow.came(1);
  now += 1;
  assert.throws(() => slow.came(1), /^ListMistake: it has not ended after 30 minutes$/);
  const large = new ListBounds(() => 0);
  large.came(WRITTEN.listBytes);
  assert.throws(() => large.came(1), /^ListMistake: it has not ended after 16 GiB$/);
});

test('any number of pages with objects is read', () => {
  const pages = new Pages();
  for (let page = 0; page < 100_000; page++) pages.follow(`${page}`, true);
  for (let page = 0; page < 1000; page++) pages.follow(`empty ${page}`, false);
});

test('a repeated continue token ends the list, wherever the cycle begins', () => {
  for (const before of [0, 1, 5, 100])
    for (const length of [1, 2, 3, 50]) {
      const pages = new Pages();
      const token = (page: number) => `${page < before ? page : before + ((page - before) % length)}`;
      let page = 0;
      assert.throws(() => {
        for (; page < 10_000; page++) pages.follow(token(page), true);
      }, /its pages repeat/);
      assert(page <= 3 * (before + length) + 1, `${before} + ${length}: after ${page}`);
    }
});

test('empty pages are accepted, but only some', () => {
  const pages = new Pages();
  assert.throws(() => {
    for (let page = 0; page < 2000; page++) pages.follow(`${page}`, false);
  }, /1000 consecutive pages hold no object/);
});
