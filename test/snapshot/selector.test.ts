import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkSelector } from '../../src/snapshot/selector.ts';

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
      (error: Error) => error.message.startsWith(`${named} is no label requirement; write `),
    );
  });
}
