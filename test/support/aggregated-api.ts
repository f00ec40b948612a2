import type { ControlPlane } from './control-plane.ts';
import { at, type JsonObject, type KubeObject, listAt } from './kube-object.ts';
import { waitFor } from './wait.ts';

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** An API group in one version that somebody else serves. */
export interface AggregatedApi {
  readonly group: string;
  readonly version: string;
  /** The namespace and name of the Service in front of it; both are made. */
  readonly namespace: string;
  readonly service: string;
}

/**
 * Registers an API by a real APIService whose Service leads to a port of this machine (null: to nobody).
 * Resolves when discovery has the group. Throws an Error where that takes longer than half a minute.
 */
export async function registerApi(
  control: ControlPlane,
  api: AggregatedApi,
  port: number | null,
): Promise<void> {
  const { group, version, namespace, service } = api;
  const name = `${version}.${group}`;
  await control.apply([
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    backend(api, port),
    {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name },
      spec: {
        group,
        version,
        groupPriorityMinimum: 9900,
        versionPriority: 15,
        insecureSkipTLSVerify: true,
        service: { namespace, name: service, port: port ?? 443 },
      },
    },
  ]);
  const freshness = port === null ? 'Stale' : 'Current';
  await waitFor(
    `${name} to be ${freshness} in discovery`,
    async () => {
      const groups = await control.admin.request('GET', '/apis', undefined, AGGREGATED);
      const found = listAt(groups, 'items').find((each) => at(each, 'metadata', 'name') === group);
      return listAt(found, 'versions').some((each) => isServed(each, freshness));
    },
    30_000,
  );
}

/**
 * Registers `v1beta1.broken.example.com`, whose backend is down, as some API of every real cluster is. Discovery
 * then names the group, but none of its types.
 */
export function registerBrokenApi(control: ControlPlane): Promise<void> {
  const api = { group: 'broken.example.com', version: 'v1beta1', namespace: 'broken-api', service: 'broken' };
  return registerApi(control, api, null);
}

function backend({ namespace, service }: AggregatedApi, port: number | null): KubeObject {
  const metadata = { name: service, namespace };
  const spec: JsonObject =
    port === null
      ? { selector: { app: service }, ports: [{ port: 443 }] }
      : { type: 'ExternalName', externalName: 'localhost', ports: [{ port }] };
  return { apiVersion: 'v1', kind: 'Service', metadata, spec };
}

function isServed(version: unknown, freshness: string): boolean {
  const hasTypes = listAt(version, 'resources').length > 0;
  return at(version, 'freshness') === freshness && hasTypes === (freshness === 'Current');
}
