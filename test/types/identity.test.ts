import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ListMistake } from '../../src/json/list-reader.ts';
import { INCOMPLETE } from '../../src/json/scan.ts';
import { Identity, readHead } from '../../src/types/identity.ts';

/** Namespace and name as JSON texts, '' where there is none; INCOMPLETE where the text breaks off too soon. */
function find(text: string): readonly [string, string] | typeof INCOMPLETE {
  // Something before and behind, which must not matter.
  const src = Buffer.from(`{},${text}`);
  const identity = new Identity();
  if (identity.find(src, 3, src.length) === INCOMPLETE) return INCOMPLETE;
  const { namespaceStart, namespaceEnd, nameStart, nameEnd } = identity;
  return [
    namespaceStart < 0 ? '' : src.toString('utf8', namespaceStart, namespaceEnd),
    src.toString('utf8', nameStart, nameEnd),
  ];
}

for (const [what, text, expected] of [
  ['both', '{"metadata":{"name":"a","namespace":"b"}}', ['"b"', '"a"']],
  ['both, the other way round', '{"metadata":{"namespace":"b","name":"a"}}', ['"b"', '"a"']],
  ['no namespace', '{"kind":"Node","metadata":{"name":"a"}}', ['', '"a"']],
  ['white space', ' {\n "metadata" : {\t"name" : "a" , "namespace" : "b" } }'.trimStart(), ['"b"', '"a"']],
  [
    'metadata behind the rest',
    '{"spec":{"metadata":{"name":"x"}},"data":["name"],"metadata":{"name":"a"}}',
    ['', '"a"'],
  ],
  ['names further down', '{"metadata":{"labels":{"name":"x","namespace":"y"},"name":"a"}}', ['', '"a"']],
  ['keys that begin alike', '{"metadata2":{"name":"x"},"metadata":{"names":"x","name":"a"}}', ['', '"a"']],
  [
    'names behind managed fields, as in custom resources',
    '{"metadata":{"labels":{},"managedFields":[{"manager":"a","fieldsV1":{"f:name":{}}}],"name":"a","namespace":"b"}}',
    ['"b"', '"a"'],
  ],
  ['the first of two', '{"metadata":{"name":"a","name":"x","namespace":null,"namespace":"b"}}', ['', '"a"']],
  ['escapes', '{"metadata":{"name":"a\\"b","namespace":"\\u0062"}}', ['"\\u0062"', '"a\\"b"']],
  ['a namespace that is none', '{"metadata":{"name":"a","namespace":null}}', ['', '"a"']],
] as const) {
  test(`finds ${what}`, () => {
    assert.deepEqual(find(text), expected);
  });
}

test('wherever the text breaks off, it is incomplete, until both have come', () => {
  const text = '{"kind":"Any","metadata":{"name":"aa","labels":{"x":[1,{}]},"namespace":"bb"},"spec":{}}';
  const enough = text.indexOf(',"spec"') - 1;
  for (let length = 1; length < enough; length++)
    assert.equal(find(text.slice(0, length)), INCOMPLETE, text.slice(0, length));
  assert.deepEqual(find(text.slice(0, enough)), ['"bb"', '"aa"']);
});

for (const text of [
  '{}',
  '{"metadata":null}',
  '{"metadata":[]}',
  '{"metadata":{}}',
  '{"metadata":{"name":1}}',
  '{"metadata":{"name":""}}',
  '{"metadata":{"namespace":"b"}}',
]) {
  test(`${text} is no object of a list`, () => {
    assert.throws(() => find(text), ListMistake);
  });
}

test('the head of an object, from whatever order', () => {
  const head = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'a' };
  const text =
    '{"__proto__":{"kind":"x"},"metadata":{"labels":{"name":"b"},"name":"a"},"kind":"Deployment","apiVersion":"apps/v1"}';
  assert.deepEqual(readHead(Buffer.from(text), 'it'), head);
  assert.equal(
    readHead(Buffer.from('{"metadata":{}}'), 'items[3]'),
    'items[3].metadata.name is not a string',
  );
});

for (const [what, text, mistake] of [
  [
    'kind',
    '{"apiVersion":"v1","kind":"ConfigMap","kind":"Secret","metadata":{"name":"a"}}',
    'it has kind twice',
  ],
  [
    'metadata, once with an escape',
    '{"apiVersion":"v1","kind":"A","metadata":{"name":"a"},"met\\u0061data":{"name":"b"}}',
    'it has metadata twice',
  ],
  [
    'status',
    '{"apiVersion":"v1","kind":"A","metadata":{"name":"a"},"status":1,"status":2}',
    'it has status twice',
  ],
  ['name', '{"apiVersion":"v1","kind":"A","metadata":{"name":"a","name":"b"}}', 'it.metadata has name twice'],
  [
    'namespace',
    '{"apiVersion":"v1","kind":"A","metadata":{"namespace":"a","name":"b","namespace":"c"}}',
    'it.metadata has namespace twice',
  ],
] as const) {
  test(`an object that has ${what} twice is none, as for the export`, () => {
    assert.equal(readHead(Buffer.from(text), 'it'), mistake);
  });
}
