import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseValue } from '../../src/changes/parse.ts';
import { pathText } from '../../src/changes/path.ts';
import { valueChanges } from '../../src/changes/value-changes.ts';

/** Paths of what differs, with their kinds. */
function told(before: unknown, after: unknown): string[] {
  const [from, to] = [before, after].map((each) => parseValue(Buffer.from(JSON.stringify(each))));
  return [...valueChanges(from ?? null, to ?? null)].map(({ kind, path }) => `${kind} ${pathText(path)}`);
}

/** Wraps a list into the fields that lead to it. */
function at(fields: string, list: unknown): unknown {
  return fields
    .split('.')
    .reduceRight((value, field) => (field === '*' ? [value] : { [field]: value }), list);
}

// An item before both others, and a change in the last of them.
for (const [fields, first, items, expected] of [
  ['spec.containers', { name: 'x' }, [{ name: 'a' }, { name: 'b' }], '[name=x]'],
  ['spec.initContainers', { name: 'x' }, [{ name: 'a' }, { name: 'b' }], '[name=x]'],
  [
    'spec.volumeMounts',
    { name: 'v', mountPath: '/x' },
    [
      { name: 'v', mountPath: '/a' },
      { name: 'v', mountPath: '/b' },
    ],
    '[mountPath=/x]',
  ],
  [
    'spec.ports',
    { port: 1, protocol: 'TCP' },
    [
      { port: 53, protocol: 'TCP' },
      { port: 53, protocol: 'UDP' },
    ],
    '[port=1,protocol=TCP]',
  ],
  ['status.conditions', { type: 'X' }, [{ type: 'A' }, { type: 'B' }], '[type=X]'],
  ['spec.hostAliases', { ip: '::1' }, [{ ip: '10.0.0.1' }, { ip: '10.0.0.2' }], '[ip=::1]'],
  [
    'subjects',
    { kind: 'User', name: 'x' },
    [
      { kind: 'User', name: 'a' },
      { kind: 'ServiceAccount', name: 'a', namespace: 'b' },
    ],
    '[kind=User,name=x]',
  ],
  [
    'metadata.ownerReferences',
    { kind: 'K', name: 'x' },
    [
      { kind: 'K', name: 'a' },
      { kind: 'L', name: 'a' },
    ],
    '[kind=K,name=x]',
  ],
  [
    'spec.topologySpreadConstraints',
    { topologyKey: 'x', whenUnsatisfiable: 'y' },
    [
      { topologyKey: 'a', whenUnsatisfiable: 'b' },
      { topologyKey: 'a', whenUnsatisfiable: 'c' },
    ],
    '[topologyKey=x,whenUnsatisfiable=y]',
  ],
  [
    'spec.volumeClaimTemplates',
    { metadata: { name: 'x' } },
    [{ metadata: { name: 'a' } }, { metadata: { name: 'b' } }],
    '["metadata.name"=x]',
  ],
  ['spec.anythingOfACustomResource', { name: 'x' }, [{ name: 'a' }, { name: 'b' }], '[name=x]'],
  ['spec.tolerations', { key: 'x' }, [{ key: 'a' }, { key: 'b' }], '[0]'],
  ['rules', { verbs: ['x'] }, [{ verbs: ['a'] }, { verbs: ['b'] }], '[0]'],
  ['metadata.finalizers', 'x', ['a', 'b'], '[0]'],
  ['spec.names', { name: 'x' }, [{ name: 'a' }, { name: 'a', other: 1 }], '[0]'],
] as const) {
  test(`an item that comes first in ${fields} is one change`, () => {
    const [before, after] = [at(fields, items), at(fields, [first, ...items])];
    const place = `${fields}${expected.replace('"metadata.name"', 'metadata.name')}`;
    assert.deepEqual(told(before, after), [`added ${place}`]);
    assert.deepEqual(told(after, before), [`removed ${place}`]);
  });
}

test('ports of a container are known by number and protocol', () => {
  const ports = (...numbers: number[]) =>
    at('spec.containers', [
      { name: 'a', ports: numbers.map((containerPort) => ({ containerPort, protocol: 'TCP' })) },
    ]);
  assert.deepEqual(told(ports(2, 3), ports(1, 2, 3)), [
    'added spec.containers[name=a].ports[containerPort=1,protocol=TCP]',
  ]);
});
