import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownersOf, relinkOwners } from '../../src/restore-rules/owners.ts';
import { item, json } from './items.ts';

const reference = (name: string, more: object = {}) => ({
  apiVersion: 'x/v1',
  kind: 'Own',
  name,
  uid: 'old',
  ...more,
});
const owned = (...ownerReferences: readonly unknown[]) =>
  item('configmaps', 'shop', 'a', { metadata: { ownerReferences } });

test('an owner that is there gets the uid of now, and stays what it was', () => {
  const more = { controller: true, blockOwnerDeletion: true };
  const { item: after, notes, dropped } = relinkOwners(owned(reference('a', more)), () => 'new');
  assert.deepEqual(json(after).metadata, {
    name: 'a',
    namespace: 'shop',
    ownerReferences: [reference('a', { ...more, uid: 'new' })],
  });
  assert.deepEqual([notes, dropped], [[], []]);
});

test('an owner that is not there is dropped and told; without any, none is named', () => {
  const { item: after, notes, dropped } = relinkOwners(owned(reference('a')), () => null);
  assert.deepEqual(json(after).metadata, { name: 'a', namespace: 'shop' });
  assert.deepEqual(notes, [
    { rule: 'owner-gone', text: 'owner Own a removed: it does not exist and is not restored' },
  ]);
  assert.deepEqual(dropped, [{ apiVersion: 'x/v1', kind: 'Own', name: 'a' }]);
});

test('each owner is asked for by itself', () => {
  const { item: after } = relinkOwners(owned(reference('a'), reference('b')), ({ name }) =>
    name === 'b' ? 'new' : null,
  );
  assert.deepEqual(Object(json(after).metadata).ownerReferences, [reference('b', { uid: 'new' })]);
});

test('what names no owner is dropped, and an object without owners is the very same', () => {
  assert.equal(relinkOwners(owned('nonsense', { name: 'a' }), () => 'new').notes.length, 2);
  const free = item('configmaps', 'shop', 'a');
  assert.equal(relinkOwners(free, () => 'new').item.fields, free.fields);
  const empty = relinkOwners(owned(), () => 'new').item;
  assert.deepEqual(json(empty).metadata, { name: 'a', namespace: 'shop' });
});

test('of very many owners only the first are looked up, since each is a request', () => {
  const many = Array.from({ length: 1000 }, (_, index) => reference(`owner-${index}`));
  const asked: string[] = [];
  const { item: after, notes } = relinkOwners(owned(...many), ({ name }) => {
    asked.push(name);
    return 'new';
  });
  assert.equal(asked.length, 50);
  assert.equal(ownersOf(owned(...many).fields).length, 50);
  assert.equal(Object(json(after).metadata).ownerReferences.length, 50);
  assert.deepEqual(notes, [
    { rule: 'owner-gone', text: '950 owners removed: only the first 50 are restored' },
  ]);
});

test('a note of an owner is bounded, whatever kind an archive names', () => {
  const { notes } = relinkOwners(owned(reference('a', { kind: 'K'.repeat(5000) })), () => null);
  assert.equal(notes.length, 1);
  for (const { text } of notes) assert.ok(text.length < 500);
});
