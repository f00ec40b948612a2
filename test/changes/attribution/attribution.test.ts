import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type Attribution,
  type Author,
  attributionOf,
  commonAttribution,
  needsMetadataBefore,
} from '../../../src/changes/attribution/attribution.ts';
import { readMetadata } from '../../../src/changes/attribution/managers.ts';
import { pathText } from '../../../src/changes/path.ts';
import { valueChanges } from '../../../src/changes/value-changes.ts';
import { parseValue } from '../../../src/json/parse-value.ts';

const PERIOD = { from: '2026-11-26T00:15:00.400Z', to: '2026-11-27T00:16:00.000Z' };
const EARLIER = '2026-11-20T10:00:00Z';
const AT_TWO = '2026-11-26T14:02:11Z';
const AT_THREE = '2026-11-26T15:00:00Z';

interface Entry {
  readonly manager: unknown;
  readonly time?: unknown;
  readonly fields: unknown;
  readonly operation?: unknown;
  readonly subresource?: unknown;
}

function entry({ manager, time = AT_TWO, fields, operation = 'Update', subresource }: Entry): unknown {
  return {
    manager,
    operation,
    subresource,
    apiVersion: 'apps/v1',
    time,
    fieldsType: 'FieldsV1',
    fieldsV1: fields,
  };
}

function metadataOf(entries: readonly Entry[], more = {}) {
  const metadata = { name: 'web', uid: 'u-1', creationTimestamp: EARLIER, ...more };
  return readMetadata(
    Buffer.from(JSON.stringify({ metadata: { ...metadata, managedFields: entries.map(entry) } })),
  );
}

/** What changed, and which managers did it, from a version and its managers to the next. */
function managersOf(
  [before, owners]: readonly [unknown, readonly Entry[]],
  [after, newOwners]: readonly [unknown, readonly Entry[]],
): Record<string, string> {
  const versions = [before, after].map((each) => parseValue(Buffer.from(JSON.stringify(each))));
  const [own, other] = [versions[0] ?? null, versions[1] ?? null];
  const changes = [...valueChanges(own, other)];
  const metadata = { before: metadataOf(owners), after: metadataOf(newOwners), isNew: false };
  const { changes: authors } = attributionOf(changes, metadata, [own, other], PERIOD);
  return Object.fromEntries(changes.map(({ path }, at) => [pathText(path), namesOf(authors[at])]));
}

function namesOf(authors: readonly Author[] = []): string {
  return authors.map(({ manager }) => manager).join(' ');
}

const REPLICAS = { 'f:spec': { 'f:replicas': {} } };

test('a changed field was changed by the manager that owns it and has written since', () => {
  const helm = { manager: 'helm', time: EARLIER, fields: { 'f:spec': { 'f:image': {} } } };
  assert.deepEqual(
    managersOf(
      [
        { spec: { replicas: 3, image: 'a' } },
        [{ ...helm, fields: { 'f:spec': { 'f:image': {}, 'f:replicas': {} } } }],
      ],
      [{ spec: { replicas: 5, image: 'a' } }, [helm, { manager: 'kubectl-edit', fields: REPLICAS }]],
    ),
    { 'spec.replicas': 'kubectl-edit' },
  );
});

test('two managers that own a field and have written since are both named, the last one first', () => {
  assert.deepEqual(
    managersOf(
      [{ spec: { replicas: 3 } }, []],
      [
        { spec: { replicas: 5 } },
        [
          { manager: 'argocd-controller', operation: 'Apply', fields: REPLICAS },
          { manager: 'flux', operation: 'Apply', time: AT_THREE, fields: REPLICAS },
        ],
      ],
    ),
    { 'spec.replicas': 'flux argocd-controller' },
  );
});

test('who wrote before the first archive, or the same as in it, is not named', () => {
  for (const time of [EARLIER, '2026-11-26T00:14:50Z', '2026-11-27T00:17:00Z']) {
    const told = managersOf(
      [{ spec: { replicas: 3 } }, []],
      [{ spec: { replicas: 5 } }, [{ manager: 'a', time, fields: REPLICAS }]],
    );
    assert.deepEqual(told, { 'spec.replicas': '' }, time);
  }
  // The clocks of server and backup may differ by a few seconds; an entry that both archives have is earlier.
  const near = { manager: 'a', time: '2026-11-26T00:14:58Z', fields: REPLICAS };
  const after = [{ spec: { replicas: 5 } }, [near]] as const;
  assert.deepEqual(managersOf([{ spec: { replicas: 3 } }, []], after), { 'spec.replicas': 'a' });
  assert.deepEqual(managersOf([{ spec: { replicas: 3 } }, [near]], after), { 'spec.replicas': '' });
});

test('the API server notes no time of a write through scale: its owner is named without one', () => {
  const told = (subresource: unknown) => {
    const scaled = { manager: 'kubectl', subresource, time: null, fields: REPLICAS };
    const before = [{ spec: { replicas: 3 } }, [scaled]] as const;
    return managersOf(before, [{ spec: { replicas: 5 } }, [scaled]]);
  };
  assert.deepEqual(told('scale'), { 'spec.replicas': 'kubectl' });
  assert.deepEqual(told(undefined), { 'spec.replicas': '' });
});

test('of a removed field those are named who owned it and have written since', () => {
  const both = { 'f:spec': { 'f:replicas': {}, 'f:paused': {} } };
  const before = [
    { spec: { replicas: 3, paused: true } },
    [{ manager: 'helm', time: EARLIER, fields: both }],
  ] as const;
  const told = (owners: readonly Entry[]) => managersOf(before, [{ spec: { replicas: 3 } }, owners]);
  assert.deepEqual(told([{ manager: 'helm', fields: REPLICAS }]), { 'spec.paused': 'helm' });
  // The entry of another client says nothing about what is gone, and an unchanged time that it was not helm.
  assert.deepEqual(told([{ manager: 'kubectl-edit', fields: REPLICAS }]), { 'spec.paused': '' });
  assert.deepEqual(told([{ manager: 'helm', time: EARLIER, fields: REPLICAS }]), { 'spec.paused': '' });
  assert.deepEqual(told([{ manager: 'helm', operation: 'Apply', fields: REPLICAS }]), { 'spec.paused': '' });
});

test('list items are found by the keys of the API, whatever a comparison calls them', () => {
  const port = (number: number, target: number) => ({
    name: 'http',
    port: number,
    protocol: 'TCP',
    targetPort: target,
  });
  const fields = (number: number) => ({
    'f:spec': {
      'f:ports': {
        '.': {},
        [`k:{"port":${number},"protocol":"TCP"}`]: { '.': {}, 'f:targetPort': {}, 'f:port': {} },
      },
    },
  });
  const told = (number: number, owned: number) =>
    managersOf(
      [{ spec: { ports: [port(80, 8080)] } }, []],
      [
        { spec: { ports: [port(80, 9090), { name: 'x', port: 90, protocol: 'TCP' }] } },
        [{ manager: 'a', fields: fields(owned) }],
      ],
    )[`spec.ports[name=${number === 80 ? 'http' : 'x'}]${number === 80 ? '.targetPort' : ''}`];
  assert.equal(told(80, 80), 'a');
  assert.equal(told(80, 90), '');
  assert.equal(told(90, 90), 'a');
});

test('items of a set are found by their value', () => {
  const fields = { 'f:metadata': { 'f:finalizers': { '.': {}, 'v:"b"': {} } } };
  assert.deepEqual(
    managersOf(
      [{ metadata: { finalizers: ['a'] } }, []],
      [{ metadata: { finalizers: ['a', 'b', 'c'] } }, [{ manager: 'operator', fields }]],
    ),
    { 'metadata.finalizers[1]': 'operator', 'metadata.finalizers[2]': '' },
  );
});

test('what is owned as a whole covers what is in it: lists without keys, and JSON in a text', () => {
  const fields = { 'f:args': {}, 'f:data': { 'f:x.json': {} } };
  assert.deepEqual(
    managersOf(
      [{ args: ['a', 'b', 'c'], data: { 'x.json': '{"a":1,"b":2}' } }, []],
      [{ args: ['a', 'z', 'b'], data: { 'x.json': '{"a":2}' } }, [{ manager: 'kubectl-edit', fields }]],
    ),
    {
      'args[1]': 'kubectl-edit',
      'args[2]': 'kubectl-edit',
      'data["x.json"].a': 'kubectl-edit',
      'data["x.json"].b': 'kubectl-edit',
    },
  );
});

test('an empty map that somebody applied is not all that others put into it', () => {
  const owners = [
    { manager: 'applied-empty', operation: 'Apply', fields: { 'f:labels': {} } },
    { manager: 'labeller', time: EARLIER, fields: { 'f:labels': { 'f:a': {} } } },
  ];
  assert.deepEqual(managersOf([{ labels: { a: '1' } }, []], [{ labels: { a: '2' } }, owners]), {
    'labels.a': '',
  });
});

test('the order of items that are owned one by one is nobody’s', () => {
  const items = { 'f:list': { 'k:{"name":"a"}': { '.': {} }, 'k:{"name":"b"}': { '.': {} } } };
  const change = (fields: unknown) =>
    managersOf(
      [{ list: [{ name: 'a' }, { name: 'b' }] }, []],
      [{ list: [{ name: 'b' }, { name: 'a' }] }, [{ manager: 'a', fields }]],
    );
  assert.deepEqual(change(items), { list: '' });
  assert.deepEqual(change({ 'f:list': {} }), { list: 'a' });
});

test('a map that is new belongs to those who own anything in it', () => {
  const fields = { 'f:labels': { '.': {}, 'f:a': {} } };
  assert.deepEqual(managersOf([{}, []], [{ labels: { a: '1' } }, [{ manager: 'a', fields }]]), {
    labels: 'a',
  });
});

test('what was created is told with its creator, at the time of its creation', () => {
  const created = (entries: readonly Entry[], uid = 'u-2', isNew = true): Attribution =>
    attributionOf(
      [],
      {
        before: isNew ? null : metadataOf([]),
        after: metadataOf(entries, { uid, creationTimestamp: AT_TWO }),
        isNew,
      },
      [null, null],
      PERIOD,
    );
  const helm = { manager: 'helm', time: '2026-11-26T14:02:10Z', fields: REPLICAS };
  const controller = { manager: 'kube-controller-manager', subresource: 'status', fields: REPLICAS };
  const author = { manager: 'helm', operation: 'Update', subresource: null, time: AT_TWO };
  assert.deepEqual(created([controller, helm]), {
    created: AT_TWO,
    isRecreated: false,
    by: [author],
    changes: [],
  });
  assert.deepEqual(created([helm], 'u-2', false), {
    created: AT_TWO,
    isRecreated: true,
    by: [author],
    changes: [],
  });
  assert.deepEqual(created([helm], 'u-1', false), { created: null, isRecreated: false, by: [], changes: [] });
  // Whoever has written again cannot be told from others; a restored object has older entries.
  assert.deepEqual(created([{ ...helm, time: AT_THREE }]).by, []);
  assert.deepEqual(created([{ ...helm, time: EARLIER }]).by, []);
});

test('of the same change in several projects the clients are named that made it everywhere', () => {
  const by = (manager: string, time: string): Attribution => ({
    created: null,
    isRecreated: false,
    by: [],
    changes: [[{ manager, operation: 'Update', subresource: null, time }]],
  });
  const merged = (one: Attribution, other: Attribution) => commonAttribution(one, other)?.changes[0];
  assert.deepEqual(merged(by('a', AT_TWO), by('a', AT_TWO)), by('a', AT_TWO).changes[0]);
  assert.equal(merged(by('a', AT_TWO), by('a', AT_THREE))?.[0]?.time, null);
  assert.deepEqual(merged(by('a', AT_TWO), by('b', AT_TWO)), []);
  assert.equal(commonAttribution(by('a', AT_TWO), null), null);
});

test('managedFields that are malformed, hostile or of nobody in particular name nobody', () => {
  const told = (owner: Entry) =>
    managersOf([{ spec: { replicas: 3 } }, []], [{ spec: { replicas: 5 } }, [owner]]);
  const good = { manager: 'a', fields: REPLICAS };
  assert.deepEqual(told(good), { 'spec.replicas': 'a' });
  for (const bad of [
    { manager: '' },
    { manager: 'x'.repeat(129) },
    { manager: 5 },
    { manager: 'before-first-apply' },
    { operation: 'Delete' },
    { time: 'yesterday' },
    { time: 1 },
    { subresource: {} },
    { fields: null },
    { fields: [] },
    { fields: { 'f:spec': 'all' } },
    { fields: { 'f:spec': { 'f:replicas': null } } },
    { fields: { 'f:spec': { replicas: {} } } },
    { fields: {} },
    { fields: { '.': {} } },
  ])
    assert.deepEqual(told({ ...good, ...bad }), { 'spec.replicas': '' }, JSON.stringify(bad));
  const many = Array.from({ length: 501 }, () => entry(good));
  assert.deepEqual(
    readMetadata(Buffer.from(JSON.stringify({ metadata: { managedFields: many } }))).managers,
    [],
  );
  const large = {
    metadata: { managedFields: [entry({ ...good, fields: { [`f:${'x'.repeat(2 ** 21)}`]: {} } })] },
  };
  assert.deepEqual(readMetadata(Buffer.from(JSON.stringify(large))).managers, []);
  const deep = `{"metadata":{"managedFields":[{"fieldsV1":${'{"f:a":'.repeat(400)}{}${'}'.repeat(400)}}]}}`;
  assert.deepEqual(readMetadata(Buffer.from(deep)).managers, []);
});

test('nobody is named for very many changes of an object with very many managers', () => {
  const managers = Array.from({ length: 500 }, (_, at) => ({
    manager: `manager-${at}`,
    operation: 'Apply',
    fields: { 'f:data': {} },
  }));
  const authorsOf = (changed: number) => {
    const data = (value: string) =>
      Object.fromEntries(Array.from({ length: changed }, (_, at) => [`key-${at}`, value]));
    const found = managersOf([{ data: data('old') }, []], [{ data: data('new') }, managers]);
    return Object.values(found).map((names) => names.split(' ').filter((name) => name !== '').length);
  };
  assert.deepEqual(new Set(authorsOf(500)), new Set([500]));
  assert.deepEqual(new Set(authorsOf(501)), new Set([0]));
});

test('no managedFields make it throw, and nobody is named who is not in them', () => {
  const key = fc.oneof(
    fc.constantFrom(
      '.',
      'f:a',
      'f:b',
      'k:{"name":"x"}',
      'k:{"name":1}',
      'k:{',
      'k:[]',
      'v:"s"',
      'v:',
      'i:0',
      'i:-1',
      '__proto__',
    ),
    fc.string(),
  );
  const fields = fc.letrec((tie) => ({
    node: fc.oneof({ maxDepth: 4 }, fc.jsonValue(), fc.dictionary(key, tie('node'), { maxKeys: 4 })),
  })).node;
  const value = fc.oneof(
    fc.record({
      a: fc.jsonValue(),
      b: fc.array(fc.oneof(fc.jsonValue(), fc.record({ name: fc.jsonValue() }))),
    }),
    fc.jsonValue(),
  );
  fc.assert(
    fc.property(fields, fields, value, value, (own, other, before, after) => {
      const entries = (written: unknown) => [{ manager: 'a', fields: written }];
      const told = managersOf([before, entries(own)], [after, entries(other)]);
      assert.ok(Object.values(told).every((names) => names === '' || names === 'a'));
    }),
    { numRuns: 300 },
  );
});

test('a field that a manager set is found by its path, wherever it is', () => {
  const segment = fc.oneof(
    fc
      .string({ minLength: 1 })
      .map((name) => ({ key: `f:${name}`, wrap: (inner: unknown): unknown => ({ [name]: inner }) })),
    fc.string({ minLength: 1 }).map((name) => ({
      key: `k:${JSON.stringify({ name })}`,
      wrap: (inner: unknown): unknown => ({ list: [{ name: `not ${name}` }, { name, inner }] }),
    })),
  );
  fc.assert(
    fc.property(fc.array(segment, { minLength: 1, maxLength: 6 }), (segments) => {
      const object = (leaf: unknown) => segments.reduceRight<unknown>((inner, { wrap }) => wrap(inner), leaf);
      const fields = segments.reduceRight<unknown>(
        (inner, { key }) =>
          key.startsWith('k:') ? { 'f:list': { [key]: { '.': {}, 'f:inner': inner } } } : { [key]: inner },
        {},
      );
      const told = managersOf([object(1), []], [object(2), [{ manager: 'a', fields }]]);
      assert.deepEqual(Object.values(told), ['a']);
    }),
  );
});

test('the metadata before is needed only where it may change who is named', () => {
  const exported = { startedAt: PERIOD.from, finishedAt: '2026-11-26T00:16:00.000Z' };
  const set = valueChanges(
    parseValue(Buffer.from('{"spec":{"replicas":3}}')),
    parseValue(Buffer.from('{"spec":{"replicas":5}}')),
  );
  const changed = [...set];
  const needs = (time: unknown, more = {}, changes = changed, subresource?: string) =>
    needsMetadataBefore(
      changes,
      metadataOf([{ manager: 'a', fields: REPLICAS, time, subresource }], more),
      exported,
    );
  assert.equal(needs(AT_TWO), false);
  assert.equal(needs(EARLIER), false);
  // It may have been written before the older export read the object, or after.
  assert.equal(needs('2026-11-26T00:15:30Z'), true);
  assert.equal(needs('2026-11-26T00:16:04Z'), true);
  assert.equal(needs('2026-11-26T00:16:06Z'), false);
  assert.equal(needs('2026-11-26T00:14:56Z'), true);
  assert.equal(needs(undefined, {}, changed, 'scale'), false);
  assert.equal(needs(null, {}, changed, 'scale'), true);
  // It may be another object.
  assert.equal(needs(AT_TWO, { creationTimestamp: AT_TWO }), true);
  assert.equal(needs(AT_TWO, { creationTimestamp: null }), true);
  assert.equal(needs(AT_TWO, {}, [{ kind: 'removed', path: [], at: null, value: null }]), true);
});

test('where it is not needed, it changes nothing', () => {
  const exported = { startedAt: PERIOD.from, finishedAt: '2026-11-26T00:16:00.000Z' };
  const time = fc.constantFrom(
    EARLIER,
    AT_TWO,
    AT_THREE,
    '2026-11-26T00:14:50Z',
    '2026-11-26T00:15:30Z',
    '2026-11-26T00:16:03Z',
  );
  const writes = fc.array(fc.record({ manager: fc.constantFrom('a', 'b'), time }), { maxLength: 4 });
  const isOld = ({ time: at }: { time: string }) => at <= '2026-11-26T00:16:05Z';
  fc.assert(
    fc.property(writes, writes, fc.integer({ max: 5 }), (own, others, replicas) => {
      // What the older archive has was written before it was complete.
      const entries = (list: typeof own) => list.map((each) => ({ ...each, fields: REPLICAS }));
      const [before, after] = [metadataOf(entries(own.filter(isOld))), metadataOf(entries(others))];
      const versions = [3, replicas].map((count) =>
        parseValue(Buffer.from(JSON.stringify({ spec: { replicas: count } }))),
      ) as [ReturnType<typeof parseValue>, ReturnType<typeof parseValue>];
      const changes = [...valueChanges(...versions)];
      if (needsMetadataBefore(changes, after, exported)) return;
      const told = (known: typeof before | null) =>
        attributionOf(changes, { before: known, after, isNew: false }, versions, PERIOD);
      assert.deepEqual(told(before), told(null));
    }),
    { numRuns: 500 },
  );
});
