import { annotated, type ChangeExample, MAPPED, NEW, OLD, object } from './rule-objects.ts';

const TRACKING = 'argocd.argoproj.io/tracking-id';
const HELM = 'meta.helm.sh/release-namespace';
const INJECT = 'cert-manager.io/inject-ca-from';
const OPERATOR = 'olm.operatorNamespace';
const configMap = (name: string, annotations: { readonly [key: string]: string }) =>
  object('v1', 'ConfigMap', name, {}, annotated(annotations));
const interfaces = (more: object) => ({
  template: { spec: { domain: { devices: { interfaces: [{ name: 'default', ...more }] } } } },
});
const restriction = (project: string) => ({ serviceaccountrestriction: { namespaces: [project] } });
const quota = (project: string) => ({
  selector: { labels: { matchLabels: { 'kubernetes.io/metadata.name': project } } },
});

export const COPIES_SHOWN: readonly ChangeExample[] = [
  {
    rule: 'map-helm-namespace',
    type: 'configmaps',
    options: MAPPED,
    object: configMap('of-helm', { [HELM]: OLD }),
    without: [['metadata', 'annotations'], { [HELM]: OLD }],
    with: [[['metadata', 'annotations'], { [HELM]: NEW }]],
  },
  {
    rule: 'copy-tracking',
    type: 'configmaps',
    options: MAPPED,
    object: configMap('of-argo', { [TRACKING]: `web:/ConfigMap:${OLD}/of-argo` }),
    without: [['metadata', 'annotations'], { [TRACKING]: `web:/ConfigMap:${OLD}/of-argo` }],
    with: [[['metadata', 'annotations'], undefined]],
  },
  {
    rule: 'map-annotations',
    type: 'configmaps',
    options: MAPPED,
    object: configMap('of-cert-manager', { [INJECT]: `${OLD}/serving` }),
    without: [['metadata', 'annotations'], { [INJECT]: `${OLD}/serving` }],
    with: [[['metadata', 'annotations'], { [INJECT]: `${NEW}/serving` }]],
  },
  {
    rule: 'map-operator-marks',
    type: 'subscriptions.operators.coreos.com',
    options: MAPPED,
    object: object('operators.coreos.com/v1', 'Subscription', 'marked', {}, annotated({ [OPERATOR]: OLD })),
    without: [['metadata', 'annotations'], { [OPERATOR]: OLD }],
    with: [[['metadata', 'annotations'], { [OPERATOR]: NEW }]],
  },
  {
    rule: 'copy-machine',
    type: 'virtualmachines.kubevirt.io',
    options: MAPPED,
    object: object('kubevirt.io/v1', 'VirtualMachine', 'legacy', {
      spec: interfaces({ macAddress: '02:00:00:00:00:01' }),
    }),
    without: [['spec'], interfaces({ macAddress: '02:00:00:00:00:01' })],
    with: [[['spec'], interfaces({})]],
  },
  {
    rule: 'map-restrictions',
    type: 'rolebindingrestrictions.authorization.openshift.io',
    options: MAPPED,
    object: object('authorization.openshift.io/v1', 'RoleBindingRestriction', 'own', {
      spec: restriction(OLD),
    }),
    without: [['spec'], restriction(OLD)],
    with: [[['spec'], restriction(NEW)]],
  },
  {
    rule: 'map-project-selector',
    type: 'clusterresourcequotas.quota.openshift.io',
    options: MAPPED,
    object: object(
      'quota.openshift.io/v1',
      'ClusterResourceQuota',
      'of-shop',
      { spec: quota(OLD) },
      {},
      null,
    ),
    without: [['spec'], quota(OLD)],
    with: [[['spec'], quota(NEW)]],
  },
  {
    rule: 'route-subdomain',
    type: 'routes.route.openshift.io',
    options: MAPPED,
    object: object('route.openshift.io/v1', 'Route', 'below', {
      spec: { subdomain: `below-${OLD}`, to: { kind: 'Service', name: 'web' } },
    }),
    without: [['spec', 'subdomain'], `below-${OLD}`],
    with: [[['spec', 'subdomain'], `below-${NEW}`]],
  },
];
