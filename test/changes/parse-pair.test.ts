import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MOST_COMPARED, MOST_TEXT, parsePair, parseSingle } from '../../src/changes/parse-pair.ts';
import { pathText } from '../../src/changes/path.ts';
import { valueChanges } from '../../src/changes/value-changes.ts';
import { Raw } from '../../src/json/value.ts';

function told(before: string, after: string): string[] {
  const [from, to] = parsePair(Buffer.from(before), Buffer.from(after));
  return [...valueChanges(from, to)].map(({ kind, path }) => `${kind} ${pathText(path)}`);
}

const many = (count: number, first = '{}') => `[${first}${',{}'.repeat(count - 1)}]`;

test('of versions with too many values, each differing part is told, and a list of these as a whole', () => {
  const version = (label: string, first: string) =>
    `{"kind":"Grid","metadata":{"labels":{"a":"${label}"},"name":"x"},"spec":{"cells":${many(490_000, first)},"same":${many(200_000)},"size":[1,2,{"name":"${label}"}]}}`;
  assert.deepEqual(told(version('one', '{}'), version('two', '{"a":1}')), [
    'changed metadata.labels.a',
    'changed spec.cells',
    'changed spec.size[2].name',
  ]);
  assert.deepEqual(told(version('one', '{}'), version('two', '{}')).length, 2);
});

test('what one version alone has, and has too many values, is text', () => {
  const [, after] = parsePair(
    Buffer.from(`{"a":${many(70_000)}}`),
    Buffer.from(`{"a":1,"b":${many(70_000)}}`),
  );
  assert.ok(after instanceof Map && after.get('b') instanceof Raw);
});

test('an object with too many fields is told as a whole', () => {
  const fields = (value: number) =>
    `{${Array.from({ length: MOST_COMPARED }, (_, at) => `"k${at}":${value}`).join()}}`;
  assert.deepEqual(told(`{"data":${fields(1)},"a":1}`, `{"data":${fields(2)},"a":1}`), ['changed data']);
});

test('too much text is told by its size, also where that is the same', () => {
  const text = (character: string) => `{"a":1,"b":"${character.repeat(MOST_TEXT / 2)}"}`;
  const [change, ...more] = [...valueChanges(...parsePair(Buffer.from(text('x')), Buffer.from(text('y'))))];
  assert.deepEqual(more, []);
  assert.deepEqual(change, {
    kind: 'changed',
    path: [{ kind: 'key', key: 'b' }],
    before: '(8388610 bytes, too large to be shown)',
    after: '(8388610 bytes, too large to be shown, changed)',
  });
});

test('a version alone is made values of up to half as much', () => {
  assert.ok(Array.isArray(parseSingle(Buffer.from(many(MOST_COMPARED / 2 - 1)))));
  assert.equal(parseSingle(Buffer.from(many(MOST_COMPARED / 2))), null);
});
