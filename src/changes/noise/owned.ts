import { type Nouns, type ObjectNoise, owner } from './row.ts';

const OF_CONTROLLERS: Nouns = ['pod or replica set of a controller', 'pods and replica sets of controllers'];
const RUNS: Nouns = ['run of a job, build or pipeline', 'runs of jobs, builds and pipelines'];
const MADE: Nouns = ['object generated from its owner', 'objects generated from their owners'];
const KUBERNETES = 'https://kubernetes.io/docs/concepts';
const KNATIVE = 'https://github.com/knative/specs/blob/main/specs/serving/overview.md';
const CONTROLLER_REVISION =
  'https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/controller-revision-v1/';

/**
 * Objects that controllers generate from the spec of an owner, by kind and kind of owner: all
 * their information is in the owner. Other objects with an owner are compared like those without:
 * an operator may change the image of a Deployment, and a password that is fetched from
 * elsewhere is in no other object.
 */
export const OWNED_NOISE: readonly ObjectNoise[] = [
  {
    types: ['pods'],
    when: [{ kind: 'controlled' }],
    reason: "created from its owner's template, and replaced at any time",
    source: `${KUBERNETES}/workloads/pods/#pods-and-controllers`,
    nouns: OF_CONTROLLERS,
  },
  {
    types: ['replicasets.apps'],
    when: [owner('Deployment.apps', 'Rollout.argoproj.io')],
    reason: 'a revision of the template of its owner',
    source: `${KUBERNETES}/workloads/controllers/deployment/`,
    nouns: OF_CONTROLLERS,
  },
  {
    types: ['replicationcontrollers'],
    when: [owner('DeploymentConfig.apps.openshift.io')],
    reason: 'a revision of the template of its owner',
    source:
      'https://docs.openshift.com/container-platform/latest/applications/deployments/what-deployments-are.html',
    nouns: OF_CONTROLLERS,
  },
  {
    types: ['controllerrevisions.apps'],
    when: [{ kind: 'controlled' }],
    reason: 'a revision of the template of its owner',
    source: CONTROLLER_REVISION,
    nouns: OF_CONTROLLERS,
  },
  {
    types: ['jobs.batch'],
    when: [owner('CronJob.batch', 'ScaledJob.keda.sh')],
    reason: "a run, created from its owner's template",
    source: `${KUBERNETES}/workloads/controllers/cron-jobs/`,
    nouns: RUNS,
  },
  {
    types: ['jobs.batch'],
    when: [owner('ConfigMap')],
    reason: 'unpacks the bundle of an operator',
    source: 'https://olm.operatorframework.io/docs/tasks/creating-a-catalog/',
    nouns: RUNS,
  },
  {
    types: ['builds.build.openshift.io'],
    when: [owner('BuildConfig.build.openshift.io')],
    reason: 'a run of its BuildConfig',
    source:
      'https://docs.openshift.com/container-platform/latest/cicd/builds/understanding-image-builds.html',
    nouns: RUNS,
  },
  {
    types: ['configmaps'],
    when: [owner('Pod')],
    reason: 'kept by a build or an elected leader as long as its pod exists',
    source:
      'https://github.com/openshift/openshift-controller-manager/tree/master/pkg/build/controller/build',
    nouns: ['config map of a build or leader', 'config maps of builds and leaders'],
  },
  {
    types: ['configmaps', 'secrets', 'pods'],
    when: [{ kind: 'owner', kinds: ['ConfigMap'], name: 'revision-status-' }],
    reason:
      'a copy for one revision of the static pods of the control plane; the new revision-status is shown',
    source: 'https://github.com/openshift/library-go/tree/master/pkg/operator/revisioncontroller',
    nouns: MADE,
  },
  {
    types: ['endpointslices.discovery.k8s.io'],
    when: [owner('Service', 'Endpoints')],
    reason: "the addresses of a Service's pods",
    source: `${KUBERNETES}/services-networking/endpoint-slices/`,
    nouns: ['endpoints object of a Service', 'endpoints of Services'],
  },
  {
    types: ['csinodes.storage.k8s.io', 'ciliumnodes.cilium.io'],
    when: [owner('Node')],
    reason: 'written by an agent on the node',
    source: 'https://kubernetes-csi.github.io/docs/csi-node-object.html',
    nouns: MADE,
  },
  {
    types: ['routes.route.openshift.io'],
    when: [owner('Ingress.networking.k8s.io')],
    reason: 'created from a rule of its Ingress',
    source: 'https://docs.openshift.com/container-platform/latest/networking/routes/route-configuration.html',
    nouns: MADE,
  },
  {
    types: ['horizontalpodautoscalers.autoscaling'],
    when: [owner('ScaledObject.keda.sh')],
    reason: 'created from its ScaledObject',
    source: 'https://keda.sh/docs/latest/concepts/scaling-deployments/',
    nouns: MADE,
  },
  {
    types: ['machines.machine.openshift.io', 'machines.cluster.x-k8s.io'],
    when: [owner('MachineSet.machine.openshift.io', 'MachineSet.cluster.x-k8s.io')],
    reason: 'created from the template of its MachineSet',
    source: 'https://docs.openshift.com/container-platform/latest/machine_management/index.html',
    nouns: MADE,
  },
  {
    types: ['machineconfigs.machineconfiguration.openshift.io'],
    when: [owner('MachineConfigPool.machineconfiguration.openshift.io')],
    reason: 'rendered from the other MachineConfigs of its pool',
    source: 'https://github.com/openshift/machine-config-operator/blob/main/docs/MachineConfigController.md',
    nouns: MADE,
  },
  {
    types: ['configmaps'],
    when: [owner('Prometheus.monitoring.coreos.com', 'ThanosRuler.monitoring.coreos.com')],
    reason: 'copies of PrometheusRules',
    source: 'https://prometheus-operator.dev/docs/getting-started/design/',
    nouns: MADE,
  },
  {
    types: ['virtualmachineinstances.kubevirt.io'],
    when: [owner('VirtualMachine.kubevirt.io', 'VirtualMachineInstanceReplicaSet.kubevirt.io')],
    reason: 'the running instance of its owner',
    source: 'https://kubevirt.io/user-guide/architecture/',
    nouns: OF_CONTROLLERS,
  },
  {
    types: [
      'revisions.serving.knative.dev',
      'configurations.serving.knative.dev',
      'routes.serving.knative.dev',
    ],
    when: [owner('Service.serving.knative.dev', 'Configuration.serving.knative.dev')],
    reason: 'created from its Knative Service',
    source: KNATIVE,
    nouns: MADE,
  },
  {
    types: ['deployments.apps', '*.internal.knative.dev'],
    when: [
      owner(
        'Revision.serving.knative.dev',
        'Route.serving.knative.dev',
        'PodAutoscaler.autoscaling.internal.knative.dev',
      ),
    ],
    reason: 'created from a Knative Revision or Route',
    source: KNATIVE,
    nouns: MADE,
  },
];
