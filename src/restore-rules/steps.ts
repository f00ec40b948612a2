import { globMatcher } from '../words/glob.ts';

/** A step of a restore; its objects go in parallel, but for owners and owned. */
export interface Step {
  /** From 0, in the order in which they are taken. */
  readonly number: number;
  readonly name: string;
}

/** The table of the order: who has to be there before whom. Types that no row names are `the rest`. */
export const STEP_TABLE: ReadonlyArray<readonly [name: string, types: readonly string[], reason: string]> = [
  ['definitions', ['customresourcedefinitions.apiextensions.k8s.io'], 'no object without its type'],
  ['security contexts', ['securitycontextconstraints.security.openshift.io'], 'pods are admitted by them'],
  ['projects', ['namespaces'], 'everything else stands in them'],
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
    'others name them, and are refused or wait without',
  ],
  ['volumes', ['persistentvolumes'], 'before their claims, which would be given others'],
  ['claims', ['persistentvolumeclaims'], 'before StatefulSets, which would make their own'],
  [
    'roles and accounts',
    ['{cluster,}roles.rbac.authorization.k8s.io', 'serviceaccounts'],
    'a role has to be there before somebody may bind it',
  ],
  [
    'bindings',
    ['{cluster,}rolebindings.rbac.authorization.k8s.io'],
    'before what acts with their permissions',
  ],
  ['configuration', ['secrets', 'configmaps'], 'pods do not start without'],
  [
    'limits',
    ['limitranges', 'resourcequotas'],
    'after what they would refuse, before what they are meant for',
  ],
  ['the rest', [], ''],
  [
    'endpoints',
    ['endpoints', 'endpointslices.discovery.k8s.io'],
    'before Services, so that these have somewhere to lead to from the first moment',
  ],
  ['services', ['services'], 'before workloads, whose pods look for them'],
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
    'they need all that stands above',
  ],
  [
    'admission and APIs',
    ['*.admissionregistration.k8s.io', 'apiservices.apiregistration.k8s.io'],
    'until what they call runs, they would refuse everything',
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
