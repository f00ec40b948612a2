import { type Fields, Raw } from '../../json/value.ts';
import { valueAt, withValue } from '../edit.ts';
import type { ChangeRow, RuleContext } from '../rule.ts';

const REASON = 'by --suspend: what is restored does not act';
const SCALED = [
  'deployments.apps',
  'deploymentconfigs.apps.openshift.io',
  'replicasets.apps',
  'replicationcontrollers',
  'statefulsets.apps',
];
/** A label that no node has. */
const NOWHERE = 'openshift-backup/suspended';
const PAUSED = 'openshift.io/build-config.paused';

/**
 * `--suspend`. An autoscaler needs nothing: it leaves a workload alone that is scaled
 * to zero. Pods without controller are left out (see finished.ts).
 *
 * @see https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/#implicit-maintenance-mode-deactivation
 */
export const SUSPEND_RULES: readonly ChangeRow[] = [
  {
    rule: 'suspend-scale',
    types: SCALED,
    reason: REASON,
    source: 'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/',
    change: (fields, context, note) => {
      const replicas = valueAt(fields, 'spec', 'replicas');
      if (!context.options.suspend || isZero(replicas)) return fields;
      note(`replicas ${replicas instanceof Raw ? replicas.json : '1'} → 0`);
      return withValue(fields, 'spec.replicas', new Raw('0'));
    },
  },
  {
    rule: 'suspend-jobs',
    types: ['cronjobs.batch', 'jobs.batch'],
    reason: REASON,
    source: 'https://kubernetes.io/docs/concepts/workloads/controllers/job/#suspending-a-job',
    change: (fields, context, note) => {
      if (!context.options.suspend || valueAt(fields, 'spec', 'suspend') === true) return fields;
      note('suspend → true');
      return withValue(fields, 'spec.suspend', true);
    },
  },
  {
    rule: 'suspend-daemons',
    types: ['daemonsets.apps'],
    reason: REASON,
    source: 'https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/',
    change: (fields, context, note) => {
      if (!context.options.suspend) return fields;
      note(`a nodeSelector ${NOWHERE}=true, which no node meets; take it away to start`);
      return withValue(fields, `spec.template.spec.nodeSelector[${NOWHERE}]`, 'true');
    },
  },
  {
    rule: 'suspend-builds',
    types: ['buildconfigs.build.openshift.io'],
    reason: REASON,
    source: 'https://github.com/openshift/api/blob/master/build/v1/consts.go',
    change: (fields, context, note) => pauseBuilds(fields, context, note),
  },
];

function pauseBuilds(fields: Fields, { options }: RuleContext, note: (what: string) => void): Fields {
  if (!options.suspend || valueAt(fields, 'metadata', 'annotations', PAUSED) === 'true') return fields;
  note(`annotation ${PAUSED} → true`);
  return withValue(fields, `metadata.annotations[${PAUSED}]`, 'true');
}

function isZero(value: unknown): boolean {
  return value instanceof Raw && value.json === '0';
}
