import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkGlobs, globMatcher, isLiteral, splitGlobs } from '../../src/words/glob.ts';

const CASES: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['shop', ['shop', 'SHOP'], ['shop2', 'my-shop', 'shop.x']],
  ['*', ['shop', 'a.b.c', '.hidden'], []],
  ['shop-*', ['shop-', 'shop-1'], ['shop', 'a-shop-1']],
  ['*.apps', ['deployments.apps', 'a.b.apps'], ['apps', 'deployments.apps.openshift.io']],
  ['shop-?', ['shop-1'], ['shop-', 'shop-12']],
  ['shop-[a-c]', ['shop-b'], ['shop-d', 'shop-']],
  ['{shop,pay*}', ['shop', 'payments'], ['shoppay', 'shops']],
  ['shop-[^a]', ['shop-b'], ['shop-a']],
  ['*a*b', ['ab', 'aab', 'xaxb'], ['ba', 'a']],
  ['{,cluster}roles', ['roles', 'clusterroles'], ['cluster', 'xroles']],
  ['{a,b{c,d{e,f}}}-*', ['a-', 'bc-x', 'bde-1', 'BDF-'], ['b-', 'bd-', 'c-']],
  ['{a*,*b}c', ['ac', 'axxc', 'xbc', 'bc'], ['a', 'xc']],
  ['[a-cx_-]', ['b', 'x', '_', '-'], ['d', 'y', '']],
  ['*.*', ['a.b', '.'], ['ab']],
];

for (const [pattern, matching, others] of CASES) {
  test(`${pattern} matches ${matching.join(', ')}`, () => {
    const matches = globMatcher([pattern]);
    for (const text of matching) assert(matches(text), text);
    for (const text of others) assert(!matches(text), text);
    assert.deepEqual(checkGlobs([pattern]), []);
  });
}

test('one of several patterns is enough, and no pattern matches nothing', () => {
  const matches = globMatcher(['a', 'b*']);
  assert(matches('a') && matches('bb') && !matches('c'));
  assert(!globMatcher([])('a'));
});

test('a pattern is held against a name in no time, whatever it is', () => {
  for (const pattern of [
    '*a*a*a*a*a*a*a*a*a*a*a*ab',
    `${'*a'.repeat(2000)}b`,
    `${'a*'.repeat(2000)}b`,
    `${'?*'.repeat(2000)}b`,
    `${'*'.repeat(4000)}b`,
    `${'{a,aa}'.repeat(600)}b`,
    `${'{*,a*}'.repeat(600)}b`,
    `{${'*a,'.repeat(1300)}b}b`,
    `${'{*a,'.repeat(8)}b${'}'.repeat(8)}b`,
  ]) {
    assert.deepEqual(checkGlobs([pattern]), []);
    const before = process.cpuUsage().user;
    assert(!globMatcher([pattern])('a'.repeat(253)));
    assert(process.cpuUsage().user - before < 2_000_000, pattern.slice(0, 20));
  }
});

test('patterns are separated by commas, but not by those in braces', () => {
  assert.deepEqual(splitGlobs('a, b*,{c,{d,e}},f'), ['a', 'b*', '{c,{d,e}}', 'f']);
  assert.deepEqual(splitGlobs('a,,b'), ['a', '', 'b']);
  assert.deepEqual(splitGlobs('a},b'), ['a}', 'b']);
});

test('patterns are few and short', () => {
  assert.deepEqual(checkGlobs(Array.from({ length: 2000 }, (_, at) => `team-${at}`)), []);
  assert.match(checkGlobs(Array.from({ length: 2001 }, () => 'a')).join(), /^2001 patterns exceed/);
  assert.match(checkGlobs(['a*'.repeat(2000), '*'.repeat(97)]).join(), /4096 characters together/);
  assert.match(checkGlobs(['a'.repeat(254)]).join(), /^"a{40}…" has more than the 253 characters/);
  assert.match(checkGlobs([`${'{a,'.repeat(9)}b${'}'.repeat(9)}`]).join(), /more than 8 levels of braces/);
});

test('a plain name is one without wildcards', () => {
  for (const pattern of ['shop', 'deployments.apps', 'a_b-c']) assert(isLiteral(pattern), pattern);
  for (const pattern of ['shop*', 'sho?', '[a]', '{a,b}', '']) assert(!isLiteral(pattern), pattern);
});

for (const [pattern, said] of [
  ['', /an empty pattern/],
  ['a/b', /"a\/b" is not a valid pattern of names/],
  ['!shop', /is not a valid pattern/],
  ['shop pay', /is not a valid pattern/],
  ['@(a|b)', /is not a valid pattern/],
  ['{shop', /"\{shop" has an unmatched bracket/],
  ['pay]', /has an unmatched bracket/],
  ['{}', /has an unmatched bracket/],
  ['[]', /has an unmatched bracket/],
  ['[a', /has an unmatched bracket/],
  ['{a,[b}', /has an unmatched bracket/],
  ['{a,{b}', /has an unmatched bracket/],
  ['a\u001b[2J', /^"a\\u001b\[2J" is not a valid pattern/],
] as const) {
  test(`${JSON.stringify(pattern)} is no pattern`, () => {
    const mistakes = checkGlobs([pattern, 'fine']);
    assert.equal(mistakes.length, 1);
    assert.match(mistakes[0] ?? '', said);
  });
}
