import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pathText } from '../../src/changes/path.ts';
import { valueChanges } from '../../src/changes/value-changes.ts';
import { parseValue } from '../../src/json/parse-value.ts';

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
  ['spec.tolerations', { key: 'x' }, [{ key: 'a' }, { key: 'b' }], '[key=x]'],
  ['spec.tolerations', { operator: 'Exists' }, [{ key: 'a' }, { key: 'b' }], '[0]'],
  ['rules', { verbs: ['x'] }, [{ verbs: ['a'] }, { verbs: ['b'] }], '[0]'],
  ['metadata.finalizers', 'x', ['a', 'b'], '[0]'],
  ['spec.names', { name: 'x' }, [{ name: 'a' }, { name: 'a', other: 1 }], '[name=x]'],
  [
    'spec.triggers',
    { type: 'ConfigChange' },
    ['web:1', 'web:2'].map((name) => ({ type: 'ImageChange', imageChangeParams: { from: { name } } })),
    '[type=ConfigChange]',
  ],
  [
    'spec.triggers',
    { type: 'Generic', generic: {} },
    [
      { type: 'GitHub', github: {} },
      { type: 'ImageChange', imageChange: {} },
    ],
    '[type=Generic]',
  ],
  ['spec.groups.*.rules', { alert: 'X' }, [{ alert: 'A' }, { record: 'A' }], '[alert=X]'],
  ['spec.rules', { host: 'x' }, [{ host: 'a' }, { host: 'b' }], '[host=x]'],
  ['parameters', { name: 'X' }, [{ name: 'A' }, { name: 'B' }], '[name=X]'],
  [
    'objects',
    { kind: 'Service', metadata: { name: 'web' } },
    [
      { kind: 'Route', metadata: { name: 'web' } },
      { kind: 'Secret', metadata: { name: 'web' } },
    ],
    '[kind=Service,metadata.name=web]',
  ],
  [
    'spec.metrics',
    { type: 'Pods', pods: { metric: { name: 'qps' } } },
    [
      { type: 'Resource', resource: { name: 'cpu' } },
      { type: 'Resource', resource: { name: 'memory' } },
    ],
    '[type=Pods,pods.metric.name=qps]',
  ],
] as const) {
  test(`an item that comes first in ${fields} is one change`, () => {
    const [before, after] = [at(fields, items), at(fields, [first, ...items])];
    const place = `${fields.replace('.*', '[0]')}${expected.replace('"metadata.name"', 'metadata.name')}`;
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

/** What differs between two versions of a list, at `list`. */
function of(fields: string, before: unknown, after: unknown): string[] {
  return told(at(fields, before), at(fields, after)).map((each) => each.replace(fields, 'list'));
}

test('what changes under the same name is one change, whatever the declared key', () => {
  const port = { name: 'http', port: 80, protocol: 'TCP' };
  assert.deepEqual(of('spec.ports', [port], [{ ...port, port: 8080 }]), ['changed list[name=http].port']);
  assert.deepEqual(of('spec.ports', [port], [{ ...port, name: 'web' }]), [
    'changed list[port=80,protocol=TCP].name',
  ]);
  const container = { name: 'metrics', containerPort: 8080, protocol: 'TCP' };
  assert.deepEqual(
    of(
      'spec.ports',
      [container, { ...container, name: 'http' }],
      [
        { ...container, name: 'http' },
        { ...container, containerPort: 9090 },
      ],
    ),
    ['changed list[name=metrics].containerPort', 'reordered list'],
  );
  const mount = { name: 'config', mountPath: '/etc/app' };
  assert.deepEqual(of('spec.volumeMounts', [mount], [{ ...mount, mountPath: '/etc/config' }]), [
    'changed list[name=config].mountPath',
  ]);
  const taint = { key: 'dedicated', value: 'web', effect: 'NoSchedule' };
  assert.deepEqual(of('spec.taints', [taint], [{ ...taint, effect: 'NoExecute' }]), [
    'changed list[key=dedicated].effect',
  ]);
});

test('an image whose tag a trigger follows is one change of this trigger', () => {
  const trigger = (name: string) => ({ type: 'ImageChange', imageChangeParams: { from: { name } } });
  assert.deepEqual(
    of(
      'spec.triggers',
      [{ type: 'ConfigChange' }, trigger('web:1')],
      [trigger('web:2'), { type: 'ConfigChange' }],
    ),
    ['changed list[type=ImageChange].imageChangeParams.from.name', 'reordered list'],
  );
});

test('items of which a key is there twice are told by their positions, the others by their keys', () => {
  const env = (...pairs: ReadonlyArray<readonly [string, string]>) =>
    pairs.map(([name, value]) => ({ name, value }));
  assert.deepEqual(
    of(
      'spec.env',
      env(['OPTS', '-Xmx1g'], ['DB', 'a'], ['OPTS', '-Xmx2g'], ['LOG', 'info']),
      env(['TZ', 'UTC'], ['OPTS', '-Xmx512m'], ['DB', 'b'], ['OPTS', '-Xmx2g'], ['LOG', 'info']),
    ),
    ['added list[name=TZ]', 'changed list[1].value', 'changed list[name=DB].value'],
  );
});
