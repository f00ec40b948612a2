import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closeNames, didYouMean } from '../../src/words/names.ts';

const NAMES = ['storefront', 'storefront-canary', 'checkout', 'cart', 'card', 'db'];

test('names a letter or two away, the closest first', () => {
  assert.deepEqual(closeNames('storefrnt', NAMES), ['storefront']);
  assert.deepEqual(closeNames('car', NAMES), ['card', 'cart']);
  assert.deepEqual(closeNames('carts', ['aartz', 'carta']), ['carta', 'aartz']);
  assert.deepEqual(closeNames('cardt', NAMES), ['card', 'cart']);
});

test('names that hold the word, or are held in it', () => {
  assert.deepEqual(closeNames('store', NAMES), ['storefront', 'storefront-canary']);
  assert.deepEqual(closeNames('checkout-v2', NAMES), ['checkout']);
});

test('nothing where nothing is close, three at most', () => {
  assert.deepEqual(closeNames('payments', NAMES), []);
  assert.deepEqual(closeNames('a-0', ['a-1', 'a-2', 'a-3', 'a-4', 'a-1']), ['a-1', 'a-2', 'a-3']);
});

test('names of any length cost little', () => {
  const long = 'x'.repeat(1e6);
  assert.deepEqual(closeNames(`${long}y`, [long, `${long}z`]), [long]);
});

test('a question names them all, and there is none without a similar name', () => {
  assert.equal(didYouMean('car', NAMES), '; did you mean card or cart?');
  assert.equal(didYouMean('payments', NAMES), '');
});
