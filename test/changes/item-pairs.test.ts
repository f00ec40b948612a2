import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pathText } from '../../src/changes/path.ts';
import { valueChanges } from '../../src/changes/value-changes.ts';
import { parseValue } from '../../src/json/parse-value.ts';

// Lists that no table knows: `spec.targets` of a custom resource.

function told(before: readonly unknown[], after: readonly unknown[]): string[] {
  const [from, to] = [before, after].map((targets) => parseValue(Buffer.from(JSON.stringify({ targets }))));
  return [...valueChanges(from ?? null, to ?? null)].map(({ kind, path }) =>
    `${kind} ${pathText(path)}`.replace('targets', ''),
  );
}

const rule = (group: string, ...verbs: string[]) => ({
  apiGroups: [group],
  resources: [`${group}s`],
  verbs: ['get', 'list', 'watch', ...verbs],
});

test('an item that changed is the one that is most alike, though another came before it', () => {
  const target = (port: string, interval: string) => ({ port, path: '/metrics', interval });
  assert.deepEqual(
    told(
      [target('http', '30s'), target('admin', '30s')],
      [target('extra', '30s'), target('http', '60s'), target('admin', '30s')],
    ),
    ['added [0]', 'changed [1].interval'],
  );
});

test('rules in another order, one with a verb more, are an order and a verb', () => {
  assert.deepEqual(
    told(
      [rule('a'), rule('b'), rule('c'), rule('d')],
      [rule('d'), rule('b', 'delete'), rule('a'), rule('c')],
    ),
    ['added [1].verbs[3]', 'reordered '],
  );
});

test('a rule that took the place of another is another rule, though all have the same verbs', () => {
  assert.deepEqual(told([rule('a'), rule('b'), rule('c')], [rule('a'), rule('x'), rule('c')]), [
    'removed [1]',
    'added [1]',
  ]);
});

test('what refers to one thing alone, in the same place, now refers to another', () => {
  const reference = (name: string) => ({ configMapRef: { name } });
  assert.deepEqual(
    told([reference('one'), { secretRef: { name: 'x' } }], [reference('two'), { secretRef: { name: 'x' } }]),
    ['changed [0].configMapRef.name'],
  );
});

test('texts are the same ones changed in their place, and others elsewhere', () => {
  assert.deepEqual(told(['--a=1', '--level=info', 'x'], ['new', '--a=1', '--level=debug', 'x']), [
    'added [0]',
    'changed [2]',
  ]);
  assert.deepEqual(told(['web-1', 'web-2'], ['web-3', 'web-1']), ['removed [1]', 'added [0]']);
});

test('a container under another name is another one, unless all else is the same', () => {
  const container = (name: string, image: string) => ({
    name,
    image,
    args: ['serve'],
    ports: [80, 443],
    cpu: 1,
    memory: 2,
  });
  assert.deepEqual(told([container('web', 'a:1')], [container('front', 'a:1')]), ['changed [0].name']);
  assert.deepEqual(told([{ name: 'web', image: 'a' }], [{ name: 'side', image: 'b' }]), [
    'removed [name=web]',
    'added [name=side]',
  ]);
});

test('subjects of a binding that came and went are not one that changed', () => {
  const subject = (name: string) => ({ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name });
  assert.deepEqual(told([subject('alice')], [subject('bob')]), ['removed [name=alice]', 'added [name=bob]']);
});

test('the cost is bounded, whatever the lists look like', () => {
  const items = (count: number, other: number) =>
    Array.from({ length: count }, (_, at) => ({
      a: at,
      b: `${other}`,
      c: [at, other],
      d: { e: at * other },
    }));
  const before = process.cpuUsage();
  told(items(600, 1), items(600, 2));
  told(items(5000, 1), items(4999, 2));
  told([...items(5000, 1), ...items(10, 3)], [...items(10, 2), ...items(5000, 1)].reverse());
  assert.ok(process.cpuUsage(before).user < 10_000_000);
});
