import { isFields, Raw, type Value } from '../json/value.ts';
import type { Nouns } from './noise/row.ts';
import { NOTHING, parsePattern, without } from './path.ts';

/** The replicas that an autoscaler may choose. */
export interface Bounds {
  readonly least: number;
  readonly most: number;
}

/** The fields of a type of autoscaler: what it scales, and within which limits. */
interface ScalerRow {
  readonly type: string;
  /** Fields of the spec. */
  readonly least: string;
  readonly most: string;
  /** Defaults of the fields. */
  readonly defaults: Bounds;
  readonly source: string;
}

/** The types that set `spec.replicas` of the object in `spec.scaleTargetRef`. */
export const SCALERS: readonly ScalerRow[] = [
  {
    type: 'horizontalpodautoscalers.autoscaling',
    least: 'minReplicas',
    most: 'maxReplicas',
    defaults: { least: 1, most: 0 },
    source: 'https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/',
  },
  {
    type: 'scaledobjects.keda.sh',
    least: 'minReplicaCount',
    most: 'maxReplicaCount',
    defaults: { least: 0, most: 100 },
    source: 'https://keda.sh/docs/latest/reference/scaledobject-spec/',
  },
  {
    type: 'machineautoscalers.autoscaling.openshift.io',
    least: 'minReplicas',
    most: 'maxReplicas',
    defaults: { least: 0, most: 0 },
    source:
      'https://docs.openshift.com/container-platform/latest/machine_management/applying-autoscaling.html',
  },
];

/** The name of replica counts that an autoscaler set, in the closing line. */
export const DRIVEN: Nouns = [
  'replica count driven by an autoscaler',
  'replica counts driven by autoscalers',
];
const REPLICAS = parsePattern('spec.replicas');

/** What an autoscaler scales, as `kind/name`, and its limits; null if it has no target. */
export function scaledBy(
  { least, most, defaults }: ScalerRow,
  scaler: Value,
): { readonly target: string; readonly bounds: Bounds } | null {
  const spec = isFields(scaler) ? scaler.get('spec') : undefined;
  const target = isFields(spec) ? spec.get('scaleTargetRef') : undefined;
  if (!isFields(spec) || !isFields(target)) return null;
  const [kind, name] = [target.get('kind') ?? 'Deployment', target.get('name')];
  if (typeof kind !== 'string' || typeof name !== 'string') return null;
  const bounds = {
    least: numberOf(spec.get(least)) ?? defaults.least,
    most: numberOf(spec.get(most)) ?? defaults.most,
  };
  return { target: `${kind}/${name}`, bounds };
}

/** An object without `spec.replicas`, if its autoscaler may have set it. */
export function withoutChosen(object: Value, bounds: Bounds): Value {
  return isChosen(replicasOf(object), bounds) ? withoutReplicas(object) : object;
}

/**
 * Two versions of an object without the replica counts that its autoscaler set. Null if the
 * counts are equal, or if the autoscaler cannot have set one of them: a 0 that a user sets
 * disables the autoscaler.
 */
export function withoutDriven(before: Value, after: Value, bounds: Bounds): readonly [Value, Value] | null {
  const [from, to] = [replicasOf(before), replicasOf(after)];
  if (from === to || !isChosen(from, bounds) || !isChosen(to, bounds)) return null;
  return [withoutReplicas(before), withoutReplicas(after)];
}

function isChosen(count: number | null, { least, most }: Bounds): boolean {
  return count !== null && count >= least && count <= most;
}

function replicasOf(object: Value): number | null {
  const spec = isFields(object) ? object.get('spec') : undefined;
  return isFields(spec) ? numberOf(spec.get('replicas')) : null;
}

function withoutReplicas(object: Value): Value {
  const left = without(object, REPLICAS, () => NOTHING);
  return left === NOTHING ? null : left;
}

function numberOf(value: Value | undefined): number | null {
  const number = value instanceof Raw ? Number(value.json) : Number.NaN;
  return Number.isFinite(number) ? number : null;
}
