import { EVERYWHERE, PER_TYPE } from '../../plan/pruning-table.ts';
import { asCreated } from '../bookkeeping.ts';
import { edited, without } from '../edit.ts';
import type { ChangeRow } from '../rule.ts';

const METADATA =
  'https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md';
/** Finalizers that the server itself writes when a deletion is to wait. */
const OF_DELETION = new Set(['foregroundDeletion', 'orphan']);

/** What is the server's to write: not sent, whatever the archive holds. */
export const SERVER_OWN: readonly ChangeRow[] = [
  ...EVERYWHERE.map(
    ({ path, reason }): ChangeRow => ({
      rule: 'server-metadata',
      types: ['*'],
      reason,
      source: METADATA,
      silent: true,
      change: (fields) => without(fields, path),
    }),
  ),
  {
    rule: 'status',
    types: ['*'],
    reason: 'a state, not a wish; --status writes it where somebody asks for it',
    source:
      'https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md',
    silent: true,
    change: (fields) => without(fields, 'status'),
  },
  {
    rule: 'deletion-finalizer',
    types: ['*'],
    reason: 'written by a deletion that was going on',
    source: 'https://kubernetes.io/docs/concepts/architecture/garbage-collection/#cascading-deletion',
    change: (fields) =>
      edited(fields, 'metadata.finalizers[*]', (name) =>
        typeof name === 'string' && OF_DELETION.has(name) ? undefined : name,
      ),
  },
  // Those with a condition on the value have rules of their own.
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
  {
    rule: 'bookkeeping',
    types: ['*'],
    reason: 'written again by a controller or the server, whatever is sent',
    source: 'https://kubernetes.io/docs/reference/labels-annotations-taints/',
    silent: true,
    change: (fields, { item }) => asCreated(fields, item.type),
  },
  {
    rule: 'scc-range',
    types: ['namespaces'],
    reason: 'ranges of uids and SELinux labels, which each cluster hands out itself',
    source: 'https://docs.okd.io/latest/authentication/managing-security-context-constraints.html',
    change: (fields) =>
      without(
        fields,
        'metadata.annotations[openshift.io/sa.scc.mcs]',
        'metadata.annotations[openshift.io/sa.scc.supplemental-groups]',
        'metadata.annotations[openshift.io/sa.scc.uid-range]',
      ),
  },
];
