import type { Fields, Value } from '../../json/value.ts';
import { listAt, textAt, valueAt } from '../edit.ts';
import type { ChangeRow, SkipRow } from '../rule.ts';

const AGAIN = 'it has finished; restored, it would run again';
const POD_PHASES = new Set(['Succeeded', 'Failed']);
const BUILD_PHASES = new Set(['Complete', 'Failed', 'Error', 'Cancelled']);
const WORKFLOW_PHASES = new Set(['Succeeded', 'Failed', 'Error']);
const ANALYSIS_PHASES = new Set(['Successful', 'Failed', 'Error', 'Inconclusive']);
const TEKTON_RUNS = ['{pipelineruns,taskruns,customruns,runs}.tekton.dev'];
const ARGO = 'https://argo-workflows.readthedocs.io/en/latest/';
const CERT_MANAGER = 'https://cert-manager.io/docs/usage/certificaterequest/';
const KUBEVIRT = 'https://kubevirt.io/user-guide/';
const VELERO = 'https://velero.io/docs/main/api-types/';

/**
 * Types whose objects are requests for one action. Only the status shows whether it was done, which an archive
 * may lack, and doing it again may destroy data.
 */
const ONCE: ReadonlyArray<readonly [types: readonly string[], reason: string, source: string]> = [
  [
    ['certificaterequests.cert-manager.io', '{orders,challenges}.acme.cert-manager.io'],
    'a request for one certificate; cert-manager creates new ones when a Certificate needs them',
    CERT_MANAGER,
  ],
  [
    ['{template,brokertemplate}instances.template.openshift.io'],
    'it would process its template again; the objects it created are restored themselves',
    'https://docs.okd.io/latest/openshift_images/using-templates.html',
  ],
  [
    ['virtualmachineinstancemigrations.kubevirt.io', '*.migrations.kubevirt.io', '*.clone.kubevirt.io'],
    'it would migrate or clone a virtual machine again',
    `${KUBEVIRT}compute/live_migration/`,
  ],
  [
    ['virtualmachine{snapshots,snapshotcontents,restores}.snapshot.kubevirt.io', '*.export.kubevirt.io'],
    'it would take, restore or export a snapshot of disks that are new and empty',
    `${KUBEVIRT}storage/snapshot_restore_api/`,
  ],
  [
    [
      '{backups,restores,deletebackuprequests,downloadrequests,serverstatusrequests}.velero.io',
      '{podvolumebackups,podvolumerestores,datauploads,datadownloads}.velero.io',
    ],
    'a backup or restore by Velero, which would run again; Velero finds its backups in their storage',
    `${VELERO}restore/`,
  ],
  [
    [
      'restores.resources.cattle.io',
      '*restores.{pxc,psmdb,ps}.percona.com',
      'perconapgrestores.pgv2.percona.com',
      'restores.k8s.mariadb.com',
      'backups.postgresql.cnpg.io',
    ],
    'a backup or restore by an operator, which would run again and overwrite data',
    'https://docs.percona.com/percona-operator-for-mysql/pxc/backups-restore.html',
  ],
  [
    [
      'migrations.forklift.konveyor.io',
      '{migmigrations,directimagemigrations,directvolumemigrations}.migration.openshift.io',
    ],
    'a migration, which would run again',
    'https://docs.okd.io/latest/migration_toolkit_for_containers/about-mtc.html',
  ],
];

/** Objects that have finished, are requests for one action, or must not run. */
export const FINISHED: readonly SkipRow[] = [
  {
    rule: 'finished-pod',
    types: ['pods', 'virtualmachineinstances.kubevirt.io'],
    reason: AGAIN,
    source: 'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/',
    skips: ({ fields }) => POD_PHASES.has(phaseOf(fields)),
  },
  {
    rule: 'finished-job',
    types: ['jobs.batch'],
    reason: AGAIN,
    source: 'https://kubernetes.io/docs/concepts/workloads/controllers/job/#terminal-job-conditions',
    skips: ({ fields }) => hasCondition(fields, ['Complete', 'Failed'], ['True']),
  },
  {
    rule: 'finished-build',
    types: ['builds.build.openshift.io'],
    reason: AGAIN,
    source: 'https://docs.okd.io/latest/cicd/builds/understanding-image-builds.html',
    skips: ({ fields }) => BUILD_PHASES.has(phaseOf(fields)),
  },
  {
    rule: 'finished-run',
    types: TEKTON_RUNS,
    reason: AGAIN,
    source: 'https://tekton.dev/docs/pipelines/pipelineruns/#monitoring-execution-status',
    skips: ({ fields }) =>
      hasCondition(fields, ['Succeeded'], ['True', 'False']) ||
      textAt(fields, 'status', 'completionTime') !== null,
  },
  {
    rule: 'finished-workflow',
    types: ['workflows.argoproj.io'],
    reason: AGAIN,
    source: `${ARGO}fields/#workflowstatus`,
    skips: ({ fields }) =>
      WORKFLOW_PHASES.has(phaseOf(fields)) ||
      textAt(fields, 'metadata', 'labels', 'workflows.argoproj.io/completed') === 'true',
  },
  {
    rule: 'finished-analysis',
    types: ['{analysisruns,experiments}.argoproj.io'],
    reason: AGAIN,
    source: 'https://argo-rollouts.readthedocs.io/en/stable/features/analysis/',
    skips: ({ fields }) => ANALYSIS_PHASES.has(phaseOf(fields)),
  },
  ...ONCE.map(
    ([types, reason, source]): SkipRow => ({ rule: 'done-once', types, reason, source, skips: () => true }),
  ),
  {
    rule: 'suspended-pod',
    types: [
      'pods',
      'virtualmachineinstances.kubevirt.io',
      'builds.build.openshift.io',
      '{taskruns,customruns,runs}.tekton.dev',
      '{analysisruns,experiments}.argoproj.io',
    ],
    reason: 'it starts as soon as it exists and has no field to suspend it: left out by --suspend',
    source: '--suspend',
    skips: (_, { options }) => options.suspend,
  },
];

/** Runs without an archived status may have finished. */
export const RUN_RULES: readonly ChangeRow[] = [
  {
    rule: 'job-outcome-unknown',
    types: ['jobs.batch', 'builds.build.openshift.io', ...TEKTON_RUNS, 'workflows.argoproj.io'],
    reason: 'the archive has no status for it, so it may have finished and now run again',
    source: 'https://kubernetes.io/docs/concepts/workloads/controllers/job/#terminal-job-conditions',
    change: (fields, { item, options }, note) => {
      const isSuspended = options.suspend || valueAt(fields, 'spec', 'suspend') === true;
      if (!isSuspended && valueAt(item.fields, 'status') === undefined) note('restored');
      return fields;
    },
  },
];

function phaseOf(fields: Fields): string {
  return textAt(fields, 'status', 'phase') ?? '';
}

function hasCondition(fields: Fields, types: readonly string[], statuses: readonly string[]): boolean {
  const meets = (condition: Value) =>
    types.includes(textAt(condition, 'type') ?? '') && statuses.includes(textAt(condition, 'status') ?? '');
  return listAt(fields, 'status', 'conditions').some(meets);
}
