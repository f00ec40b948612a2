import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkGlobs, globMatcher, isLiteral } from '../../src/snapshot/glob.ts';

const CASES: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['shop', ['shop', 'SHOP'], ['shop2', 'my-shop', 'shop.x']],
  ['*', ['shop', 'a.b.c', '.hidden'], []],
  ['shop-*', ['shop-', 'shop-1'], ['shop', 'a-shop-1']],
  ['*.apps', ['deployments.apps', 'a.b.apps'], ['apps', 'deployments.apps.openshift.io']],
  ['shop-?', ['shop-1'], ['shop-', 'shop-12']],
  ['shop-[a-c]', ['shop-b'], ['shop-d', 'shop-']],
  ['{shop,pay*}', ['shop', 'payments'], ['shoppay', 'shops']],
  ['shop-[^a]', ['shop-b'], ['shop-a']],
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

test('a plain name is one without wildcards', () => {
  for (const pattern of ['shop', 'deployments.apps', 'a_b-c']) assert(isLiteral(pattern), pattern);
  for (const pattern of ['shop*', 'sho?', '[a]', '{a,b}', '']) assert(!isLiteral(pattern), pattern);
});

for (const [pattern, said] of [
  ['', /an empty pattern/],
  ['a/b', /"a\/b" is no pattern of names/],
  ['!shop', /is no pattern/],
  ['shop pay', /is no pattern/],
  ['@(a|b)', /is no pattern/],
  ['{shop', /"\{shop" has a bracket without its partner/],
  ['pay]', /has a bracket without its partner/],
  ['{}', /has a bracket without its partner/],
] as const) {
  test(`${JSON.stringify(pattern)} is no pattern`, () => {
    const mistakes = checkGlobs([pattern, 'fine']);
    assert.equal(mistakes.length, 1);
    assert.match(mistakes[0] ?? '', said);
  });
}
