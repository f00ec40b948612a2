import { type Fields, Raw, type Value } from '../../json/value.ts';
import { globMatcher } from '../../words/glob.ts';
import { edited, textAt, valueAt, without, withValue } from '../edit.ts';
import type { ChangeRow } from '../rule.ts';

const REASON = 'suspended by --suspend';
/** A label that no node has. */
const NOWHERE = 'openshift-backup/suspended';
const KNATIVE_SCALE = ['min-scale', 'minScale', 'initial-scale', 'initialScale'];

/** Fields that suspend an object, and the text for the report; null if it is suspended already. */
type Hold = (fields: Fields) => { readonly fields: Fields; readonly note: string } | null;

/**
 * `--suspend`: for each kind, the field that makes its controller do nothing. An autoscaler needs none, since
 * it ignores workloads with 0 replicas. Kinds without such a field are left out if they start at once (see
 * finished.ts), and reported otherwise.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/#implicit-maintenance-mode-deactivation
 */
export const HELD: readonly ChangeRow[] = [
  held(
    'suspend-scale',
    ['deployments.apps', 'replicasets.apps', 'replicationcontrollers', 'statefulsets.apps'],
    'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/',
    noReplicas,
  ),
  held(
    'suspend-jobs',
    ['cronjobs.batch', 'jobs.batch'],
    'https://kubernetes.io/docs/concepts/workloads/controllers/job/#suspending-a-job',
    set('spec.suspend', true),
  ),
  held(
    'suspend-daemons',
    ['daemonsets.apps'],
    'https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/',
    (fields) => ({
      fields: withValue(fields, `spec.template.spec.nodeSelector[${NOWHERE}]`, 'true'),
      note: `nodeSelector ${NOWHERE}=true, which matches no node; remove it to start the pods`,
    }),
  ),
  held(
    'suspend-deployment-configs',
    ['deploymentconfigs.apps.openshift.io'],
    'https://docs.okd.io/latest/applications/deployments/managing-deployment-processes.html',
    // Scaled to zero alone, it would still run deployer pods and their hooks.
    both(noReplicas, set('spec.paused', true)),
  ),
  held(
    'suspend-builds',
    ['buildconfigs.build.openshift.io'],
    'https://github.com/openshift/api/blob/master/build/v1/consts.go',
    annotate('openshift.io/build-config.paused', 'true'),
  ),
  held(
    'suspend-virtual-machines',
    ['virtualmachines.kubevirt.io'],
    'https://kubevirt.io/user-guide/compute/run_strategies/',
    // The two exclude each other.
    (fields) =>
      valueAt(fields, 'spec', 'running') === undefined
        ? set('spec.runStrategy', 'Halted')(fields)
        : set('spec.running', false)(fields),
  ),
  held(
    'suspend-replicas',
    [
      'virtualmachineinstancereplicasets.kubevirt.io',
      'virtualmachinepools.pool.kubevirt.io',
      'rollouts.argoproj.io',
      'machinesets.machine.openshift.io',
      '{machinesets,machinedeployments,machinepools}.cluster.x-k8s.io',
      '{alertmanagers,prometheuses,thanosrulers}.monitoring.coreos.com',
    ],
    'https://argo-rollouts.readthedocs.io/en/stable/features/specification/',
    noReplicas,
  ),
  held(
    'suspend-workflows',
    ['{workflows,cronworkflows}.argoproj.io'],
    'https://argo-workflows.readthedocs.io/en/latest/cron-workflows/',
    set('spec.suspend', true),
  ),
  held(
    'suspend-pipeline-runs',
    ['pipelineruns.tekton.dev'],
    'https://tekton.dev/docs/pipelines/pipelineruns/#pending-pipelineruns',
    set('spec.status', 'PipelineRunPending'),
  ),
  held(
    'suspend-autoscaling',
    ['scaledobjects.keda.sh'],
    'https://keda.sh/docs/latest/concepts/scaling-deployments/#pause-autoscaling',
    annotate('autoscaling.keda.sh/paused-replicas', '0'),
  ),
  held(
    'suspend-autoscaling',
    ['scaledjobs.keda.sh'],
    'https://keda.sh/docs/latest/concepts/scaling-jobs/#pause-autoscaling',
    annotate('autoscaling.keda.sh/paused', 'true'),
  ),
  held(
    'suspend-knative',
    ['services.serving.knative.dev'],
    'https://knative.dev/docs/serving/autoscaling/scale-bounds/',
    scaleToZero,
  ),
  held(
    'suspend-gitops',
    [
      'kustomizations.kustomize.toolkit.fluxcd.io',
      'helmreleases.helm.toolkit.fluxcd.io',
      '*.source.toolkit.fluxcd.io',
      '{imagerepositories,imagepolicies,imageupdateautomations}.image.toolkit.fluxcd.io',
      '{receivers,alerts,providers}.notification.toolkit.fluxcd.io',
    ],
    'https://fluxcd.io/flux/components/kustomize/kustomizations/#suspend',
    set('spec.suspend', true),
  ),
  held(
    'suspend-gitops',
    ['applications.argoproj.io'],
    'https://argo-cd.readthedocs.io/en/stable/user-guide/auto_sync/',
    (fields) =>
      valueAt(fields, 'spec', 'syncPolicy', 'automated') === undefined
        ? null
        : { fields: without(fields, 'spec.syncPolicy.automated'), note: 'automated sync removed' },
  ),
  held(
    'suspend-operators',
    ['subscriptions.operators.coreos.com'],
    'https://olm.operatorframework.io/docs/concepts/crds/subscription/#manually-approving-upgrades-via-subscriptions',
    set('spec.installPlanApproval', 'Manual'),
  ),
  held(
    'suspend-operators',
    ['clusters.postgresql.cnpg.io'],
    'https://cloudnative-pg.io/documentation/current/declarative_hibernation/',
    annotate('cnpg.io/hibernation', 'on'),
  ),
  held(
    'suspend-operators',
    ['postgresclusters.postgres-operator.crunchydata.com'],
    'https://access.crunchydata.com/documentation/postgres-operator/latest/references/crd',
    set('spec.shutdown', true),
  ),
  held(
    'suspend-operators',
    ['{kafkas,kafkaconnects,kafkabridges,kafkamirrormaker2s,kafkaconnectors,kafkatopics}.kafka.strimzi.io'],
    'https://strimzi.io/docs/operators/latest/deploying#proc-pausing-reconciliation-str',
    annotate('strimzi.io/pause-reconciliation', 'true'),
  ),
  held(
    'suspend-operators',
    ['clusters.cluster.x-k8s.io'],
    'https://cluster-api.sigs.k8s.io/developer/core/controllers/cluster',
    set('spec.paused', true),
  ),
  held(
    'suspend-operators',
    ['schedules.velero.io'],
    'https://velero.io/docs/main/api-types/schedule/',
    set('spec.paused', true),
  ),
];

/**
 * Types that start nothing: all other types of Kubernetes and OpenShift, and types that operators only
 * read.
 */
const PASSIVE = globMatcher([
  '*.{apps,autoscaling,batch,policy,extensions}',
  '*.k8s.io',
  '*.{authorization,build,config,console,helm,image,imageregistry,machine,machineconfiguration}.openshift.io',
  '*.{network,oauth,operator,project,quota,route,samples,security,template,user}.openshift.io',
  '*.{networking,security,telemetry}.istio.io',
  '*.{cilium.io,crd.projectcalico.org,projectcalico.org,k8s.cni.cncf.io,k8s.ovn.org,metallb.io}',
  '*.{cert-manager.io,external-secrets.io,bitnami.com,kyverno.io,gatekeeper.sh}',
  '{alertmanagerconfigs,podmonitors,probes,prometheusrules,scrapeconfigs,servicemonitors}.monitoring.coreos.com',
  '{catalogsources,operatorgroups}.operators.coreos.com',
  '{clustertasks,pipelines,stepactions,tasks}.tekton.dev',
  '{clustertriggerbindings,triggerbindings,triggertemplates}.triggers.tekton.dev',
  '{analysistemplates,appprojects,clusteranalysistemplates,workflowtemplates}.argoproj.io',
  '{clusterworkflowtemplates,workfloweventbindings}.argoproj.io',
  '{clustertriggerauthentications,triggerauthentications}.keda.sh',
  '{instancetype,preference}*.kubevirt.io',
  '*.instancetype.kubevirt.io',
]);
const IS_HELD = globMatcher(HELD.flatMap(({ types }) => types));

export const SUSPEND_RULES: readonly ChangeRow[] = [
  ...HELD,
  {
    rule: 'suspend-unheld',
    types: ['*.*'],
    reason: '--suspend cannot hold this kind: its controller may start pods or change other objects',
    source: '--suspend',
    change: (fields, { item, options }, note) => {
      if (options.suspend && !IS_HELD(item.type) && !PASSIVE(item.type)) note('not suspended');
      return fields;
    },
  },
];

function held(rule: string, types: readonly string[], source: string, hold: Hold): ChangeRow {
  return {
    rule,
    types,
    reason: REASON,
    source,
    change: (fields, { options }, note) => {
      const found = options.suspend ? hold(fields) : null;
      if (found === null) return fields;
      note(found.note);
      return found.fields;
    },
  };
}

/** A field gets a value: `suspend → true`. */
function set(path: string, value: Value): Hold {
  const keys = path.split('.');
  const note = `${keys.at(-1)} → ${String(value)}`;
  return (fields) =>
    valueAt(fields, ...keys) === value ? null : { fields: withValue(fields, path, value), note };
}

function annotate(key: string, value: string): Hold {
  return (fields) =>
    textAt(fields, 'metadata', 'annotations', key) === value
      ? null
      : {
          fields: withValue(fields, `metadata.annotations[${key}]`, value),
          note: `annotation ${key} → ${value}`,
        };
}

function both(one: Hold, other: Hold): Hold {
  return (fields) => {
    const first = one(fields);
    const second = other(first?.fields ?? fields);
    if (first === null || second === null) return first ?? second;
    return { fields: second.fields, note: `${first.note}, ${second.note}` };
  };
}

function noReplicas(fields: Fields): ReturnType<Hold> {
  const replicas = valueAt(fields, 'spec', 'replicas');
  const before = replicas instanceof Raw ? replicas.json : '1';
  return before === '0'
    ? null
    : { fields: withValue(fields, 'spec.replicas', new Raw('0')), note: `replicas ${before} → 0` };
}

/** Removes the lower bounds of the scale, so that it scales to zero without requests. */
function scaleToZero(fields: Fields): ReturnType<Hold> {
  const bare = edited(fields, 'spec.template.metadata.annotations', (annotations) => {
    if (!(annotations instanceof Map)) return annotations;
    return new Map(
      [...annotations].filter(
        ([key]) => !KNATIVE_SCALE.includes(key.replace('autoscaling.knative.dev/', '')),
      ),
    );
  });
  return {
    fields: withValue(bare, 'spec.template.metadata.annotations[autoscaling.knative.dev/min-scale]', '0'),
    note: 'min-scale → 0; a request still starts a pod, and so does its first revision until it is ready',
  };
}
