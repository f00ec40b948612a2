import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inNextVersion, replacementOf, versionAdvice } from '../../src/restore-rules/versions.ts';
import { item, json } from './items.ts';

const of = (type: string, apiVersion: string, body: object = {}) =>
  item(type, 'shop', 'x', { apiVersion, ...body });
const path = (backend: object, more: object = {}) => ({
  rules: [{ host: 'shop.example.com', http: { paths: [{ path: '/', ...more, backend }] } }],
});

for (const [type, from, to, before, after] of [
  ['cronjobs.batch', 'batch/v1beta1', 'batch/v1', { schedule: '@daily' }, { schedule: '@daily' }],
  [
    'horizontalpodautoscalers.autoscaling',
    'autoscaling/v2beta2',
    'autoscaling/v2',
    { maxReplicas: 3 },
    { maxReplicas: 3 },
  ],
  [
    'poddisruptionbudgets.policy',
    'policy/v1beta1',
    'policy/v1',
    { minAvailable: 1, selector: { matchLabels: { app: 'x' } } },
    { minAvailable: 1, selector: { matchLabels: { app: 'x' } } },
  ],
  // Then it matched no pod; now it would match all.
  [
    'poddisruptionbudgets.policy',
    'policy/v1beta1',
    'policy/v1',
    { minAvailable: 1, selector: {} },
    { minAvailable: 1 },
  ],
  [
    'ingresses.networking.k8s.io',
    'networking.k8s.io/v1beta1',
    'networking.k8s.io/v1',
    path({ serviceName: 'web', servicePort: 80 }),
    path({ service: { name: 'web', port: { number: 80 } } }, { pathType: 'ImplementationSpecific' }),
  ],
  [
    'ingresses.networking.k8s.io',
    'networking.k8s.io/v1beta1',
    'networking.k8s.io/v1',
    {
      backend: { serviceName: 'web', servicePort: 'http' },
      ...path({ resource: { kind: 'Bucket', name: 'b' } }, { pathType: 'Prefix' }),
    },
    {
      defaultBackend: { service: { name: 'web', port: { name: 'http' } } },
      ...path({ resource: { kind: 'Bucket', name: 'b' } }, { pathType: 'Prefix' }),
    },
  ],
  [
    'prioritylevelconfigurations.flowcontrol.apiserver.k8s.io',
    'flowcontrol.apiserver.k8s.io/v1beta2',
    'flowcontrol.apiserver.k8s.io/v1',
    { limited: { assuredConcurrencyShares: 5 } },
    { limited: { nominalConcurrencyShares: 5 } },
  ],
] as const) {
  test(`${type} ${JSON.stringify(before)}: ${from} → ${to}`, () => {
    const found = inNextVersion(of(type, from, { spec: before }));
    assert(found !== null);
    assert.equal(found.apiVersion, to);
    const { apiVersion, spec } = json(found);
    assert.deepEqual([apiVersion, spec], [to, after]);
  });
}

for (const [what, given] of [
  ['a version that is no older one', of('cronjobs.batch', 'batch/v1')],
  ['another shape', of('horizontalpodautoscalers.autoscaling', 'autoscaling/v2beta1')],
  ['a type of an operator', of('certificates.cert-manager.io', 'cert-manager.io/v1alpha2')],
  [
    'an Ingress without a port',
    of('ingresses.networking.k8s.io', 'networking.k8s.io/v1beta1', { spec: path({ serviceName: 'web' }) }),
  ],
  [
    'a slice with topology',
    of('endpointslices.discovery.k8s.io', 'discovery.k8s.io/v1beta1', {
      endpoints: [{ topology: { a: 'b' } }],
    }),
  ],
] as const) {
  test(`${what} is not converted`, () => {
    assert.equal(inNextVersion(given), null);
  });
}

for (const [type, apiVersion, advice] of [
  ['ingresses.extensions', 'extensions/v1beta1', /group networking\.k8s\.io/],
  ['podsecuritypolicies.policy', 'policy/v1beta1', /removed in Kubernetes 1\.25/],
  [
    'certificates.cert-manager.io',
    'cert-manager.io/v1alpha2',
    /a version that serves cert-manager\.io\/v1alpha2/,
  ],
  ['horizontalpodautoscalers.autoscaling', 'autoscaling/v2beta1', /kubectl explain horizontalpodautoscalers/],
] as const) {
  test(`what to do about ${type} in ${apiVersion}`, () => {
    assert.match(versionAdvice(of(type, apiVersion)), advice);
  });
}

for (const [type, from, to] of [
  ['poddisruptionbudgets.policy', 'policy/v1beta1', 'policy/v1'],
  ['horizontalpodautoscalers.autoscaling', 'autoscaling/v2beta1', 'autoscaling/v2'],
  ['resourceclaims.resource.k8s.io', 'resource.k8s.io/v1beta1', 'resource.k8s.io/v1'],
  [
    'customresourcedefinitions.apiextensions.k8s.io',
    'apiextensions.k8s.io/v1beta1',
    'apiextensions.k8s.io/v1',
  ],
  ['ingresses.extensions', 'extensions/v1beta1', 'networking.k8s.io/v1'],
  ['deployments.extensions', 'extensions/v1beta1', 'apps/v1'],
  ['podsecuritypolicies.policy', 'policy/v1beta1', null],
  ['certificates.cert-manager.io', 'cert-manager.io/v1alpha2', null],
] as const) {
  test(`${to ?? 'nothing known'} replaces ${type} in ${from}`, () => {
    assert.equal(replacementOf(type, from), to);
  });
}
