import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parseManifest } from '../../../src/archive/format/manifest.ts';
import { incompleteManifest, sampleManifest } from '../sample.ts';

const SCHEMA: unknown = JSON.parse(
  readFileSync(new URL('../../../docs/manifest.schema.json', import.meta.url), 'utf8'),
);

/** The schema, but refusing fields that it does not name: so that none is forgotten in it. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  return 'properties' in schema && 'required' in schema ? { ...inner, additionalProperties: false } : inner;
}

function validator(schema: unknown) {
  assert.ok(typeof schema === 'object' && schema !== null);
  return new Ajv2020({ allowUnionTypes: true }).compile(schema);
}

const valid = validator(SCHEMA);
const validAndClosed = validator(closed(SCHEMA));

function parse(value: unknown) {
  return parseManifest(Buffer.from(JSON.stringify(value)));
}

/** A copy of the sample with one field set, or, with undefined, taken away. */
function changed(path: string, value: unknown): unknown {
  const copy: unknown = structuredClone(sampleManifest());
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  let place = copy;
  for (const key of keys) {
    assert.ok(typeof place === 'object' && place !== null);
    place = Reflect.get(place, key);
  }
  assert.ok(typeof place === 'object' && place !== null);
  if (value === undefined) Reflect.deleteProperty(place, last);
  else Reflect.set(place, last, value);
  return copy;
}

test('a manifest passes the check and the schema', () => {
  const denied = { ...sampleManifest(), deniedIn: [{ projects: ['shop'], resourceTypes: ['secrets'] }] };
  for (const manifest of [
    sampleManifest(),
    incompleteManifest(),
    denied,
    { ...sampleManifest(), previous: null },
  ]) {
    assert.deepEqual(parse(manifest), { kind: 'manifest', manifest });
    assert.ok(valid(manifest), JSON.stringify(valid.errors));
    assert.ok(validAndClosed(manifest), JSON.stringify(validAndClosed.errors));
  }
});

test('a type is denied in one row of projects at most', () => {
  const row = { projects: ['shop'], resourceTypes: ['secrets'] };
  for (const deniedIn of [[row, row], [{ projects: ['shop'], resourceTypes: [] }]])
    assert.deepEqual(parse({ ...sampleManifest(), deniedIn }), {
      kind: 'invalid',
      reason: 'deniedIn names a type twice, or none',
    });
});

const WRONG: ReadonlyArray<readonly [string, unknown, string]> = [
  ['formatVersion', '1', 'formatVersion is not 1'],
  ['formatVersion', 0, 'formatVersion is not 1'],
  ['tool', 'me', 'tool is not an object'],
  ['tool.name', undefined, 'tool.name is missing'],
  ['cluster.version', null, 'cluster.version is not a string'],
  ['cluster.uid', 1, 'cluster.uid is not a string'],
  ['identity.groups', {}, 'identity.groups is not an array'],
  ['identity.groups.0', 1, 'identity.groups[0] is not a string'],
  ['startedAt', 'yesterday', 'startedAt is not a time in UTC'],
  ['finishedAt', '2026-13-11T00:15:00.000+02:00', 'finishedAt is not a time'],
  ['complete', 'yes', 'complete is not true or false'],
  ['options.no-status', 1, 'options.no-status is not a string, true or false, or an array of strings'],
  ['options.exclude-resource.0', null, 'options.exclude-resource[0] is not a string'],
  ['totals.objects', -1, 'totals.objects is not a whole number from 0'],
  ['totals.bytes', 1.5, 'totals.bytes is not a whole number from 0'],
  ['projects', null, 'projects is not an array'],
  ['projects.1', [], 'projects[1] is not an object'],
  ['projects.1.objects', '2', 'projects[1].objects is not a whole number from 0'],
  ['resourceTypes.3.outcome', 'gone', 'resourceTypes[3].outcome is not one of "exported", "empty"'],
  ['resourceTypes.3.scope', undefined, 'resourceTypes[3].scope is missing'],
  ['resourceTypes.3.scope', 'some', 'resourceTypes[3].scope is not one of "cluster", "projects"'],
  ['resourceTypes.0.namespaced', null, 'resourceTypes[0].namespaced is not true or false'],
  ['resourceTypes.0.reason', undefined, 'resourceTypes[0].reason is missing'],
  ['previous', undefined, 'previous is missing'],
  ['previous', [], 'previous is not an object'],
  ['previous.added', null, 'previous.added is not a whole number from 0'],
];

for (const [path, value, reason] of WRONG) {
  test(`refuses ${path} = ${JSON.stringify(value)}, and so does the schema`, () => {
    const manifest = changed(path, value);
    const parsed = parse(manifest);
    assert.equal(parsed.kind, 'invalid');
    assert.ok(parsed.kind === 'invalid' && parsed.reason.startsWith(reason), JSON.stringify(parsed));
    assert.equal(valid(manifest), false);
  });
}

for (const [options, reason] of [
  [{ project: [''] }, 'options.project is invalid: an empty pattern'],
  [{ project: '' }, 'options.project is invalid: an empty pattern'],
  [
    { 'exclude-project': ['shop', '{a'] },
    'options.exclude-project is invalid: "{a" has an unmatched bracket',
  ],
  [{ project: ['a/b'] }, 'options.project is invalid: "a/b" is not a valid pattern of names'],
  [
    { resource: [`*${'a*'.repeat(2048)}`] },
    'options.resource is invalid: patterns with wildcards may have 4096',
  ],
  [{ include: Array(2001).fill('a') }, 'options.include is invalid: 2001 patterns exceed'],
  [{ project: ['a'.repeat(300)] }, 'options.project is invalid: "aaaa'],
  [{ selector: '((' }, 'options.selector is invalid: "((" is not a label requirement'],
  [{ selector: 'a'.repeat(120_000) }, 'options.selector is invalid: a selector may have 8192 characters'],
] as const) {
  test(`refuses patterns that no command line takes: ${reason}`, () => {
    const parsed = parse({ ...sampleManifest(), options });
    assert.equal(parsed.kind, 'invalid');
    assert.ok(parsed.kind === 'invalid' && parsed.reason.startsWith(reason), JSON.stringify(parsed));
    assert.ok(parsed.kind === 'invalid' && parsed.reason.length < 300);
  });
}

test('takes patterns of every form, and those of a command line as long as any', () => {
  const options = {
    project: ['*a*a*a*a*a*a*a*a*a*a*a*ab', '{shop,pay{ments,}}', '[a-c]?', ...Array(1990).fill('team')],
    'exclude-project': ['_cluster'],
    include: ['events', 'leases.*'],
    selector: 'app in (a,b),!legacy',
  };
  assert.equal(parse({ ...sampleManifest(), options }).kind, 'manifest');
});

test('refuses a project without a name, or with one that none can have', () => {
  for (const name of ['', 'a'.repeat(254)])
    assert.match(
      JSON.stringify(parse(changed('projects.0.name', name))),
      /projects\[0\]\.name (is empty|has 254 characters; a project's name has 253 at most)/,
    );
});

test('passes over fields that it does not know', () => {
  const manifest = { ...sampleManifest(), signature: 'x' };
  assert.deepEqual(parse(manifest), { kind: 'manifest', manifest: sampleManifest() });
  assert.ok(valid(manifest));
});

test('options named as what every object has are none: __proto__, constructor', () => {
  const text = JSON.stringify(sampleManifest()).replace(
    '"options":{',
    '"options":{"__proto__":"x","constructor":"y",',
  );
  const parsed = parseManifest(Buffer.from(text));
  assert.ok(parsed.kind === 'manifest');
  assert.deepEqual(Object.keys(parsed.manifest.options), ['exclude-resource', 'no-status']);
  assert.equal(Object.getPrototypeOf(parsed.manifest.options), Object.prototype);
  const bare = parseManifest(Buffer.from('{"__proto__":{"formatVersion":1}}'));
  assert.deepEqual(bare, { kind: 'invalid', reason: 'formatVersion is missing' });
});

test('refuses what is no JSON object', () => {
  assert.deepEqual(parse([]), { kind: 'invalid', reason: 'the document is not an object' });
  assert.deepEqual(parseManifest(Buffer.from('{')), {
    kind: 'invalid',
    reason: 'is not valid JSON at character 1',
  });
  assert.deepEqual(parseManifest(Buffer.from([0x22, 0xff, 0x22])), {
    kind: 'invalid',
    reason: 'is not valid UTF-8',
  });
});

test('a time is one that the calendar has', () => {
  const kindOf = (startedAt: string) => parse({ ...sampleManifest(), startedAt }).kind;
  for (const time of ['2026-09-11T00:15:00Z', '2026-09-11T00:15:00.000Z', '2024-02-29T23:59:59.123456Z'])
    assert.equal(kindOf(time), 'manifest', time);
  for (const time of [
    '2026-02-30T00:15:00Z',
    '2026-13-01T00:00:00Z',
    '2026-09-11T24:00:00Z',
    '2026-09-11',
    '',
  ])
    assert.equal(kindOf(time), 'invalid', time);
});

test('the check of a manifest with mistakes without number ends with the first', () => {
  const projects = Array.from({ length: 900_000 }, () => ({}));
  const before = process.cpuUsage();
  assert.deepEqual(parse({ ...sampleManifest(), projects }), {
    kind: 'invalid',
    reason: 'projects[0].name is missing',
  });
  assert.ok(process.cpuUsage(before).user < 20_000_000);
});
