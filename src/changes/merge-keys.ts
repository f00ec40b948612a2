import { isFields, type List, Raw, type Value } from './value.ts';

/** What identifies the items of a list. */
interface MergeKeyRow {
  /** Names of the fields that lead to the list, as far as they are needed to know it. */
  readonly list: readonly string[];
  /** Fields that identify an item together, the first of which it must have; the first set that fits is taken. */
  readonly keys: ReadonlyArray<readonly string[]>;
}

/**
 * x-kubernetes-patch-merge-key and x-kubernetes-list-map-keys of the Kubernetes API's
 * OpenAPI schema, by the name of the list, since pod templates stand in types of every
 * group. No keys: items are known by their content alone.
 *
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy
 */
const MERGE_KEYS: readonly MergeKeyRow[] = [
  { list: ['containers'], keys: [['name']] },
  { list: ['initContainers'], keys: [['name']] },
  { list: ['ephemeralContainers'], keys: [['name']] },
  { list: ['containers', 'ports'], keys: [['containerPort', 'protocol']] },
  { list: ['initContainers', 'ports'], keys: [['containerPort', 'protocol']] },
  { list: ['subsets', 'ports'], keys: [['name'], ['port', 'protocol']] },
  { list: ['spec', 'ports'], keys: [['port', 'protocol'], ['name']] },
  { list: ['env'], keys: [['name']] },
  { list: ['volumeMounts'], keys: [['mountPath']] },
  { list: ['volumeDevices'], keys: [['devicePath']] },
  { list: ['volumes'], keys: [['name']] },
  { list: ['volumeClaimTemplates'], keys: [['metadata.name']] },
  { list: ['resourceClaims'], keys: [['name']] },
  { list: ['schedulingGates'], keys: [['name']] },
  { list: ['imagePullSecrets'], keys: [['name']] },
  { list: ['secrets'], keys: [['name']] },
  { list: ['hostAliases'], keys: [['ip']] },
  { list: ['podIPs'], keys: [['ip']] },
  { list: ['hostIPs'], keys: [['ip']] },
  { list: ['topologySpreadConstraints'], keys: [['topologyKey', 'whenUnsatisfiable']] },
  { list: ['conditions'], keys: [['type']] },
  { list: ['readinessGates'], keys: [['conditionType']] },
  { list: ['addresses'], keys: [['type']] },
  { list: ['taints'], keys: [['key', 'effect']] },
  { list: ['tolerations'], keys: [] },
  { list: ['rules'], keys: [] },
  { list: ['finalizers'], keys: [] },
  { list: ['envFrom'], keys: [] },
  { list: ['webhooks'], keys: [['name']] },
  { list: ['matchConditions'], keys: [['name']] },
  { list: ['versions'], keys: [['name']] },
  { list: ['subjects'], keys: [['kind', 'namespace', 'name']] },
  // uid is left out as noise; without it kind and name tell the owner.
  { list: ['ownerReferences'], keys: [['uid'], ['kind', 'name']] },
  // OpenShift's: an image stream's tags by name in spec and by tag in status.
  { list: ['tags'], keys: [['name'], ['tag']] },
  { list: ['spec', 'ingress'], keys: [] },
  { list: ['status', 'ingress'], keys: [['host', 'routerName'], ['ip'], ['hostname']] },
];

/** Custom resources tell their keys in a schema that is not at hand; names are what they nearly always have. */
const BY_NAME: ReadonlyArray<readonly string[]> = [['name']];

/** An item of a list under the text of its key. */
export interface KeyedItem {
  readonly value: Value;
  readonly at: number;
  readonly match: ReadonlyArray<readonly [field: string, value: string]>;
}

type Keyed = ReadonlyMap<string, KeyedItem>;

/**
 * The items of two versions of a list by what identifies them.
 *
 * @param fields names of the fields that lead to the list
 * @returns null where nothing does (a key is missing or there twice): they are told by content then
 */
export function keyedItems(
  before: List,
  after: List,
  fields: readonly string[],
): { before: Keyed; after: Keyed } | null {
  const rows = MERGE_KEYS.filter(({ list }) =>
    list.every((name, at) => fields.at(at - list.length) === name),
  );
  // The row that says more of the way to the list knows it better.
  const [row] = rows.sort((a, b) => b.list.length - a.list.length);
  for (const keys of row?.keys ?? BY_NAME) {
    const [own, other] = [index(before, keys), index(after, keys)];
    if (own !== null && other !== null) return { before: own, after: other };
  }
  return null;
}

function index(list: List, keys: readonly string[]): Keyed | null {
  const items = new Map<string, KeyedItem>();
  for (const [at, value] of list.entries()) {
    const match = keys.flatMap((field) => {
      const text = scalarAt(value, field);
      return text === null ? [] : [[field, text] as const];
    });
    if (match[0]?.[0] !== keys[0]) return null;
    const key = JSON.stringify(match);
    if (items.has(key)) return null;
    items.set(key, { value, at, match });
  }
  return items;
}

function scalarAt(value: Value | undefined, field: string): string | null {
  let here = value;
  for (const step of field.split('.')) here = isFields(here) ? here.get(step) : undefined;
  if (here instanceof Raw) return here.json;
  return typeof here === 'string' ? here : null;
}
