import { type Fields, isFields, Raw, type Value } from '../json/value.ts';
import { globMatcher } from '../words/glob.ts';
import { edited, listAt, textAt, valueAt, without, withValue } from './edit.ts';
import type { Item } from './item.ts';

/** Versions of an API that an archive may have and a newer server does not serve. */
interface VersionRow {
  readonly types: readonly string[];
  readonly from: readonly string[];
  readonly to: string;
  /** Changes other than the version, as in the conversion of the server; null if something would be lost. */
  readonly change?: (fields: Fields) => Fields | null;
}

/** Only a person can write it in the other form. */
const BY_HAND = () => null;
const POLICY_MIGRATION = 'https://kubernetes.io/docs/tasks/configure-pod-container/migrate-from-psp/';

/** @see https://kubernetes.io/docs/reference/using-api/deprecation-guide/ */
const VERSIONS: readonly VersionRow[] = [
  { types: ['cronjobs.batch'], from: ['batch/v1beta1', 'batch/v2alpha1'], to: 'batch/v1' },
  {
    types: ['poddisruptionbudgets.policy'],
    from: ['policy/v1beta1'],
    to: 'policy/v1',
    // An empty selector matched no pod, and now matches all.
    change: (fields) =>
      isEmpty(valueAt(fields, 'spec', 'selector')) ? without(fields, 'spec.selector') : fields,
  },
  { types: ['horizontalpodautoscalers.autoscaling'], from: ['autoscaling/v2beta2'], to: 'autoscaling/v2' },
  {
    types: ['horizontalpodautoscalers.autoscaling'],
    from: ['autoscaling/v2beta1'],
    to: 'autoscaling/v2',
    change: BY_HAND,
  },
  {
    types: ['ingresses.networking.k8s.io'],
    from: ['networking.k8s.io/v1beta1'],
    to: 'networking.k8s.io/v1',
    change: ingressOf,
  },
  {
    types: ['ingressclasses.networking.k8s.io'],
    from: ['networking.k8s.io/v1beta1'],
    to: 'networking.k8s.io/v1',
  },
  {
    types: ['{ipaddresses,servicecidrs}.networking.k8s.io'],
    from: ['networking.k8s.io/v1beta1', 'networking.k8s.io/v1alpha1'],
    to: 'networking.k8s.io/v1',
  },
  {
    types: ['endpointslices.discovery.k8s.io'],
    from: ['discovery.k8s.io/v1beta1'],
    to: 'discovery.k8s.io/v1',
    change: (fields) =>
      listAt(fields, 'endpoints').some((each) => valueAt(each, 'topology') !== undefined) ? null : fields,
  },
  {
    types: ['*.rbac.authorization.k8s.io'],
    from: ['rbac.authorization.k8s.io/v1beta1', 'rbac.authorization.k8s.io/v1alpha1'],
    to: 'rbac.authorization.k8s.io/v1',
  },
  {
    types: ['*webhookconfigurations.admissionregistration.k8s.io'],
    from: ['admissionregistration.k8s.io/v1beta1'],
    to: 'admissionregistration.k8s.io/v1',
  },
  {
    types: ['{validating,mutating}admissionpolic*.admissionregistration.k8s.io'],
    from: ['admissionregistration.k8s.io/v1beta1', 'admissionregistration.k8s.io/v1alpha1'],
    to: 'admissionregistration.k8s.io/v1',
  },
  {
    types: ['customresourcedefinitions.apiextensions.k8s.io'],
    from: ['apiextensions.k8s.io/v1beta1'],
    to: 'apiextensions.k8s.io/v1',
    change: BY_HAND,
  },
  {
    types: ['certificatesigningrequests.certificates.k8s.io'],
    from: ['certificates.k8s.io/v1beta1'],
    to: 'certificates.k8s.io/v1',
    // Optional before, required now.
    change: (fields) => (textAt(fields, 'spec', 'signerName') === null ? null : fields),
  },
  { types: ['*.resource.k8s.io'], from: ['resource.k8s.io/v1beta2'], to: 'resource.k8s.io/v1' },
  {
    types: ['*.resource.k8s.io'],
    from: ['resource.k8s.io/v1beta1', 'resource.k8s.io/v1alpha3'],
    to: 'resource.k8s.io/v1',
    change: BY_HAND,
  },
  { types: ['*.storage.k8s.io'], from: ['storage.k8s.io/v1beta1'], to: 'storage.k8s.io/v1' },
  {
    types: ['*.snapshot.storage.k8s.io'],
    from: ['snapshot.storage.k8s.io/v1beta1'],
    to: 'snapshot.storage.k8s.io/v1',
  },
  { types: ['*.scheduling.k8s.io'], from: ['scheduling.k8s.io/v1beta1'], to: 'scheduling.k8s.io/v1' },
  { types: ['runtimeclasses.node.k8s.io'], from: ['node.k8s.io/v1beta1'], to: 'node.k8s.io/v1' },
  {
    types: ['apiservices.apiregistration.k8s.io'],
    from: ['apiregistration.k8s.io/v1beta1'],
    to: 'apiregistration.k8s.io/v1',
  },
  {
    types: ['flowschemas.flowcontrol.apiserver.k8s.io'],
    from: ['v1beta1', 'v1beta2', 'v1beta3'].map((version) => `flowcontrol.apiserver.k8s.io/${version}`),
    to: 'flowcontrol.apiserver.k8s.io/v1',
  },
  {
    types: ['prioritylevelconfigurations.flowcontrol.apiserver.k8s.io'],
    from: ['v1beta1', 'v1beta2', 'v1beta3'].map((version) => `flowcontrol.apiserver.k8s.io/${version}`),
    to: 'flowcontrol.apiserver.k8s.io/v1',
    change: (fields) => {
      const shares = valueAt(fields, 'spec', 'limited', 'assuredConcurrencyShares');
      if (shares === undefined) return fields;
      const rest = without(fields, 'spec.limited.assuredConcurrencyShares');
      return withValue(rest, 'spec.limited.nominalConcurrencyShares', shares);
    },
  },
  {
    types: ['{deployments,statefulsets,daemonsets,replicasets,controllerrevisions}.apps'],
    from: ['apps/v1beta1', 'apps/v1beta2'],
    to: 'apps/v1',
    change: (fields) => (valueAt(fields, 'spec', 'rollbackTo') === undefined ? fields : null),
  },
];

/** Types that newer servers do not have at all, or in another group. */
const ADVICE: ReadonlyArray<readonly [types: string, advice: string, to: string | null]> = [
  [
    '{ingresses,networkpolicies}.extensions',
    'newer servers have it in the group networking.k8s.io, which the archive holds too',
    'networking.k8s.io/v1',
  ],
  [
    '{deployments,daemonsets,replicasets}.extensions',
    'newer servers have it in the group apps, which the archive holds too',
    'apps/v1',
  ],
  [
    'podsecuritypolicies.{policy,extensions}',
    `PodSecurityPolicy was removed in Kubernetes 1.25: label the project for Pod Security, see ${POLICY_MIGRATION}`,
    null,
  ],
];

const MATCHERS = VERSIONS.map((row) => ({ row, matches: globMatcher(row.types) }));
const ADVISERS = ADVICE.map(([types, advice, to]) => ({ matches: globMatcher([types]), advice, to }));

/**
 * An object in the API version after its own, for a server that no longer serves that; null if it cannot be
 * converted without loss.
 */
export function inNextVersion(item: Item): Item | null {
  const found = MATCHERS.find(({ row, matches }) => row.from.includes(item.apiVersion) && matches(item.type));
  if (found === undefined) return null;
  const { change, to } = found.row;
  const changed = change === undefined ? item.fields : change(item.fields);
  if (changed === null) return null;
  const { project, type, kind, name } = item;
  const fields = withValue(changed, 'apiVersion', to);
  // Without field managers, since fields may have other names now.
  return { project, type, apiVersion: to, kind, name, fields };
}

/** The version that replaces one which newer servers do not serve; null if none is known. */
export function replacementOf(type: string, apiVersion: string): string | null {
  const found = MATCHERS.find(({ row, matches }) => row.from.includes(apiVersion) && matches(type));
  return found?.row.to ?? ADVISERS.find(({ matches }) => matches(type))?.to ?? null;
}

/** What to do about an object whose version the server does not serve. */
export function versionAdvice({ type, apiVersion, name }: Item): string {
  const known = ADVISERS.find(({ matches }) => matches(type));
  if (known !== undefined) return known.advice;
  const isDefined = type.split('.').length > 2 && !type.endsWith('.k8s.io');
  return isDefined
    ? `restore its CustomResourceDefinition or install its operator in a version that serves ${apiVersion}`
    : `write ${name} in a version that the server serves (kubectl explain ${type}) and create it by hand`;
}

/** The backends of an Ingress as networking.k8s.io/v1 writes them. */
function ingressOf(fields: Fields): Fields | null {
  const spec = valueAt(fields, 'spec');
  const byDefault = valueAt(spec, 'backend');
  const renamed =
    byDefault === undefined
      ? fields
      : withValue(without(fields, 'spec.backend'), 'spec.defaultBackend', byDefault);
  let isExact = true;
  const converted = (backend: Value): Value => {
    const after = backendOf(backend);
    isExact &&= after !== null;
    return after ?? backend;
  };
  const paths = edited(renamed, 'spec.rules[*].http.paths[*]', (path) =>
    isFields(path) && textAt(path, 'pathType') === null
      ? withValue(path, 'pathType', 'ImplementationSpecific')
      : path,
  );
  const rules = edited(paths, 'spec.rules[*].http.paths[*].backend', converted);
  const all = edited(rules, 'spec.defaultBackend', converted);
  return isExact ? all : null;
}

function backendOf(backend: Value): Value | null {
  const name = textAt(backend, 'serviceName');
  if (name === null) return valueAt(backend, 'resource') === undefined ? null : backend;
  const port = valueAt(backend, 'servicePort');
  const isNumber = port instanceof Raw;
  if (!isNumber && typeof port !== 'string') return null;
  const fields = new Map<string, Value>([[isNumber ? 'number' : 'name', port]]);
  return new Map([
    [
      'service',
      new Map<string, Value>([
        ['name', name],
        ['port', fields],
      ]),
    ],
  ]);
}

function isEmpty(value: Value | undefined): boolean {
  return isFields(value) && value.size === 0;
}
