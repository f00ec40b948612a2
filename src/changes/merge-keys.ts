import { isFields, Raw, type Value } from '../json/value.ts';

/**
 * Sets of fields that together identify a list item, best first. A set applies to an item
 * that has its first field. `destination.host` is a nested field.
 */
export type ItemKeys = ReadonlyArray<readonly string[]>;

/** The last field names of the path of a list, as many as are necessary to recognize it, and its keys. */
type MergeKeyRow = readonly [list: string, ...keys: ItemKeys];

/** Keys of most lists in custom resources, whose schema is not available. */
const BY_NAME: ItemKeys = [['name']];
const RESOURCE = ['kind', 'group', 'namespace', 'name'];

/**
 * x-kubernetes-patch-merge-key and x-kubernetes-list-map-keys of the OpenAPI schema of
 * Kubernetes, and keys where the schema declares none: for RBAC, OpenShift, the Gateway API,
 * and common operators. Rows apply by the name of the list, since pod templates occur in
 * types of every group.
 *
 * A name has priority over a number or a path, so that a port with another number is shown as
 * changed. If there are no keys, items are identified by their content only.
 *
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy
 */
const ROWS: readonly MergeKeyRow[] = [
  // Pods.
  ['ports', ['name'], ['port', 'protocol'], ['containerPort', 'protocol']],
  ['volumeMounts', ['mountPath'], ['name', 'subPath']],
  ['volumeDevices', ['devicePath'], ['name']],
  ['envFrom', ['configMapRef.name', 'prefix'], ['secretRef.name', 'prefix']],
  ['volumeClaimTemplates', ['metadata.name']],
  ['dataVolumeTemplates', ['metadata.name']],
  ['hostAliases', ['ip']],
  ['podIPs', ['ip']],
  ['hostIPs', ['ip']],
  ['topologySpreadConstraints', ['topologyKey', 'whenUnsatisfiable'], ['topologyKey']],
  ['readinessGates', ['conditionType']],
  ['tolerations', ['key', 'operator', 'value', 'effect'], ['key', 'effect'], ['key']],
  ['matchExpressions', ['key', 'operator'], ['key'], ['scopeName', 'operator']],
  ['matchFields', ['key', 'operator'], ['key']],
  ['matchLabelExpressions', ['key']],
  ['items', ['key'], ['path'], ['kind', 'metadata.namespace', 'metadata.name']],
  [
    'sources',
    ['configMap.name'],
    ['secret.name'],
    ['serviceAccountToken.path'],
    ['name'],
    ['repoURL', 'chart', 'path', 'ref'],
    ['repoURL', 'chart'],
  ],
  // Objects of every type, their status, and lists of whole objects.
  ['conditions', ['type']],
  ['ownerReferences', ['uid'], ['kind', 'name']],
  ['finalizers'],
  ['objects', ['kind', 'metadata.namespace', 'metadata.name'], RESOURCE],
  ['manifests', ['kind', 'metadata.namespace', 'metadata.name']],
  ['relatedObjects', ['resource', 'group', 'namespace', 'name'], RESOURCE],
  ['valuesFrom', ['kind', 'name', 'valuesKey']],
  // Nodes, Services and their endpoints.
  ['taints', ['key', 'effect'], ['key']],
  ['addresses', ['type', 'address'], ['type'], ['ip'], ['value']],
  ['notReadyAddresses', ['ip']],
  ['subsets.ports', ['name'], ['port', 'protocol']],
  ['endpoints', ['targetRef.name'], ['port', 'path'], ['port']],
  ['podMetricsEndpoints', ['port', 'path'], ['port']],
  // Routing: Ingress, HTTPRoute, VirtualService, policies of networks.
  ['spec.ingress', ['ipBlock.cidr']],
  ['status.ingress', ['host', 'routerName'], ['ip'], ['hostname']],
  ['egress', ['to.cidrSelector'], ['to.dnsName']],
  ['from', ['ipBlock.cidr']],
  ['to', ['ipBlock.cidr']],
  ['paths', ['path', 'pathType'], ['path'], ['sourcePath']],
  ['tls', ['name'], ['secretName']],
  ['parentRefs', ['name', 'namespace', 'sectionName', 'kind'], ['name', 'namespace']],
  ['backendRefs', ['name', 'namespace', 'kind', 'port'], ['name', 'namespace']],
  ['route', ['destination.host', 'destination.subset'], ['destination.host']],
  ['servers', ['name'], ['port.name'], ['port.number'], ['url']],
  ['traffic', ['tag'], ['revisionName']],
  // Rules of Ingress, Prometheus and Kyverno. Rules of roles, webhooks and many others have no key.
  ['rules', ['name'], ['alert'], ['record'], ['host']],
  ['subjects', ['kind', 'namespace', 'name', 'user.name', 'group.name', 'serviceAccount.name']],
  // API machinery.
  ['x-kubernetes-validations', ['rule'], ['message']],
  ['validations', ['expression'], ['message']],
  ['auditAnnotations', ['key']],
  ['limits', ['type']],
  [
    'metrics',
    [
      'type',
      'resource.name',
      'containerResource.container',
      'containerResource.name',
      'pods.metric.name',
      'object.metric.name',
      'object.describedObject.name',
      'external.metric.name',
    ],
    ['name'],
  ],
  ['policies', ['name'], ['type', 'periodSeconds'], ['type']],
  // OpenShift.
  ['triggers', ['name'], ['type', 'imageChangeParams.from.name', 'imageChange.from.name'], ['type']],
  ['secrets', ['name'], ['secret.name', 'destinationDir'], ['secret.name']],
  ['configMaps', ['name'], ['configMap.name', 'destinationDir'], ['configMap.name']],
  ['images', ['name'], ['from.kind', 'from.namespace', 'from.name']],
  // An image stream's tags: by name in spec, by tag in status.
  ['tags', ['name'], ['tag']],
  ['tags.items', ['image', 'generation'], ['image']],
  ['overrides', RESOURCE],
  ['files', ['path'], ['name']],
  ['allowedFlexVolumes', ['driver']],
  // Operators: OLM, Argo CD, External Secrets, Prometheus, Keycloak, Tekton.
  ['clusterPermissions', ['serviceAccountName']],
  ['permissions', ['serviceAccountName']],
  ['installModes', ['type']],
  ['ignoreDifferences', RESOURCE],
  ['destinations', ['server', 'namespace'], ['name', 'namespace']],
  ['data', ['secretKey'], ['name'], ['key']],
  ['dataFrom', ['extract.key'], ['sourceRef.generatorRef.name']],
  ['remoteWrite', ['name'], ['url']],
  ['remoteRead', ['name'], ['url']],
  ['staticConfigs', ['name'], ['job_name']],
  ['clients', ['clientId'], ['name']],
  ['realms', ['realm'], ['name']],
  ['users', ['username'], ['name']],
];

/** Rows by the last field name of the list, those with the longest path first. */
const BY_LIST = Map.groupBy(
  ROWS.map(([list, ...keys]) => ({ fields: list.split('.'), keys })).sort(
    (a, b) => b.fields.length - a.fields.length,
  ),
  ({ fields }) => fields.at(-1),
);

/**
 * What identifies the items of a list.
 *
 * @param fields field names of the path of the list
 */
export function itemKeys(fields: readonly string[]): ItemKeys {
  const row = BY_LIST.get(fields.at(-1))?.find((each) =>
    each.fields.every((name, at) => fields.at(at - each.fields.length) === name),
  );
  return row?.keys ?? BY_NAME;
}

/** The fields that identify an item in a path. */
export type ItemMatch = ReadonlyArray<readonly [field: string, value: string]>;

/** The values of a set of fields of an item; null if it does not have the first of them. */
export function itemMatch(item: Value | undefined, fields: readonly string[]): ItemMatch | null {
  const match = fields.flatMap((field) => {
    const text = scalarAt(item, field);
    return text === null ? [] : [[field, text] as const];
  });
  return match[0]?.[0] === fields[0] ? match : null;
}

/** A text that is equal for items with the same values in a set of fields; null if the item does not have the first. */
export function keyText(item: Value | undefined, fields: readonly string[]): string | null {
  const match = itemMatch(item, fields);
  return match === null ? null : JSON.stringify(match);
}

function scalarAt(value: Value | undefined, field: string): string | null {
  let here = value;
  for (const step of field.split('.')) here = isFields(here) ? here.get(step) : undefined;
  if (here instanceof Raw) return here.json;
  return typeof here === 'string' ? here : null;
}
