import { definition } from '../support/definition.ts';
import type { KubeObject } from '../support/kube-object.ts';

const CLUSTER = ['SecurityContextConstraints', 'ClusterResourceQuota'];
const TYPES = [
  ['httproutes', 'HTTPRoute', 'gateway.networking.k8s.io'],
  ['servicemonitors', 'ServiceMonitor', 'monitoring.coreos.com'],
  ['operatorgroups', 'OperatorGroup', 'operators.coreos.com'],
  ['builds', 'Build', 'build.openshift.io'],
  ['rolebindingrestrictions', 'RoleBindingRestriction', 'authorization.openshift.io'],
  ['clusterresourcequotas', 'ClusterResourceQuota', 'quota.openshift.io'],
  ['subscriptions', 'Subscription', 'operators.coreos.com'],
  ['virtualmachines', 'VirtualMachine', 'kubevirt.io'],
  ['rollouts', 'Rollout', 'argoproj.io'],
  ['cronworkflows', 'CronWorkflow', 'argoproj.io'],
  ['pipelineruns', 'PipelineRun', 'tekton.dev'],
  ['eventlisteners', 'EventListener', 'triggers.tekton.dev'],
  ['scaledobjects', 'ScaledObject', 'keda.sh'],
  ['services', 'Service', 'serving.knative.dev'],
  ['kustomizations', 'Kustomization', 'kustomize.toolkit.fluxcd.io'],
] as const;

/** CRDs of types that come with operators; they take objects of any content. */
export function operatorTypes(): KubeObject[] {
  return TYPES.map(([plural, kind, group]) => standIn(plural, kind, group));
}

/** The same for OpenShift's security contexts. */
export function securityContexts(): KubeObject {
  return standIn('securitycontextconstraints', 'SecurityContextConstraints', 'security.openshift.io');
}

function standIn(plural: string, kind: string, group: string): KubeObject {
  // Groups that end in k8s.io are reserved, but for definitions that name their approval.
  const approval = { 'api-approved.kubernetes.io': 'https://github.com/kubernetes-sigs/gateway-api' };
  return definition(`${plural}.${group}`, kind, {
    scope: CLUSTER.includes(kind) ? 'Cluster' : 'Namespaced',
    annotations: group.endsWith('.k8s.io') ? approval : {},
  });
}
