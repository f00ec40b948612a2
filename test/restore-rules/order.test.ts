import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Head, inOrder, stepOf } from '../../src/restore-rules/order.ts';

/** In the order in which they have to be there; those of one line may go together. */
const ORDER: ReadonlyArray<readonly string[]> = [
  ['customresourcedefinitions.apiextensions.k8s.io'],
  ['securitycontextconstraints.security.openshift.io'],
  ['namespaces'],
  [
    'storageclasses.storage.k8s.io',
    'priorityclasses.scheduling.k8s.io',
    'volumeattributesclasses.storage.k8s.io',
  ],
  ['persistentvolumes'],
  ['persistentvolumeclaims'],
  ['roles.rbac.authorization.k8s.io', 'clusterroles.rbac.authorization.k8s.io', 'serviceaccounts'],
  ['rolebindings.rbac.authorization.k8s.io', 'clusterrolebindings.rbac.authorization.k8s.io'],
  ['secrets', 'configmaps'],
  ['limitranges', 'resourcequotas'],
  [
    'things.example.com',
    'roles.example.com',
    'ingresses.config.openshift.io',
    'buildconfigs.build.openshift.io',
  ],
  ['endpoints', 'endpointslices.discovery.k8s.io'],
  ['services'],
  [
    'deployments.apps',
    'statefulsets.apps',
    'jobs.batch',
    'cronjobs.batch',
    'pods',
    'replicationcontrollers',
    'deploymentconfigs.apps.openshift.io',
    'horizontalpodautoscalers.autoscaling',
    'ingresses.networking.k8s.io',
    'routes.route.openshift.io',
  ],
  ['validatingwebhookconfigurations.admissionregistration.k8s.io', 'apiservices.apiregistration.k8s.io'],
];

for (const [number, types] of ORDER.entries()) {
  for (const type of types)
    test(`${type} are of step ${number}`, () => assert.equal(stepOf(type).number, number));
}

test('what a preference calls an app goes with the workloads; projects and claims never do', () => {
  assert.equal(stepOf('services', true).name, 'workloads');
  assert.equal(stepOf('apiservices.apiregistration.k8s.io', true).name, 'admission and APIs');
  for (const type of [
    'namespaces',
    'persistentvolumeclaims',
    'customresourcedefinitions.apiextensions.k8s.io',
  ])
    assert.deepEqual(stepOf(type, true), stepOf(type));
});

const KINDS: { readonly [type: string]: readonly [apiVersion: string, kind: string] } = {
  'things.example.com': ['example.com/v1', 'Thing'],
  namespaces: ['v1', 'Namespace'],
  secrets: ['v1', 'Secret'],
  persistentvolumeclaims: ['v1', 'PersistentVolumeClaim'],
  'statefulsets.apps': ['apps/v1', 'StatefulSet'],
};

/** `things.example.com/a < b` is owned by the Thing b. */
function head(text: string, project: string | null = 'shop'): Head & { readonly text: string } {
  const [own = '', owner] = text.split(' < ');
  const [type = '', name = ''] = own.split('/');
  const [apiVersion = '', kind = ''] = KINDS[type] ?? [];
  const [ownerType = '', ownerName = ''] = owner?.split('/') ?? [];
  const [ownerVersion = '', ownerKind = ''] = KINDS[ownerType] ?? [];
  const owners =
    owner === undefined
      ? []
      : [{ apiVersion: ownerVersion.replace('/v1', '/v1beta1'), kind: ownerKind, name: ownerName }];
  return { project, type, apiVersion, kind, name, owners, text };
}

function stages(...heads: ReadonlyArray<ReturnType<typeof head>>): string[][] {
  return inOrder(heads, () => false).map(({ members }) => members.map(({ text }) => text));
}

const THING = 'things.example.com';

test('steps go one after the other, their objects together', () => {
  assert.deepEqual(stages(head(`${THING}/a`), head('secrets/b'), head(`${THING}/c`)), [
    ['secrets/b'],
    [`${THING}/a`, `${THING}/c`],
  ]);
});

test('owners go before owned, of any version, also over steps', () => {
  assert.deepEqual(
    stages(
      head(`${THING}/c < ${THING}/b`),
      head(`${THING}/b < ${THING}/a`),
      head(`secrets/s < ${THING}/b`),
      head(`${THING}/a`),
    ),
    [[`${THING}/a`], [`${THING}/b < ${THING}/a`], [`${THING}/c < ${THING}/b`, `secrets/s < ${THING}/b`]],
  );
});

test('a claim does not wait for the StatefulSet that owns it, which would make its own', () => {
  const claim = 'persistentvolumeclaims/data < statefulsets.apps/db';
  assert.deepEqual(stages(head('statefulsets.apps/db'), head(claim)), [[claim], ['statefulsets.apps/db']]);
});

test('owners are of the same project or of none', () => {
  const owned = `${THING}/b < ${THING}/a`;
  assert.equal(stages(head(owned), head(`${THING}/a`, 'other')).length, 1);
  assert.equal(stages(head(owned), head(`${THING}/a`, null)).length, 2);
});

test('owners that own each other end', () => {
  const circle = [
    head(`${THING}/a < ${THING}/b`),
    head(`${THING}/b < ${THING}/a`),
    head(`${THING}/c < ${THING}/c`),
  ];
  assert.equal(stages(...circle).flat().length, 3);
});

test('many who all own each other end soon', () => {
  const names = Array.from({ length: 8 }, (_, at) => `${at}`);
  const owners = names.map((name) => ({ apiVersion: 'example.com/v1', kind: 'Thing', name }));
  const found = stages(...names.map((name) => ({ ...head(`${THING}/${name}`), owners })));
  assert.equal(found.flat().length, 8);
  assert(found.length <= 8, `${found.length} stages`);
});

test('a chain of any length ends', () => {
  const chain = Array.from({ length: 20_000 }, (_, at) => head(`${THING}/${at} < ${THING}/${at + 1}`));
  assert.equal(stages(...chain).flat().length, 20_000);
});
