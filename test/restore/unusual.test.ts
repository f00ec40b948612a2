import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { at } from '../support/kube-object.ts';
import { CONFIG_MAPS, object, ProxiedCluster, THINGS } from './proxied-cluster.ts';
import { told } from './restore-runs.ts';

// What valid objects may hold that nobody writes by hand.

let cluster: ProxiedCluster;

before(async () => {
  cluster = await ProxiedCluster.start();
});

after(async () => {
  await cluster?.end();
});

test('an object is restored to the project of its folder, whatever it says itself', async () => {
  const elsewhere =
    '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"elsewhere","namespace":"kube-system"}}';
  const run = await cluster.restore({ 'shop/configmaps.json': [elsewhere] }, '--apply');
  assert.equal(run.status, 0, run.stderr);
  assert.equal((await cluster.control.admin.answer('GET', `${CONFIG_MAPS}/elsewhere`)).status, 200);
});

test('owners that lead elsewhere are not looked for, and not sent', async () => {
  const ownerReferences = ['..', 'a/b', '\ud800'].map((name) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    name,
    uid: '5e9dd6e2-2f0e-4d1c-9b4c-000000000000',
  }));
  const metadata = { name: 'owned', namespace: 'shop', ownerReferences };
  const run = await cluster.restore(
    {
      'shop/configmaps.json': [JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata })],
    },
    '--apply',
  );
  assert.equal(run.status, 0, run.stderr);
  assert.ok(!run.asked.some((each) => /\.\.|%2F|%EF/i.test(each)), run.asked.join());
  const made = await cluster.control.request('GET', `${CONFIG_MAPS}/owned`);
  assert.equal(at(made, 'metadata', 'ownerReferences'), undefined);
});

test('objects that own each other are restored, and linked', async () => {
  const owned = (name: string, owner: string) => {
    const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: owner, uid: 'gone' }];
    return JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ownerReferences } });
  };
  const run = await cluster.restore(
    { 'shop/configmaps.json': [owned('egg', 'hen'), owned('hen', 'egg')] },
    '--apply',
  );
  assert.equal(run.status, 0, run.stderr);
  for (const [name, owner] of [
    ['egg', 'hen'],
    ['hen', 'egg'],
  ]) {
    const made = await cluster.control.request('GET', `${CONFIG_MAPS}/${name}`);
    assert.equal(at(made, 'metadata', 'ownerReferences', 0, 'name'), owner);
  }
});

test('of objects of one name each is told of', async () => {
  const twice = [object('twice', { data: { number: '1' } }), object('twice', { data: { number: '2' } })];
  const run = await cluster.restore({ 'shop/configmaps.json': twice }, '--apply');
  assert.deepEqual(told(run.rows).sort(), ['created shop/configmaps/twice', 'differs shop/configmaps/twice']);
});

test('numbers arrive as they stand', async () => {
  const spec = '{"large":9007199254740993,"least":-9223372036854775808,"exact":0.1}';
  const thing = (name: string) =>
    `{"apiVersion":"example.com/v1","kind":"Thing","metadata":{"name":"${name}"},"spec":${spec}}`;
  const run = await cluster.restore({ 'shop/things.example.com.json': [thing('numbers')] }, '--apply');
  assert.equal(run.status, 0, run.stderr);
  const { text } = await cluster.control.admin.answer('GET', `${THINGS}/numbers`);
  assert.match(text, /"exact":0\.1,"large":9007199254740993,"least":-9223372036854775808/);
});

test('an object with more values than are looked into has failed, and never counts as equal', async () => {
  const thing = (last: string) =>
    `{"apiVersion":"example.com/v1","kind":"Thing","metadata":{"name":"many"},"spec":{"list":[${'0,'.repeat(600_000)}${last}]}}`;
  await cluster.control.request('POST', THINGS, JSON.parse(thing('1')));
  const run = await cluster.restore({ 'shop/things.example.com.json': [thing('2')] }, '--apply');
  assert.equal(run.status, 3, run.stderr);
  assert.match(run.rows[0]?.reason ?? '', /more than 500000 values/);
});

test('an object that is too large is told at once, and what is too deep is damage', async () => {
  const spec = { text: 'x'.repeat(2.5 * 1024 * 1024) };
  const large = await cluster.restore(
    {
      'shop/configmaps.json': [object('large', { data: { text: 'x'.repeat(3.5 * 1024 * 1024) } })],
      'shop/things.example.com.json': [object('large', { spec }, 'example.com/v1', 'Thing')],
    },
    '--apply',
    '--retry-for',
    '600',
  );
  assert.equal(large.status, 3, large.stderr);
  const reasons = large.rows.map(({ reason }) => reason ?? '').join('\n');
  assert.match(reasons, /413 RequestEntityTooLarge/);
  assert.match(reasons, /too large|larger than max/);
  // Once in each round; a server that is away would be asked for ten minutes.
  const creates = large.asked.filter((each) => /^POST .*\/(configmaps|things)\b/.test(each));
  assert.ok(creates.length <= 4, creates.join());
  const spoilt = `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"deep"},"data":${'['.repeat(10_001)}${']'.repeat(10_001)}}`;
  const deep = await cluster.restore({ 'shop/configmaps.json': [spoilt] }, '--apply');
  assert.equal(deep.status, 4);
  assert.match(deep.stderr, /items\[0\] is not valid JSON at byte \d+: nested deeper than 10000 levels/);
  assert.ok(!deep.asked.some((each) => each.startsWith('POST /api/v1')));
});
