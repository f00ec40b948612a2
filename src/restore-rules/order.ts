import { globMatcher } from '../words/glob.ts';
import type { Item } from './item.ts';
import { type Owner, ownersOf } from './owners.ts';

/** A step of a restore; its objects are restored in parallel, owners before the objects that they own. */
export interface Step {
  /** From 0, in the order of the steps. */
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
      'gatewayclasses.gateway.networking.k8s.io',
      'volumesnapshotclasses.snapshot.storage.k8s.io',
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
/** Up to this step, objects do not wait for owners: a StatefulSet would create its own claims. */
const CLAIMS = STEP_TABLE.findIndex(([name]) => name === 'claims');

/** The step of a type. `late` are those that a preference restores after the others. */
export function stepOf(type: string, late = false): Step {
  const found = MATCHERS.findIndex((matches) => matches(type));
  const number = found < 0 ? REST : found;
  return STEPS[late && number > CLAIMS ? Math.max(number, WORKLOADS) : number] ?? { number, name: '' };
}

/** Owners of owners that are followed; no cluster has so many. */
const DEEPEST = 100;

/** The parts of an object on which its order depends. */
export interface Head {
  readonly project: string | null;
  readonly type: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly owners: readonly Owner[];
}

/** Objects of one step that are restored in parallel. */
export interface Stage<T> {
  readonly step: Step;
  readonly members: readonly T[];
}

/** The head of an object. */
export function headOf({ project, type, apiVersion, kind, name, fields }: Item): Head {
  return { project, type, apiVersion, kind, name, owners: ownersOf(fields) };
}

/**
 * All objects in the order in which they are restored: step by step, and within a step owners before the
 * objects that they own. Objects after the claims wait for owners of a later step. Circles of owners are
 * broken.
 */
export function inOrder<T extends Head>(
  heads: readonly T[],
  isLate: (head: T) => boolean,
): readonly Stage<T>[] {
  const positions = new Positions(heads, isLate);
  const stages = new Map<string, { step: Step; layer: number; members: T[] }>();
  for (const head of heads) {
    const { step, layer } = positions.of(head);
    const key = `${step.number} ${layer}`;
    const stage = stages.get(key) ?? { step, layer, members: [] };
    stages.set(key, stage);
    stage.members.push(head);
  }
  return [...stages.values()].sort((a, b) => a.step.number - b.step.number || a.layer - b.layer);
}

interface Position {
  readonly step: Step;
  readonly layer: number;
}

class Positions<T extends Head> {
  readonly #byKey: ReadonlyMap<string, T>;
  readonly #isLate: (head: T) => boolean;
  readonly #known = new Map<T, Position>();

  constructor(heads: readonly T[], isLate: (head: T) => boolean) {
    this.#isLate = isLate;
    this.#byKey = new Map(heads.map((head) => [keyOf(head, head.project), head]));
  }

  of(head: T, depth = 0): Position {
    const known = this.#known.get(head);
    if (known !== undefined) return known;
    const own: Position = { step: stepOf(head.type, this.#isLate(head)), layer: 0 };
    // Known while its owners are followed, so that a circle ends.
    this.#known.set(head, own);
    if (own.step.number <= CLAIMS || depth > DEEPEST) return own;
    const position = head.owners.reduce((position, owner) => {
      const found = this.#byKey.get(keyOf(owner, head.project)) ?? this.#byKey.get(keyOf(owner, null));
      return found === undefined || found === head ? position : after(position, this.of(found, depth + 1));
    }, own);
    this.#known.set(head, position);
    return position;
  }
}

function after(position: Position, owner: Position): Position {
  if (owner.step.number < position.step.number) return position;
  if (owner.step.number > position.step.number) return { step: owner.step, layer: owner.layer + 1 };
  return { step: position.step, layer: Math.max(position.layer, owner.layer + 1) };
}

/** Owners are named by group and kind; the version may be another one. */
function keyOf({ apiVersion, kind, name }: Owner, project: string | null): string {
  const group = apiVersion.includes('/') ? apiVersion.split('/', 1)[0] : '';
  return `${project ?? ''}/${group}/${kind}/${name}`;
}
