import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Change } from '../../src/changes/change.ts';
import { MOST_COMPARED, MOST_TEXT, parsePair, parseSingle } from '../../src/changes/parse-pair.ts';
import { pathText } from '../../src/changes/path.ts';
import { valueChanges } from '../../src/changes/value-changes.ts';
import { parseValue } from '../../src/json/parse-value.ts';
import { canonical, Raw } from '../../src/json/value.ts';

function told(before: string, after: string): string[] {
  const pair = parsePair(Buffer.from(before), Buffer.from(after), 'things');
  return [...valueChanges(pair.before, pair.after)].map(({ kind, path }) => `${kind} ${pathText(path)}`);
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
  const { after, hasText } = parsePair(
    Buffer.from(`{"a":${many(70_000)}}`),
    Buffer.from(`{"a":1,"b":${many(70_000)}}`),
    'things',
  );
  assert.ok(hasText);
  assert.ok(after instanceof Map && after.get('b') instanceof Raw);
});

test('an object with too many fields is told as a whole', () => {
  const fields = (value: number) =>
    `{${Array.from({ length: MOST_COMPARED }, (_, at) => `"k${at}":${value}`).join()}}`;
  assert.deepEqual(told(`{"data":${fields(1)},"a":1}`, `{"data":${fields(2)},"a":1}`), ['changed data']);
});

test('too much text is told by its size, also where that is the same', () => {
  const text = (character: string) => `{"a":1,"b":"${character.repeat(MOST_TEXT / 2)}"}`;
  const pair = parsePair(Buffer.from(text('x')), Buffer.from(text('y')), 'things');
  assert.ok(pair.hasText);
  const [change, ...more] = [...valueChanges(pair.before, pair.after)];
  assert.deepEqual(more, []);
  assert.deepEqual(change, {
    kind: 'changed',
    path: [{ kind: 'key', key: 'b' }],
    before: '(8388610 bytes, too large to be shown)',
    after: '(8388610 bytes, too large to be shown, changed)',
  });
});

test('what is equal is not taken apart, and changes nothing about what differs', () => {
  const value = fc.jsonValue({ maxDepth: 4 });
  const object = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'kind', 'data'), value);
  fc.assert(
    fc.property(object, object, object, fc.constantFrom(0, 2), (shared, before, after, indent) => {
      const bytes = [before, after].map((own) =>
        Buffer.from(JSON.stringify({ ...shared, own, x: { shared, ...own } }, null, indent)),
      );
      const [from = Buffer.alloc(0), to = Buffer.alloc(0)] = bytes;
      const pair = parsePair(from, to, 'things');
      const textOf = (changes: Iterable<Change>) => [...changes].map((change) => changeText(change));
      assert.deepEqual(
        textOf(valueChanges(pair.before, pair.after)),
        textOf(valueChanges(parseValue(from), parseValue(to))),
      );
    }),
    { numRuns: 1000 },
  );
});

test('of versions that differ in their metadata alone, the values end with it, and the changes are the same', () => {
  const metadata = fc.dictionary(
    fc.constantFrom('name', 'labels', 'annotations', 'finalizers'),
    fc.jsonValue(),
  );
  const rest = fc.dictionary(fc.constantFrom('spec', 'data', 'status'), fc.jsonValue(), { minKeys: 1 });
  fc.assert(
    fc.property(metadata, metadata, rest, fc.constantFrom(0, 2), (before, after, shared, indent) => {
      const [from, to] = [before, after].map((own) =>
        Buffer.from(
          JSON.stringify({ apiVersion: 'v1', kind: 'Thing', metadata: own, ...shared }, null, indent),
        ),
      ) as [Buffer, Buffer];
      const pair = parsePair(from, to, 'things');
      assert.equal(pair.endsWithMetadata, true);
      const keys = pair.before instanceof Map ? [...pair.before.keys()] : [];
      assert.deepEqual(keys, ['apiVersion', 'kind', 'metadata']);
      const textOf = (changes: Iterable<Change>) => [...changes].map((change) => changeText(change));
      assert.deepEqual(
        textOf(valueChanges(pair.before, pair.after)),
        textOf(valueChanges(parseValue(from), parseValue(to))),
      );
    }),
    { numRuns: 500 },
  );
});

for (const [what, before, after] of [
  ['what follows the metadata differs', { spec: { a: 1 } }, { spec: { a: 2 } }],
  ['annotations of a Secret differ, which may be copies of its data', {}, { kind: 'Secret' }],
] as const)
  test(`the values are whole where ${what}`, () => {
    const version = (own: object, note: string) =>
      Buffer.from(
        JSON.stringify({
          kind: 'Secret',
          metadata: { annotations: { note } },
          data: { p: 'c2VjcmV0' },
          ...own,
        }),
      );
    assert.equal(parsePair(version(before, 'one'), version(after, 'two'), 'things').endsWithMetadata, false);
  });

function changeText(change: Change): string {
  const values =
    change.kind === 'text' ? [] : 'value' in change ? [change.value] : [change.before, change.after];
  return [change.kind, pathText(change.path), ...values.map(canonical)].join(' ');
}

test('the data of a Secret is kept, also where it is equal in both: copies of it are masked', () => {
  const secret = (note: string) =>
    Buffer.from(
      `{"kind":"Secret","metadata":{"annotations":{"n":"${note}"}},"data":{"p":"c2VjcmV0LXZhbHVl"}}`,
    );
  for (const [type, wrapped] of [
    ['secrets', false],
    ['templates.template.openshift.io', true],
  ] as const) {
    const bytes = ['one', 'two'].map((note) =>
      wrapped ? Buffer.from(`{"spec":{"object":${secret(note)}}}`) : secret(note),
    );
    const pair = parsePair(bytes[0] ?? Buffer.alloc(0), bytes[1] ?? Buffer.alloc(0), type);
    assert.ok(
      [pair.before, pair.after].every((value) => canonical(value).includes('c2VjcmV0LXZhbHVl')),
      type,
    );
  }
});

test('a version alone is made values of up to half as much', () => {
  assert.ok(Array.isArray(parseSingle(Buffer.from(many(MOST_COMPARED / 2 - 1)))));
  assert.equal(parseSingle(Buffer.from(many(MOST_COMPARED / 2))), null);
});
