import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkSelector, selectorMatcher } from '../../src/types/selector.ts';

for (const selector of [
  'app',
  '!app',
  '! app',
  'app=web',
  'app==web',
  'app!=web',
  'app = web',
  'app=',
  'app in (web, db)',
  'app notin (web)',
  'app in(a,b)',
  'app in (a,b),tier=front,!legacy, app.kubernetes.io/name',
  'example.com/App_1.x=V-1.2_3',
]) {
  test(`${selector} is a selector`, () => {
    assert.equal(checkSelector(selector), selector);
  });
}

for (const [selector, named] of [
  ['', '""'],
  ['app=web,', '""'],
  ['app=web,,tier=x', '""'],
  ['app=a b', '"app=a b"'],
  ['app in web', '"app in web"'],
  ['app in (a', '"app in (a"'],
  ['app=web,tier>2', '"tier>2"'],
  ['-app', '"-app"'],
  ['app=web&limit=1', '"app=web&limit=1"'],
] as const) {
  test(`${JSON.stringify(selector)} is none, and ${named} is to blame`, () => {
    assert.throws(
      () => checkSelector(selector),
      (error: Error) => error.message.startsWith(`${named} is not a label requirement; write `),
    );
  });
}

test('a selector of any form is checked in no time, and has a longest', () => {
  for (const selector of [
    `a${'-'.repeat(120_000)}`,
    `a in (${'a,'.repeat(3000)}!)`,
    `a in (${' '.repeat(8000)}`,
    `${'('.repeat(4000)},${')'.repeat(4000)}`,
    `${'a-'.repeat(4000)}=`,
    `a=${'b_'.repeat(4000)}`,
    '!'.repeat(8000),
    '='.repeat(8000),
  ]) {
    const before = process.cpuUsage().user;
    assert.throws(() => checkSelector(selector), { message: /.{1,300}/ });
    assert(process.cpuUsage().user - before < 1_000_000, selector.slice(0, 20));
  }
  assert.throws(() => checkSelector('a'.repeat(8193)), /may have 8192 characters, but this one has 8193/);
  assert.throws(() => checkSelector(`-${'a'.repeat(8000)}`), /^Error: "-a{99}…" is not a label requirement/);
});

const LABELS = new Map([
  ['app', 'web'],
  ['example.com/tier', ''],
]);

for (const [selector, meets] of [
  ['app', true],
  ['!app', false],
  ['! none', true],
  ['app=web', true],
  ['app == web', true],
  ['app=db', false],
  ['app!=web', false],
  ['none!=web', true],
  ['none=', false],
  ['example.com/tier=', true],
  ['app in (db, web)', true],
  ['app in (db)', false],
  ['none in (db)', false],
  ['app notin (db)', true],
  ['app notin (db,web)', false],
  ['none notin (db)', true],
  ['app=web,!none,app in (web,db)', true],
  ['app=web,none', false],
] as const) {
  test(`${selector} ${meets ? 'takes' : 'leaves'} app=web`, () => {
    assert.equal(selectorMatcher(checkSelector(selector))(LABELS), meets);
  });
}
