import { type Fields, isFields } from '../../../json/value.ts';
import { valueAt } from '../../edit.ts';
import type { ChangeRow, RuleContext } from '../../rule.ts';
import { withProjects, withSelectors } from './project-names.ts';

const REASON = 'mapped by --map';
const CSI = 'csi.storage.k8s.io/';
const SECRETS = ['controllerExpand', 'controllerPublish', 'nodeExpand', 'nodePublish', 'nodeStage'];
const OLDER = ['cephfs', 'flexVolume', 'iscsi', 'rbd', 'scaleIO', 'storageos'];
const TARGET = 'targetRef.namespace';

/** References to other objects of a project. */
export const REFERENCE_MAPPING: readonly ChangeRow[] = [
  row(
    'map-claim-ref',
    'persistentvolumes',
    'https://kubernetes.io/docs/concepts/storage/persistent-volumes/#reserving-a-persistentvolume',
    ['spec.claimRef.namespace'],
  ),
  row('map-volume-secrets', 'persistentvolumes', 'https://kubernetes.io/docs/concepts/storage/volumes/', [
    ...SECRETS.map((secret) => `spec.csi.${secret}SecretRef.namespace`),
    ...OLDER.map((source) => `spec.${source}.secretRef.namespace`),
    'spec.azureFile.secretNamespace',
    'spec.glusterfs.endpointsNamespace',
  ]),
  {
    rule: 'map-class-secrets',
    types: ['storageclasses.storage.k8s.io', 'volumesnapshotclasses.snapshot.storage.k8s.io'],
    reason: REASON,
    source: 'https://kubernetes-csi.github.io/docs/secrets-and-credentials-storage-class.html',
    change: (fields, context, note) => withProjects(fields, context, note, secretParameters(fields)),
  },
  row(
    'map-ingress-class',
    'ingressclasses.networking.k8s.io',
    'https://kubernetes.io/docs/concepts/services-networking/ingress/#ingressclass-scope',
    ['spec.parameters.namespace'],
  ),
  row(
    'map-endpoint-targets',
    '{endpoints,endpointslices.discovery.k8s.io}',
    'https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/',
    [
      `subsets[*].addresses[*].${TARGET}`,
      `subsets[*].notReadyAddresses[*].${TARGET}`,
      `endpoints[*].${TARGET}`,
    ],
  ),
  row(
    'map-gateway-refs',
    '*.gateway.networking.k8s.io',
    'https://gateway-api.sigs.k8s.io/api-types/referencegrant/',
    [
      'spec.parentRefs[*].namespace',
      'spec.rules[*].backendRefs[*].namespace',
      'spec.rules[*].filters[*].requestMirror.backendRef.namespace',
      'spec.listeners[*].tls.certificateRefs[*].namespace',
      'spec.from[*].namespace',
    ],
  ),
  row(
    'map-monitors',
    '{podmonitors,probes,servicemonitors}.monitoring.coreos.com',
    'https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.NamespaceSelector',
    ['spec.namespaceSelector.matchNames[*]', 'spec.targets.ingress.namespaceSelector.matchNames[*]'],
  ),
  row(
    'map-operator-marks',
    '*.operators.coreos.com',
    'https://olm.operatorframework.io/docs/concepts/crds/operatorgroup/',
    ['olm.operatorNamespace', 'olm.targetNamespaces'].map((key) => `metadata.annotations[${key}]`),
  ),
  row(
    'map-operator-group',
    'operatorgroups.operators.coreos.com',
    'https://olm.operatorframework.io/docs/concepts/crds/operatorgroup/',
    ['spec.targetNamespaces[*]'],
  ),
];

function row(rule: string, type: string, source: string, paths: readonly string[]): ChangeRow {
  const change = (fields: Fields, context: RuleContext, note: (what: string) => void) =>
    withProjects(fields, context, note, paths);
  return { rule, types: [type], reason: REASON, source, change };
}

/** The parameters of a class that name the project of its Secrets; values with a `$` are templates. */
function secretParameters(fields: Fields): readonly string[] {
  const parameters = valueAt(fields, 'parameters');
  const keys = isFields(parameters) ? [...parameters.keys()] : [];
  return keys
    .filter((key) => key.startsWith(CSI) && key.endsWith('-secret-namespace'))
    .map((key) => `parameters[${key}]`);
}

const ONE_FOR_ALL = 'mapped by --map; one serves all projects, so an update makes it call the copy';
const ADMISSION = 'admissionregistration.k8s.io';
const WEBHOOKS = [`{mutating,validating}webhookconfigurations.${ADMISSION}`];
const POLICIES = 'https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/';
const WEBHOOK = 'https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/';

/** References in settings of the API server: which Service it calls, and for which projects. */
export const ADMISSION_MAPPING: readonly ChangeRow[] = [
  {
    rule: 'map-webhook',
    types: WEBHOOKS,
    reason: ONE_FOR_ALL,
    source: WEBHOOK,
    change: (fields, context, note) =>
      withProjects(fields, context, note, ['webhooks[*].clientConfig.service.namespace']),
  },
  {
    rule: 'map-webhook-selector',
    types: WEBHOOKS,
    reason: REASON,
    source: `${WEBHOOK}#matching-requests-namespaceselector`,
    change: (fields, context, note) =>
      withSelectors(fields, context, note, ['webhooks[*].namespaceSelector']),
    shared: { selectors: ['webhooks[*].namespaceSelector'] },
  },
  {
    rule: 'map-policy-selector',
    types: [`{mutating,validating}admissionpolicies.${ADMISSION}`],
    reason: REASON,
    source: POLICIES,
    change: (fields, context, note) =>
      withSelectors(fields, context, note, ['spec.matchConstraints.namespaceSelector']),
    shared: { selectors: ['spec.matchConstraints.namespaceSelector'] },
  },
  {
    rule: 'map-policy-binding',
    types: [`{mutating,validating}admissionpolicybindings.${ADMISSION}`],
    reason: REASON,
    source: POLICIES,
    change: (fields, context, note) => {
      const selected = withSelectors(fields, context, note, ['spec.matchResources.namespaceSelector']);
      return withProjects(selected, context, note, ['spec.paramRef.namespace']);
    },
    shared: { selectors: ['spec.matchResources.namespaceSelector'] },
  },
  {
    rule: 'map-api-service',
    types: ['apiservices.apiregistration.k8s.io'],
    reason: ONE_FOR_ALL,
    source: 'https://kubernetes.io/docs/tasks/extend-kubernetes/configure-aggregation-layer/',
    change: (fields, context, note) => withProjects(fields, context, note, ['spec.service.namespace']),
  },
  {
    rule: 'map-conversion-webhook',
    types: ['customresourcedefinitions.apiextensions.k8s.io'],
    reason: ONE_FOR_ALL,
    source:
      'https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/',
    change: (fields, context, note) =>
      withProjects(fields, context, note, ['spec.conversion.webhook.clientConfig.service.namespace']),
  },
];
