import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { at, type JsonObject, type KubeObject } from '../support/kube-object.ts';
import { backUp, type Restored, restore, Volume } from './restore-runs.ts';
import { object } from './rule-objects.ts';

let dual: ControlPlane;
let single: ControlPlane;
const volume = new Volume();
const project = (name: string) => object('v1', 'Namespace', name, {}, {}, null);

function service(name: string, spec: JsonObject, namespace = 'shop'): KubeObject {
  const manifest = { spec: { ports: [{ port: 80 }], ...spec } };
  const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(manifest) };
  return object(
    'v1',
    'Service',
    name,
    manifest,
    name.startsWith('applied') ? { annotations } : {},
    namespace,
  );
}
const onPort = (nodePort: number) => ({ type: 'NodePort', ports: [{ port: 80, nodePort }] });

before(async () => {
  const ranges = { 'service-cluster-ip-range': '10.0.0.0/24,fd00:10::/108' };
  [dual, single] = await Promise.all([startControlPlane({ apiServerFlags: ranges }), startControlPlane()]);
  await dual.apply([
    project('shop'),
    service('prefers-two', { ipFamilyPolicy: 'PreferDualStack' }),
    service('requires-two', { ipFamilyPolicy: 'RequireDualStack' }),
    service('of-the-other', { ipFamilies: ['IPv6'] }),
    service('on-port', onPort(31555)),
    service('applied-on-port', onPort(31556)),
    service('balanced', { type: 'LoadBalancer', loadBalancerClass: 'example.com/one' }),
  ]);
  await single.apply([
    project('bank'),
    service('holds', onPort(31555), 'bank'),
    service('holds-too', onPort(31556), 'bank'),
  ]);
  // Without managers, who would own the ports that these Services were created with.
  await backUp(volume, dual.kubeconfig, '-p', 'shop', '--no-metadata');
});

after(async () => {
  volume[Symbol.dispose]();
  await Promise.all([dual?.stop(), single?.stop()]);
});

const rowOf = ({ rows }: Restored, name: string) => rows.find((row) => row.name === name);
const served = (control: ControlPlane, name: string, namespace = 'shop') =>
  control.request('GET', `/api/v1/namespaces/${namespace}/services/${name}`);

test('a port that is taken is told with its number, where it is to be kept; else another is handed out', async () => {
  await single.apply([project('shop')]);
  const dry = await restore(volume, single.kubeconfig, 'shop/svc/on-port', '--preserve-nodeports');
  assert.match(rowOf(dry, 'on-port')?.reason ?? '', /31555: provided port is already allocated/);
  const kept = await restore(volume, single.kubeconfig, '-p', 'shop', '--preserve-nodeports', '--apply');
  assert.equal(kept.status, 3);
  for (const [name, port] of [
    ['on-port', 31555],
    ['applied-on-port', 31556],
  ] as const) {
    assert.equal(rowOf(kept, name)?.outcome, 'failed');
    assert.match(
      rowOf(kept, name)?.reason ?? '',
      new RegExp(`nodePort: Invalid value: ${port}: provided port is already allocated`),
    );
  }
  const anew = await restore(volume, single.kubeconfig, '-p', 'shop', '--apply');
  assert.equal(rowOf(anew, 'on-port')?.outcome, 'created');
  assert.match(rowOf(anew, 'on-port')?.notes[0]?.text ?? '', /^nodePort 31555 cleared: /);
  // The manifest that was applied names it, so that it is a wish.
  assert.equal(rowOf(anew, 'applied-on-port')?.outcome, 'failed');
  await single.deleteNamespace('shop');
});

test('families of addresses: what is preferred gives way, what is required is told to be missing', async () => {
  const run = await restore(volume, single.kubeconfig, '-p', 'shop', '--apply');
  assert.equal(rowOf(run, 'prefers-two')?.outcome, 'created');
  assert.deepEqual(at(await served(single, 'prefers-two'), 'spec', 'ipFamilies'), ['IPv4']);
  assert.match(
    rowOf(run, 'requires-two')?.reason ?? '',
    /this cluster is not configured for dual-stack services/,
  );
  assert.match(rowOf(run, 'of-the-other')?.reason ?? '', /"IPv6": not configured on this cluster/);
  await single.deleteNamespace('shop');
});

test('families of addresses: where both are, a copy has both again, in their order', async () => {
  const run = await restore(volume, dual.kubeconfig, '-p', 'shop', '--map', 'shop=copy', '--apply');
  assert.equal(run.status, 0, JSON.stringify(run.rows.filter(({ outcome }) => outcome === 'failed')));
  for (const name of ['prefers-two', 'requires-two', 'of-the-other'])
    assert.deepEqual(
      at(await served(dual, name, 'copy'), 'spec', 'ipFamilies'),
      at(await served(dual, name), 'spec', 'ipFamilies'),
    );
  const again = await restore(volume, dual.kubeconfig, '-p', 'shop', '--map', 'shop=copy');
  assert.deepEqual(
    again.rows.filter(({ type, outcome }) => type === 'services' && outcome !== 'existed'),
    [],
  );
  await dual.deleteNamespace('copy');
});

test('a class of load balancers is kept; another one that is there is told to take replace', async () => {
  await single.apply([project('shop')]);
  await single.apply([service('balanced', { type: 'LoadBalancer', loadBalancerClass: 'example.com/two' })]);
  const words = ['shop/svc/balanced', '--apply', '--existing'];
  const update = await restore(volume, single.kubeconfig, ...words, 'update');
  assert.match(
    rowOf(update, 'balanced')?.reason ?? '',
    /loadBalancerClass.*may not change once set.*--existing replace/,
  );
  const replace = await restore(volume, single.kubeconfig, ...words, 'replace');
  assert.equal(replace.status, 0, replace.stderr);
  assert.equal(at(await served(single, 'balanced'), 'spec', 'loadBalancerClass'), 'example.com/one');
  await single.deleteNamespace('shop');
});

test('with the field managers of the archive, a port that somebody chose is kept, and an assigned one is not', async () => {
  using managed = new Volume();
  await dual.apply([service('chosen', onPort(31600)), service('assigned', { type: 'NodePort' })]);
  await backUp(managed, dual.kubeconfig, '-p', 'shop');
  await single.apply([project('shop')]);
  // Somebody else has the port that was assigned.
  const assigned = Number(at(await served(dual, 'assigned'), 'spec', 'ports', 0, 'nodePort'));
  await single.apply([service('in-the-way', onPort(assigned), 'bank')]);
  const run = await restore(managed, single.kubeconfig, 'shop/svc/chosen', 'shop/svc/assigned', '--apply');
  assert.equal(run.status, 0, run.stdout);
  assert.equal(at(await served(single, 'chosen'), 'spec', 'ports', 0, 'nodePort'), 31600);
  const now = Number(at(await served(single, 'assigned'), 'spec', 'ports', 0, 'nodePort'));
  assert(now >= 30000 && now !== assigned, String(now));
  await single.deleteNamespace('shop');
});
