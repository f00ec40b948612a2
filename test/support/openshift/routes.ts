import type { JsonObject, KubeObject } from '../kube-object.ts';
import { fakePem, objectsOf } from '../sample/object.ts';

/** Routes: one whose host the router made up, and one with a host and certificates of its own. */
export function routes(project: string): KubeObject[] {
  const object = objectsOf(project);
  const generated = `storefront-${project}.apps.example.com`;
  return [
    object(
      'route.openshift.io/v1',
      'Route',
      'storefront',
      {
        spec: spec(generated, 'storefront', {
          termination: 'edge',
          insecureEdgeTerminationPolicy: 'Redirect',
        }),
        status: { ingress: [ingress(generated)] },
      },
      { annotations: { 'openshift.io/host.generated': 'true' } },
    ),
    object('route.openshift.io/v1', 'Route', 'shop', {
      spec: spec('shop.example.com', 'storefront', {
        termination: 'reencrypt',
        certificate: fakePem('CERTIFICATE', 'shop-route', 900),
        key: fakePem('PRIVATE KEY', 'shop-route-key', 1200),
      }),
      status: { ingress: [ingress('shop.example.com')] },
    }),
  ];
}

function spec(host: string, service: string, tls: JsonObject): JsonObject {
  return {
    host,
    port: { targetPort: 'http' },
    tls,
    to: { kind: 'Service', name: service, weight: 100 },
    wildcardPolicy: 'None',
  };
}

function ingress(host: string): JsonObject {
  return {
    host,
    routerName: 'default',
    routerCanonicalHostname: 'router-default.apps.example.com',
    wildcardPolicy: 'None',
    conditions: [{ type: 'Admitted', status: 'True', lastTransitionTime: '2026-09-01T08:15:03Z' }],
  };
}
