import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ListCheck } from '../../../src/archive/reading/list-check.ts';
import { listJson, objectJson } from '../sample.ts';

function check(
  content: string | Buffer,
  chunk = 1_000_000,
): { problems: readonly string[]; objects: number } {
  const listCheck = new ListCheck();
  const bytes = Buffer.from(content);
  for (let at = 0; at < bytes.length; at += chunk) listCheck.push(bytes.subarray(at, at + chunk));
  listCheck.end();
  return { problems: listCheck.problems, objects: listCheck.objects };
}

const GOOD = listJson([objectJson('ConfigMap', 'a'), objectJson('ConfigMap', 'b', { data: { x: '}]' } })]);

test('a List of objects in order has no problems, however it is cut', () => {
  for (const chunk of [1, 7, 1_000_000]) assert.deepEqual(check(GOOD, chunk), { problems: [], objects: 2 });
  assert.deepEqual(check(listJson([])), { problems: [], objects: 0 });
});

const BAD: ReadonlyArray<readonly [string, string | Buffer, readonly string[]]> = [
  ['an object instead of a List', '{"kind":"ConfigMap"}', ['kind is not "List"']],
  ['another apiVersion', GOOD.replace('"v1"', '"v2"'), ['apiVersion is not "v1"']],
  ['no items', '{"apiVersion":"v1","kind":"List"}', ['items is not an array']],
  ['an end too early', GOOD.slice(0, -3), ['is not valid JSON']],
  ['nothing', '', ['is not valid JSON']],
  ['more after the end', `${GOOD}{}`, ['is not valid JSON']],
  ['a missing comma', GOOD.replace('},\n    {', '}\n    {'), ['is not valid JSON']],
  ['a comma too many', GOOD.replace('},\n    {', '},,\n    {'), ['is not valid JSON']],
  ['a byte order mark', `\ufeff${GOOD}`, ['is not valid JSON']],
  ['a broken item', GOOD.replace('"a"', 'a'), ['items[0] is not valid JSON']],
  [
    'a lone byte of UTF-8',
    Buffer.from(GOOD.replace('}]', '\xe9'), 'latin1'),
    ['items[1] is not valid UTF-8'],
  ],
  ['no kind', GOOD.replace('"kind": "ConfigMap"', '"x": 1'), ['items[0].kind is not a string']],
  ['no name', GOOD.replace('"name": "b"', '"x": 1'), ['items[1].metadata.name is not a string']],
  ['no metadata', GOOD.replace('"metadata"', '"x"'), ['items[0].metadata is not an object']],
  ['an escaped key', GOOD.replace('items', '\\u0069tems'), ['writes the key items with escapes']],
  [
    'items that are no objects',
    listJson(['1', 'null']),
    ['items[0] is not an object', 'items[1] is not an object'],
  ],
  [
    'names out of order',
    listJson([objectJson('A', 'b'), objectJson('A', 'B'), objectJson('A', 'c')]),
    ['items[1] (B) comes after b: the items are not sorted by name'],
  ],
];

for (const [what, content, problems] of BAD) {
  test(`tells of ${what}`, () => {
    const found = check(content).problems;
    assert.equal(found.length, problems.length, found.join('; '));
    for (const [at, problem] of problems.entries())
      assert.ok(found[at]?.startsWith(problem), found.join('; '));
  });
}

test('names are in the order of their bytes, not of UTF-16', () => {
  const names = ['\uff5e', '\u{1f600}'];
  assert.deepEqual(check(listJson(names.map((name) => objectJson('A', name)))).problems, []);
});

test('never quotes what stands in a broken object', () => {
  const secret = objectJson('Secret', 'a', { data: { password: 'hunter2' } }).replace(
    '"hunter2"',
    '"hunter2',
  );
  assert.doesNotMatch(check(listJson([secret])).problems.join(), /hunter/);
});

test('an object larger than any is stopped, and the rest is passed over', () => {
  const listCheck = new ListCheck();
  listCheck.push(Buffer.from('{"items":["'));
  for (let at = 0; at < 80; at += 1) listCheck.push(Buffer.alloc(1024 * 1024, 'x'));
  listCheck.end();
  assert.deepEqual(listCheck.problems, ['has an object larger than 64 MiB']);
});

test('agrees with JSON.parse on what is valid, whatever is changed', () => {
  const bytes = fc.constantFrom(...'{}[],:"\\ 0a');
  fc.assert(
    fc.property(
      fc.nat(GOOD.length - 1),
      bytes,
      fc.boolean(),
      fc.integer({ min: 1, max: 50 }),
      (at, byte, add, chunk) => {
        const text = GOOD.slice(0, at) + byte + GOOD.slice(at + (add ? 0 : 1));
        let valid = true;
        try {
          JSON.parse(text);
        } catch {
          valid = false;
        }
        const told = check(text, chunk).problems.some((problem) => problem.includes('not valid JSON'));
        assert.equal(told, !valid, text);
      },
    ),
    { numRuns: 2000 },
  );
});

test('a file that is no List is not gathered in memory', () => {
  const listCheck = new ListCheck();
  for (let at = 0; at < 17; at += 1) listCheck.push(Buffer.alloc(1024 * 1024, ' '));
  listCheck.end();
  assert.deepEqual(listCheck.problems, ['has more than 16 MiB outside its items']);
});

const metadata = (...names: readonly string[]) =>
  `{"apiVersion":"v1","kind":"List","items":[\n${names
    .map((name) => `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"${name}"}}`)
    .join(',\n')}\n]}\n`;

test('under _metadata each object stands on a line of its own', () => {
  const problemsOf = (content: string, chunk = 1_000_000) => {
    const listCheck = new ListCheck(true);
    const bytes = Buffer.from(content);
    for (let at = 0; at < bytes.length; at += chunk) listCheck.push(bytes.subarray(at, at + chunk));
    listCheck.end();
    return listCheck.problems;
  };
  for (const chunk of [1, 7, 1_000_000]) assert.deepEqual(problemsOf(metadata('a', 'b', 'c'), chunk), []);
  assert.deepEqual(problemsOf(metadata('a', 'b').replace('},\n{', '},{')), [
    'items[1] is not on its own line',
  ]);
  assert.deepEqual(problemsOf(metadata('a').replace('[\n', '[')), ['items[0] is not on its own line']);
  assert.deepEqual(problemsOf(GOOD), ['items[0] is not on its own line', 'items[1] is not on its own line']);
});
