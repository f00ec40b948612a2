import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseValue } from '../../../src/json/parse-value.ts';
import { steps } from '../../../src/json/pruning-paths.ts';
import { isList } from '../../../src/json/value.ts';
import { BINDING } from '../../../src/plan/pruning-table.ts';
import { at } from '../../support/kube-object.ts';
import { item, restored } from '../items.ts';

const APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const MAPPED = { mapping: new Map([['shop', 'copy']]) };

for (const [name, spec, left] of [
  ['an address', { clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1', 'fd00::1'] }, {}],
  ['only clusterIPs', { clusterIPs: ['10.0.0.1'] }, {}],
  ['headless', { clusterIP: 'None', clusterIPs: ['None'] }, { clusterIP: 'None', clusterIPs: ['None'] }],
  ['headless, as archived by hand', { clusterIP: 'None' }, { clusterIP: 'None' }],
  [
    'ExternalName',
    { type: 'ExternalName', externalName: 'a.b' },
    { type: 'ExternalName', externalName: 'a.b' },
  ],
  [
    'external IPs somebody chose',
    { type: 'ClusterIP', externalIPs: ['1.2.3.4'] },
    { type: 'ClusterIP', externalIPs: ['1.2.3.4'] },
  ],
  [
    'external IPs of a load balancer',
    { type: 'LoadBalancer', externalIPs: ['1.2.3.4'] },
    { type: 'LoadBalancer' },
  ],
] as const) {
  test(`a Service with ${name}`, () => {
    assert.deepEqual(restored(item('services', 'shop', 'web', { spec })).object.spec, left);
  });
}

test('addresses that somebody chose go in a copy, beside the first whose they are', () => {
  const spec = { type: 'LoadBalancer', loadBalancerIP: '192.0.2.9', loadBalancerClass: 'a.b/c' };
  const given = item('services', 'shop', 'web', { spec });
  assert.deepEqual(restored(given).object.spec, spec);
  assert.deepEqual(restored(given, MAPPED).object.spec, { type: 'LoadBalancer', loadBalancerClass: 'a.b/c' });
  const external = item('services', 'shop', 'web', { spec: { externalIPs: ['1.2.3.4'] } });
  assert.deepEqual(restored(external, MAPPED).object.spec, {});
});

for (const [policy, families, left] of [
  ['PreferDualStack', ['IPv6', 'IPv4'], ['IPv6']],
  ['PreferDualStack', ['IPv4'], ['IPv4']],
  ['RequireDualStack', ['IPv4', 'IPv6'], ['IPv4', 'IPv6']],
  ['SingleStack', ['IPv6'], ['IPv6']],
] as const) {
  test(`families ${families.join(', ')} of ${policy}: ${left.join(', ')}`, () => {
    const spec = { ipFamilyPolicy: policy, ipFamilies: families };
    const { object, notes } = restored(item('services', 'shop', 'web', { spec }));
    assert.deepEqual(object.spec, { ipFamilyPolicy: policy, ipFamilies: left });
    assert.equal(notes.length, families.length - left.length);
  });
}

const ports = [
  { port: 80, nodePort: 30080 },
  { port: 443, nodePort: 30443 },
];
const applied = JSON.stringify({ spec: { ports: [{ port: 80, nodePort: 30080 }] } });

test('node ports: cleared, but for those of the manifest that was applied', () => {
  const metadata = { annotations: { [APPLIED]: applied } };
  const given = item('services', 'shop', 'web', { metadata, spec: { ports, healthCheckNodePort: 31000 } });
  const { object, notes } = restored(given);
  assert.deepEqual(object.spec, { ports: [{ port: 80, nodePort: 30080 }, { port: 443 }] });
  assert.match(notes.find(({ rule }) => rule === 'node-port')?.text ?? '', /^nodePort 30443 cleared: /);
  const broken = { annotations: { [APPLIED]: '{' } };
  assert.deepEqual(
    restored(item('services', 'shop', 'web', { metadata: broken, spec: { ports } })).object.spec,
    {
      ports: [{ port: 80 }, { port: 443 }],
    },
  );
});

test('node ports: cleared in another project, where the first has them; kept with --preserve-nodeports', () => {
  const metadata = { annotations: { [APPLIED]: applied } };
  const given = item('services', 'shop', 'web', { metadata, spec: { ports, healthCheckNodePort: 31000 } });
  assert.deepEqual(restored(given, MAPPED).object.spec, { ports: [{ port: 80 }, { port: 443 }] });
  assert.deepEqual(restored(given, { preserveNodePorts: true }).object.spec, {
    ports,
    healthCheckNodePort: 31000,
  });
});

test('node ports of a Service to which the cluster gives none are its own', () => {
  const spec = { ports, type: 'LoadBalancer', allocateLoadBalancerNodePorts: false };
  const given = item('services', 'shop', 'web', { spec });
  assert.deepEqual(restored(given).object.spec, spec);
  assert.deepEqual(at(restored(given, MAPPED).object, 'spec', 'ports'), [{ port: 80 }, { port: 443 }]);
});

test('the health check port stays where the manifest that was applied names it', () => {
  const spec = { healthCheckNodePort: 31000 };
  const given = (port: number) =>
    item('services', 'shop', 'web', {
      metadata: { annotations: { [APPLIED]: JSON.stringify({ spec: { healthCheckNodePort: port } }) } },
      spec,
    });
  assert.deepEqual(restored(given(31000)).object.spec, spec);
  assert.deepEqual(restored(given(31001)).object.spec, {});
  assert.deepEqual(restored(given(31000), MAPPED).object.spec, {});
});

test('claims: the traces of binding go always, the volume stays for classes to be rebound', () => {
  const annotations = Object.fromEntries(BINDING.slice(1).map(({ path }) => [steps(path)[2], 'x']));
  const claim = (spec: object, more: object = {}) =>
    item('persistentvolumeclaims', 'shop', 'data', {
      metadata: { annotations: { ...annotations, ...more } },
      spec,
    });
  const nfs = { volumeName: 'pv-1', storageClassName: 'nfs-client' };
  assert.deepEqual(restored(claim(nfs)).object.spec, { storageClassName: 'nfs-client' });
  const kept = restored(claim(nfs), { rebindStorageClasses: ['nfs*'] }).object;
  assert.deepEqual(kept.spec, nfs);
  assert.deepEqual(kept.metadata, { name: 'data', namespace: 'shop' });
  const legacy = claim({ volumeName: 'pv-1' }, { 'volume.beta.kubernetes.io/storage-class': 'nfs' });
  assert.deepEqual(restored(legacy, { rebindStorageClasses: ['nfs*'] }).object.spec, { volumeName: 'pv-1' });
  const classless = claim({ volumeName: 'pv-1' });
  assert.deepEqual(restored(classless, { rebindStorageClasses: ['nfs*'] }).object.spec, {});
  const none = { volumeName: 'pv-1', storageClassName: '' };
  for (const each of [classless, claim(none)])
    assert.deepEqual(restored(each, { rebindStorageClasses: ['*'] }).object.spec, none);
});

test('claims: a new volume is told where there was one, and only then', () => {
  const spec = { storageClassName: 'nfs' };
  const notes = (body: object, rebindStorageClasses: string[] = []) =>
    restored(item('persistentvolumeclaims', 'shop', 'data', { ...body }), { rebindStorageClasses }).notes;
  const told = [
    {
      rule: 'claim-volume',
      text: 'new, EMPTY volume; to keep the old one if it still exists: --rebind-storage-class nfs: archives hold no volume data',
    },
  ];
  // The clean form of an archive has no volumeName; the status tells that it was bound.
  assert.deepEqual(notes({ spec, status: { phase: 'Bound' } }), told);
  assert.deepEqual(notes({ spec: { ...spec, volumeName: 'pv-1' } }), told);
  assert.deepEqual(notes({ spec, status: { phase: 'Pending' } }), []);
  assert.deepEqual(notes({ spec, status: { phase: 'Bound' } }, ['nfs']), []);
});

test('volumes: reserved for the claim of the new project, by name alone', () => {
  const claimRef = {
    kind: 'PersistentVolumeClaim',
    namespace: 'shop',
    name: 'data',
    uid: 'x',
    resourceVersion: '1',
  };
  const { object, item: after } = restored(
    item('persistentvolumes', null, 'pv-1', { spec: { claimRef } }),
    MAPPED,
  );
  assert.deepEqual(at(object, 'spec', 'claimRef'), {
    kind: 'PersistentVolumeClaim',
    namespace: 'copy',
    name: 'data',
  });
  assert.equal(after.project, null);
});

test('a node port that a manager owns was somebody’s choice; one that nobody owns was assigned', () => {
  const ports = [
    { port: 80, protocol: 'TCP', nodePort: 30080 },
    { port: 443, protocol: 'TCP', nodePort: 30443 },
    { port: 443, protocol: 'UDP', nodePort: 30444 },
  ];
  const owned = (key: string, more: object) => ({ [`k:${key}`]: { '.': {}, 'f:port': {}, ...more } });
  const managedFields = parseList([
    {
      manager: 'argocd-controller',
      operation: 'Apply',
      fieldsV1: { 'f:spec': { 'f:ports': owned('{"port":443,"protocol":"TCP"}', { 'f:nodePort': {} }) } },
    },
    {
      manager: 'kubectl',
      operation: 'Update',
      fieldsV1: {
        'f:spec': { 'f:ports': owned('{"port":80,"protocol":"TCP"}', {}), 'f:healthCheckNodePort': {} },
      },
    },
  ]);
  const spec = { type: 'LoadBalancer', ports, healthCheckNodePort: 30900 };
  const given = { ...item('services', 'shop', 'web', { spec }), managedFields };
  const left = restored(given).object.spec;
  assert.deepEqual(left, {
    type: 'LoadBalancer',
    ports: [{ port: 80, protocol: 'TCP' }, ports[1], { port: 443, protocol: 'UDP' }],
    healthCheckNodePort: 30900,
  });
  const copy = restored(given, { mapping: new Map([['shop', 'copy']]) }).object.spec;
  assert.deepEqual(copy, { type: 'LoadBalancer', ports: ports.map(({ nodePort: _, ...port }) => port) });
});

function parseList(entries: readonly object[]) {
  const value = parseValue(Buffer.from(JSON.stringify(entries)));
  assert(isList(value));
  return value;
}
