import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { ArchiveWriter } from '../../src/archive/writing/writer.ts';
import { Turns } from '../../src/export/turns.ts';
import { TypeFiles } from '../../src/export/type-files.ts';
import { selectionOf } from '../../src/plan/selection.ts';
import type { ResourceType } from '../../src/types/resource-type.ts';
import { contentsOf, Folder } from '../archive/zip-tools.ts';
import { EVERYTHING } from '../plan/everything.ts';

const CONFIG_MAPS: ResourceType = {
  ...{ group: '', version: 'v1', resource: 'configmaps', kind: 'ConfigMap', name: 'configmaps' },
  ...{ namespaced: true, singular: 'configmap', shortNames: [] },
};
const CLAIMS: ResourceType = {
  ...{ group: '', version: 'v1', resource: 'persistentvolumeclaims', kind: 'PersistentVolumeClaim' },
  ...{ name: 'persistentvolumeclaims', namespaced: true, singular: 'persistentvolumeclaim', shortNames: [] },
};
const NODES: ResourceType = {
  ...{ group: '', version: 'v1', resource: 'nodes', kind: 'Node', name: 'nodes' },
  ...{ namespaced: false, singular: 'node', shortNames: [] },
};
const NAMING = { name: 'b', stamp: 'yyyyMMddHHmm', zone: 'UTC' };

/** The files that a list of these items makes, as text. */
async function filesOf(
  test: TestContext,
  type: ResourceType,
  items: readonly string[],
  apart = { withStatus: true, withMetadata: true },
): Promise<ReadonlyMap<string, string>> {
  using folder = new Folder();
  const writer = ArchiveWriter.begin(folder.path, NAMING, new Date(), 4);
  test.after(() => writer.abort());
  const files = new TypeFiles(type, writer, 0, selectionOf(EVERYTHING, []), apart, new Turns().turn());
  for (const item of items.map((each) => Buffer.from(each)))
    while (files.item(item, 0, item.length) < 0) await files.makeRoom();
  await files.finish();
  const { file } = await writer.publish(Buffer.from('{}\n'));
  return new Map([...(await contentsOf(file))].map(([name, bytes]) => [name, bytes.toString()]));
}

const HEAD = '{"apiVersion":"v1","kind":"List","items":[';

test('what pruning takes out of metadata stands apart, an object a line', async (t) => {
  const files = await filesOf(t, CONFIG_MAPS, [
    '{"metadata":{"name":"a","namespace":"web","uid":"u-1","resourceVersion":"7","selfLink":"/a","generation":2,"creationTimestamp":"2026-09-11T00:15:00Z","deletionTimestamp":"2026-09-12T00:15:00Z","deletionGracePeriodSeconds":0,"labels":{"x":"y"},"managedFields":[{"manager":"kubectl","fieldsV1":{"f:data":{}}}]},"data":{"k":"v"}}',
    '{"metadata":{"name":"b","namespace":"web"},"data":{}}',
  ]);
  assert.deepEqual(files.get('web/_metadata/configmaps.json')?.split('\n'), [
    HEAD,
    '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"web","uid":"u-1","creationTimestamp":"2026-09-11T00:15:00Z","generation":2,"deletionTimestamp":"2026-09-12T00:15:00Z","deletionGracePeriodSeconds":0,"managedFields":[{"manager":"kubectl","fieldsV1":{"f:data":{}}}]}},',
    '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"b","namespace":"web"}}',
    ']}',
    '',
  ]);
});

test('cluster-scoped types have theirs at the top', async (t) => {
  const files = await filesOf(t, NODES, ['{"metadata":{"name":"n1","uid":"u"},"spec":{}}']);
  assert.equal(
    files.get('_metadata/nodes.json'),
    `${HEAD}\n{"apiVersion":"v1","kind":"Node","metadata":{"name":"n1","uid":"u"}}\n]}\n`,
  );
});

test('values are the bytes of the server, without the white space between them', async (t) => {
  const files = await filesOf(t, CONFIG_MAPS, [
    `{ "apiVersion": "v1beta1", "metadata" : {\r\n\t"managedFields": [ { "manager" : "a \\" b\\\\", "time": "x y" ,\n"n": 1.50e+07, "big": 9007199254740993, "e": "\\u00e9 é", "__proto__": {} } ],
      "uid": "with  spaces", "name": "a\\u002db", "namespace": "web" } }`,
  ]);
  const text = files.get('web/_metadata/configmaps.json') ?? '';
  assert.equal(
    text.split('\n')[1],
    '{"apiVersion":"v1beta1","kind":"ConfigMap","metadata":{"name":"a\\u002db","namespace":"web","uid":"with  spaces","managedFields":[{"manager":"a \\" b\\\\","time":"x y","n":1.50e+07,"big":9007199254740993,"e":"\\u00e9 é","__proto__":{}}]}}',
  );
});

test('white space is left out wherever it stands, and kept in strings', async (t) => {
  const tokens = [
    '[',
    '{',
    '"f:a"',
    ':',
    '{',
    '}',
    ',',
    '"t"',
    ':',
    '[',
    ']',
    ',',
    '"n"',
    ':',
    '1',
    '}',
    ',',
    '" "',
    ']',
  ];
  const spaced = tokens
    .slice(1)
    .map((_, at) => [...tokens.slice(0, at + 1), ' ', ...tokens.slice(at + 1)].join(''));
  const items = [tokens.join(''), ...spaced].map(
    (value, at) => `{"metadata":{"name":"n${at + 10}","namespace":"web","managedFields":${value}}}`,
  );
  const files = await filesOf(t, CONFIG_MAPS, items);
  const lines = files.get('web/_metadata/configmaps.json')?.split('\n').slice(1, -2) ?? [];
  assert.equal(lines.length, items.length);
  for (const line of lines) assert.ok(line.includes(`"managedFields":${tokens.join('')}}}`), line);
});

test('only metadata of the object itself is taken, of a key that is there twice the last value', async (t) => {
  const files = await filesOf(t, CONFIG_MAPS, [
    '{"uid":"no","metadata":{"uid":"first","name":"a","namespace":"web","uid":"last","annotations":{"uid":"no"}},"template":{"metadata":{"uid":"no"}}}',
  ]);
  assert.match(files.get('web/_metadata/configmaps.json') ?? '', /"namespace":"web","uid":"last"\}\}\n\]/);
});

test('type files are the same with and without', async (t) => {
  const items = ['a', 'b', 'c'].map(
    (name) =>
      `{"metadata":{"name":"${name}","namespace":"web","uid":"${name}","managedFields":[]},"spec":{"volumeName":"v","z":{"generation":1}},"status":{"phase":"Bound"}}`,
  );
  const having = await filesOf(t, CLAIMS, items);
  const lacking = await filesOf(t, CLAIMS, items, { withStatus: true, withMetadata: false });
  const plain = [...lacking.keys()].filter((name) => name.startsWith('web/'));
  assert.deepEqual(plain.sort(), [
    'web/_bound/persistentvolumeclaims.json',
    'web/_status/persistentvolumeclaims.json',
    'web/persistentvolumeclaims.json',
  ]);
  for (const name of plain) assert.equal(having.get(name), lacking.get(name), name);
  // Once, though claims are printed twice.
  assert.equal(having.get('web/_metadata/persistentvolumeclaims.json')?.match(/"name"/g)?.length, 3);
});

test('what is larger than the buffers finds room', async (t) => {
  const fields = (bytes: number) => `[{"fieldsV1":{"f:${'x'.repeat(bytes)}":{}}}]`;
  const items = [600_000, 10, 3_000_000, 10].map(
    (bytes, index) =>
      `{"metadata":{"name":"n${index}","namespace":"p${index >> 1}","uid":"${index}","managedFields":${fields(bytes)}}}`,
  );
  const files = await filesOf(t, CONFIG_MAPS, items);
  const lines = ['p0', 'p1'].flatMap((project) =>
    (files.get(`${project}/_metadata/configmaps.json`) ?? '').split('\n').slice(1, 3),
  );
  assert.deepEqual(
    lines.map((line) => JSON.parse(line.replace(/,$/, '')).metadata.managedFields[0].fieldsV1).map(sizeOf),
    [600_002, 12, 3_000_002, 12],
  );
});

function sizeOf(fields: object): number {
  return Object.keys(fields)[0]?.length ?? 0;
}
