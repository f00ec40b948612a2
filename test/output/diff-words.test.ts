import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ObjectChange } from '../../src/changes/change.ts';
import {
  alikeText,
  gapName,
  gapReason,
  notShownText,
  objectTitle,
  totalsText,
} from '../../src/output/diff-words.ts';

test('totals are a sentence', () => {
  const none = { added: 0, changed: 0, removed: 0, projects: 0, clusterScoped: 0 };
  assert.equal(totalsText(none), 'no differences');
  assert.equal(
    totalsText({ ...none, changed: 12, added: 3, removed: 1, projects: 3 }),
    '12 objects changed, 3 added, 1 removed in 3 projects',
  );
  assert.equal(
    totalsText({ ...none, removed: 1, clusterScoped: 1 }),
    '1 object removed in cluster-scoped types',
  );
});

test('what is not shown is counted by reason, with the option that shows it', () => {
  assert.equal(notShownText({ reasons: [], ignoredFields: 0 }), null);
  const token = { nouns: ['token', 'tokens'] as const, count: 1 };
  const pods = { nouns: ['pod of a controller', 'pods of controllers'] as const, count: 86 };
  assert.equal(
    notShownText({ reasons: [token, pods], ignoredFields: 1 }),
    '1 token, 86 pods of controllers (--include-noise), 1 field by --ignore',
  );
  assert.equal(notShownText({ reasons: [], ignoredFields: 3 }), '3 fields by --ignore');
});

const object: ObjectChange = {
  change: 'changed',
  project: 'a',
  type: 'configmaps',
  kind: 'ConfigMap',
  name: 'ca',
  changes: [],
  beingDeletedSince: null,
};

test('projects with the same change are named as far as they fit', () => {
  const projects = Array.from({ length: 40 }, (_, at) => `team-${at}`);
  assert.match(
    alikeText({ kind: 'alike', object, projects, hasOtherNames: false }),
    /^changed alike in 40 projects: team-0, (team-\d, )+team-\d and 3\d more$/,
  );
  const long = ['x'.repeat(63), 'y'];
  assert.equal(
    alikeText({ kind: 'alike', object, projects: long, hasOtherNames: false }),
    `changed alike in 2 projects: ${long[0]} and 1 more`,
  );
});

test('a renamed object shows both names, long hashes shortened', () => {
  const [before, after] = ['app-2b4c6dh8k9', 'app-7h8k9f2m4t'];
  const renamed = { ...object, name: after, renamedFrom: before };
  assert.equal(objectTitle(object), 'ca');
  assert.equal(objectTitle(renamed), `${before} → ${after}`);
  assert.equal(objectTitle(renamed, true), 'app-…');
  const hashes = ['0123456789abcdef0123', 'fedcba98765432100123'];
  const long = { ...object, renamedFrom: `x-${hashes[0]}`, name: `x-${hashes[1]}` };
  assert.equal(objectTitle(long), 'x-01234567… → x-fedcba98…');
});

test('a gap names the part and why each archive does not cover it', () => {
  const [before, after] = [
    { name: 'a.zip', time: '' },
    { name: 'b.zip', time: '' },
  ];
  const gap = { project: 'shop', type: 'secrets', before: 'denied', after: null };
  assert.equal(gapName(gap), 'shop/secrets');
  assert.equal(gapReason(gap, before, after), 'a.zip: denied');
  const all = { project: null, type: 'secrets', before: 'denied', after: 'failed' };
  assert.equal(gapName(all), 'secrets');
  assert.equal(gapReason(all, before, after), 'a.zip: denied; b.zip: failed');
});
