import { type Fields, isFields, isList, type Value } from '../../json/value.ts';
import { EVERYWHERE, PER_TYPE } from '../../plan/pruning-table.ts';
import { globMatcher } from '../../words/glob.ts';
import { asCreated } from '../bookkeeping.ts';
import { edited, textAt, valueAt, without, withoutKeys } from '../edit.ts';
import type { Item } from '../item.ts';
import { ownedAt } from '../managed-fields.ts';
import type { ChangeRow, RuleContext } from '../rule.ts';
import { isReboundClass } from './storage.ts';

const CONVENTIONS =
  'https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md';
const LABELS = 'https://kubernetes.io/docs/reference/labels-annotations-taints/';
/** Finalizers that the API server adds when a deletion has to wait. */
const OF_DELETION = new Set(['foregroundDeletion', 'orphan']);
/** Types whose status is a run that starts again. */
const RESTARTED = new Set(['builds.build.openshift.io']);
/** Below these, users choose the keys. */
const CONTENT = new Set(['metadata', 'data', 'stringData', 'binaryData']);
const SYNC = 'security.openshift.io/scc.podSecurityLabelSync';
const SYNCED_LEVEL = 'security.openshift.io/MinimallySufficientPodSecurityStandard';
const SYNCER = 'pod-security-admission-label-synchronization-controller';
const POD_SECURITY = 'pod-security.kubernetes.io/';

/** Annotations and labels that controllers write, by type; `*` ends a prefix. */
const NOTES: ReadonlyArray<
  readonly [types: readonly string[], place: 'annotations' | 'labels', keys: string, reason: string]
> = [
  [
    ['services'],
    'annotations',
    'service.{alpha,beta}.openshift.io/serving-cert-{signed-by,generation-error,generation-error-num}',
    'the service CA notes here how it signed the certificate',
  ],
  [
    ['services'],
    'annotations',
    'metallb.{io,universe.tf}/ip-allocated-from-pool',
    'MetalLB notes here where the address came from',
  ],
  [
    ['namespaces'],
    'labels',
    'olm.operatorgroup.uid/*',
    'OLM labels a project with the uid of an OperatorGroup',
  ],
];

/** Fields of a status that would make a controller start runs which were due since then. */
const OF_SCHEDULES: Readonly<Record<string, readonly string[]>> = {
  'cronjobs.batch': ['status.lastScheduleTime', 'status.active'],
  'cronworkflows.argoproj.io': ['status.lastScheduledTime', 'status.active'],
};

/** Fields that belong to the server or to the old cluster, and are never sent. */
export const SERVER_OWN: readonly ChangeRow[] = [
  ...EVERYWHERE.map(
    ({ path, reason }): ChangeRow => ({
      rule: 'server-metadata',
      types: ['*'],
      reason,
      source: CONVENTIONS,
      silent: true,
      change: (fields) => without(fields, path),
    }),
  ),
  ...Object.entries(OF_SCHEDULES).map(
    ([type, paths]): ChangeRow => ({
      rule: 'status-of-schedule',
      types: [type],
      reason: 'also with --status: the controller would start the run that was due since then',
      source: 'https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-limitations',
      silent: true,
      change: (fields) => without(fields, ...paths),
    }),
  ),
  {
    rule: 'status',
    types: ['*'],
    reason:
      'an observed state, which --status restores; where a type has no status subresource, status is a field like any other and stays',
    source: CONVENTIONS,
    silent: true,
    change: keepOrDropStatus,
  },
  {
    rule: 'reference-identity',
    types: ['*'],
    reason: 'uid and resourceVersion of another object, which has others in this cluster',
    source: 'https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-reference/',
    silent: true,
    change: withoutIdentities,
  },
  {
    rule: 'deletion-finalizer',
    types: ['*'],
    reason: 'added by a deletion that was in progress',
    source: 'https://kubernetes.io/docs/concepts/architecture/garbage-collection/#cascading-deletion',
    change: (fields) =>
      edited(fields, 'metadata.finalizers[*]', (name) =>
        typeof name === 'string' && OF_DELETION.has(name) ? undefined : name,
      ),
  },
  // Rows with a condition on the value have rules of their own.
  ...PER_TYPE.filter(({ only, unless }) => only === undefined && unless === undefined).map(
    ({ types, path, reason }): ChangeRow => ({
      rule: 'housekeeping',
      types: types === '*' ? ['*'] : types,
      reason,
      source: 'what a backup prunes',
      silent: true,
      change: (fields) => without(fields, path),
    }),
  ),
  ...NOTES.map(([types, place, keys, reason]): ChangeRow => {
    const isNote = globMatcher([keys]);
    return {
      rule: 'controller-note',
      types,
      reason,
      source: LABELS,
      silent: true,
      change: (fields) => withoutKeys(fields, `metadata.${place}`, isNote),
    };
  }),
  {
    rule: 'scc-range',
    types: ['namespaces'],
    reason:
      'each cluster assigns its own ranges of uids and SELinux labels; with the old volumes (--rebind-storage-class) the old ranges stay, since files belong to them',
    source: 'https://docs.okd.io/latest/authentication/managing-security-context-constraints.html',
    change: (fields, context) =>
      keepsVolumes(context)
        ? fields
        : withoutKeys(fields, 'metadata.annotations', (key) => key.startsWith('openshift.io/sa.scc.')),
  },
  {
    rule: 'pod-security-sync',
    types: ['namespaces'],
    reason: 'OpenShift derives these labels from the SecurityContextConstraints of the project',
    source:
      'https://docs.okd.io/latest/authentication/understanding-and-managing-pod-security-admission.html',
    silent: true,
    change: withoutSyncedLabels,
  },
];

/** After all others, whose reasons are more specific. */
export const BOOKKEEPING: readonly ChangeRow[] = [
  {
    rule: 'bookkeeping',
    types: ['*'],
    reason: 'written again by a controller or the server, whatever is sent',
    source: 'https://kubernetes.io/docs/reference/labels-annotations-taints/',
    silent: true,
    change: (fields, { item }) => asCreated(fields, item.type),
  },
];

/** The archived status of an object, without fields that would make its controller act; undefined if it has none. */
export function archivedStatus({ type, fields }: Pick<Item, 'type' | 'fields'>): Value | undefined {
  return without(fields, ...(OF_SCHEDULES[type] ?? [])).get('status');
}

function keepOrDropStatus(fields: Fields, { item, facts }: RuleContext): Fields {
  return facts.hasStatus || RESTARTED.has(item.type) ? without(fields, 'status') : fields;
}

/** Whether claims of a project get their old volumes. */
function keepsVolumes({ item, options, archiveIndex }: RuleContext): boolean {
  const classes = archiveIndex.claimClasses.get(item.name) ?? new Set();
  if ([...classes].some((name) => isReboundClass(name, options.rebindStorageClasses))) return true;
  const isStatic = [...archiveIndex.staticVolumes.keys()].some((claim) => claim.startsWith(`${item.name}/`));
  return isStatic && !options.mapping.has(item.name);
}

/** Removes the identities of another cluster from references, and from objects inside of others. */
function withoutIdentities(fields: Fields): Fields {
  let after: Fields = fields;
  for (const [key, value] of fields) {
    const left = CONTENT.has(key) ? value : withoutIdentity(value);
    if (left !== value) after = new Map(after).set(key, left);
  }
  return after;
}

function withoutIdentity(value: Value): Value {
  if (isFields(value)) return withoutOwn(withoutBelow(value));
  if (!isList(value)) return value;
  const after = value.map(withoutIdentity);
  return after.every((each, at) => each === value[at]) ? value : after;
}

function withoutBelow(value: Fields): Fields {
  let after: Map<string, Value> | null = null;
  for (const [key, each] of value) {
    if (typeof each !== 'object' || each === null || key === 'ownerReferences') continue;
    const left = withoutIdentity(each);
    if (left !== each) after = (after ?? new Map(value)).set(key, left);
  }
  return after ?? value;
}

/** A reference has kind and name; an object inside of another has kind, apiVersion and metadata. */
function withoutOwn(value: Fields): Fields {
  if (typeof value.get('kind') !== 'string') return value;
  if (typeof value.get('name') === 'string') return withoutBoth(value);
  const metadata = value.get('metadata');
  if (typeof value.get('apiVersion') !== 'string' || !isFields(metadata)) return value;
  const left = withoutBoth(metadata);
  return left === metadata ? value : new Map(value).set('metadata', left);
}

function withoutBoth(value: Fields): Fields {
  if (typeof value.get('uid') !== 'string' && typeof value.get('resourceVersion') !== 'string') return value;
  return without(value, 'uid', 'resourceVersion');
}

/**
 * Removes the Pod Security labels that cluster-policy-controller applied, by managedFields. If the archive has
 * none: all labels of a project with label sync, and in other projects those that equal the computed level,
 * except `enforce`, which is only set with label sync.
 *
 * @see https://github.com/openshift/cluster-policy-controller/tree/master/pkg/psalabelsyncer
 */
function withoutSyncedLabels(fields: Fields, { item: { managedFields = [] } }: RuleContext): Fields {
  const labels = valueAt(fields, 'metadata', 'labels');
  const sync = textAt(labels, SYNC);
  const level = textAt(fields, 'metadata', 'annotations', SYNCED_LEVEL);
  if (sync === 'false' || (sync !== 'true' && level === null)) return fields;
  const ofSyncer = managedFields.filter((entry) => textAt(entry, 'manager') === SYNCER);
  const applied = ownedAt(ofSyncer, 'metadata', 'labels');
  const isSynced = (mode: string) => {
    const label = POD_SECURITY + mode;
    if (managedFields.length > 0) return applied.some((owned) => valueAt(owned, `f:${label}`) !== undefined);
    return sync === 'true' || (mode !== 'enforce' && textAt(labels, label) === level);
  };
  const modes = ['audit', 'warn', 'enforce'].filter(isSynced);
  const gone = new Set(modes.flatMap((mode) => [POD_SECURITY + mode, `${POD_SECURITY}${mode}-version`]));
  const rest = withoutKeys(fields, 'metadata.labels', (key) => gone.has(key));
  return withoutKeys(rest, 'metadata.annotations', (key) => key === SYNCED_LEVEL);
}
