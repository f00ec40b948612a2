import { globMatcher } from '../words/glob.ts';

/** A step of a restore; its objects go in parallel, but for owners and owned. */
export interface Step {
  /** From 0, in the order in which they are taken. */
  readonly number: number;
  readonly name: string;
}

/** The order of a restore: types, and why they come at this point. Types that no row names are `the rest`. */
export const STEP_TABLE: ReadonlyArray<readonly [name: string, types: readonly string[], reason: string]> = [
  [
    'definitions',
    ['customresourcedefinitions.apiextensions.k8s.io'],
    'no object can be created before its type exists',
  ],
  ['security contexts', ['securitycontextconstraints.security.openshift.io'], 'pods are admitted by them'],
  ['projects', ['namespaces'], 'namespaced objects need their namespace'],
  [
    'classes',
    [
      '*classes.storage.k8s.io',
      'csidrivers.storage.k8s.io',
      'priorityclasses.scheduling.k8s.io',
      'runtimeclasses.node.k8s.io',
      'ingressclasses.networking.k8s.io',
      'deviceclasses.resource.k8s.io',
    ],
    'objects that refer to a missing class are refused, or wait',
  ],
  ['volumes', ['persistentvolumes'], 'before the claims, which would otherwise be bound to other volumes'],
  [
    'claims',
    ['persistentvolumeclaims'],
    'before StatefulSets, which would otherwise create their own claims',
  ],
  [
    'roles and accounts',
    ['{cluster,}roles.rbac.authorization.k8s.io', 'serviceaccounts'],
    'a binding needs its role',
  ],
  [
    'bindings',
    ['{cluster,}rolebindings.rbac.authorization.k8s.io'],
    'before the workloads that use these permissions',
  ],
  ['configuration', ['secrets', 'configmaps'], 'pods do not start without them'],
  [
    'limits',
    ['limitranges', 'resourcequotas'],
    'after the objects that they would refuse, before the workloads that they limit',
  ],
  ['the rest', [], ''],
  [
    'endpoints',
    ['endpoints', 'endpointslices.discovery.k8s.io'],
    'before Services, so that a Service has its endpoints from the start',
  ],
  ['services', ['services'], 'before workloads, whose pods look them up'],
  [
    'workloads',
    [
      '*.apps',
      '*.batch',
      'deploymentconfigs.apps.openshift.io',
      'horizontalpodautoscalers.autoscaling',
      'ingresses.{extensions,networking.k8s.io}',
      'pods',
      'replicationcontrollers',
      'routes.route.openshift.io',
    ],
    'they need everything above',
  ],
  [
    'admission and APIs',
    ['*.admissionregistration.k8s.io', 'apiservices.apiregistration.k8s.io'],
    'last: they refuse requests until the service that they call is running',
  ],
];

const STEPS: readonly Step[] = STEP_TABLE.map(([name], number) => ({ number, name }));
const MATCHERS = STEP_TABLE.map(([, types]) => globMatcher(types));
const REST = STEP_TABLE.findIndex(([, types]) => types.length === 0);
const WORKLOADS = STEP_TABLE.findIndex(([name]) => name === 'workloads');
/** Up to these, nobody waits for an owner: a StatefulSet would make its own claims. */
export const CLAIMS = STEP_TABLE.findIndex(([name]) => name === 'claims');

/** The step of a type. `late` are those that a preference restores after the others. */
export function stepOf(type: string, late = false): Step {
  const found = MATCHERS.findIndex((matches) => matches(type));
  const number = found < 0 ? REST : found;
  return STEPS[late && number > CLAIMS ? Math.max(number, WORKLOADS) : number] ?? { number, name: '' };
}
