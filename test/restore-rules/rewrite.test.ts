import assert from 'node:assert/strict';
import { test } from 'node:test';
import { steps } from '../../src/json/pruning-paths.ts';
import { EVERYWHERE } from '../../src/plan/pruning-table.ts';
import { CHANGES, SKIPS } from '../../src/restore-rules/rule-table.ts';
import { item, json, restored } from './items.ts';

test('every row of the tables has a reason and a source', () => {
  for (const { rule, reason, source, types } of [...SKIPS, ...CHANGES]) {
    assert.match(rule, /^[a-z-]+$/);
    assert.notEqual(reason, '', rule);
    assert.match(source, /^https:\/\/|^--|backup/, rule);
    assert.notDeepEqual(types, [], rule);
  }
});

test('what no rule concerns is the very same, and nothing is told of it', () => {
  const given = item('configmaps', 'shop', 'plain', { data: { clusterIP: '10.0.0.1', uid: 'mine' } });
  const { item: after, notes } = restored(given);
  assert.equal(after.fields, given.fields);
  assert.deepEqual(notes, []);
});

test('nothing of what the server writes is sent, even if the archive has it', () => {
  const metadata = Object.fromEntries(EVERYWHERE.map(({ path }) => [steps(path)[1], 'x']));
  const { object, notes } = restored(item('configmaps', 'shop', 'a', { metadata, status: { phase: 'x' } }));
  assert.deepEqual(object, { apiVersion: 'v1', kind: 'Any', metadata: { name: 'a', namespace: 'shop' } });
  assert.deepEqual(notes, []);
});

test('what is rewritten once is not rewritten again', () => {
  const given = item('services', 'shop', 'web', {
    spec: { clusterIP: '10.0.0.1', ports: [{ port: 80, nodePort: 30080 }] },
  });
  const once = restored(given, { mapping: new Map([['shop', 'copy']]) });
  const twice = restored(once.item);
  assert.equal(twice.item.fields, once.item.fields);
  assert.deepEqual(json(twice.item), once.object);
});

test('notes are bounded in number and length, whatever an archive holds', () => {
  for (const padding of ['', 'x'.repeat(2000)]) {
    const subjects = Array.from({ length: 1000 }, (_, index) => ({
      kind: 'User',
      name: `system:serviceaccount:shop:${index}${padding}`,
    }));
    const given = item('rolebindings.rbac.authorization.k8s.io', 'shop', 'a', { subjects });
    const { notes } = restored(given, { mapping: new Map([['shop', 'copy']]) });
    assert.equal(notes.length, 51);
    assert.equal(notes.at(-1)?.text, '950 more of this kind');
    for (const { text } of notes) assert.ok(text.length < 600);
  }
});

test('notes of --replace are bounded, too, and each option that had an effect has one', () => {
  const texts = Array.from({ length: 1000 }, (_, index) => [`a${index}`, 'old.com']);
  const given = item('configmaps', 'shop', 'a', { data: { ...Object.fromEntries(texts), z: 'late.com' } });
  const replacements = ['old.com', 'late.com'].map((from) => ({ from, to: 'new.com' }));
  const { notes } = restored(given, { replacements });
  assert.equal(notes.length, 52);
  assert.deepEqual([...new Set(notes.map(({ met }) => met))], ['old.com', 'late.com', undefined]);
  assert.equal(notes.at(-1)?.text, '950 more of this kind');
});
