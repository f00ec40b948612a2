import type { ChangeRow } from '../../rule.ts';
import { withProjects, withSelectors } from './project-names.ts';
import { joinedSelectors, joinedWebhooks } from './sharing.ts';

const ONE_FOR_ALL = 'mapped by --map; one serves all projects, so an update makes it call the copy';
const REASON = 'mapped by --map';
const ADMISSION = 'admissionregistration.k8s.io';
const WEBHOOKS = [`{mutating,validating}webhookconfigurations.${ADMISSION}`];
const POLICIES = 'https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/';
const WEBHOOK = 'https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/';

/** Where the server's own settings name a project: whom it asks, and for which projects. */
export const ADMISSION_MAPPING: readonly ChangeRow[] = [
  {
    rule: 'map-webhook',
    types: WEBHOOKS,
    reason: ONE_FOR_ALL,
    source: WEBHOOK,
    change: (fields, context, note) =>
      withProjects(fields, context, note, ['webhooks[*].clientConfig.service.namespace']),
  },
  {
    rule: 'map-webhook-selector',
    types: WEBHOOKS,
    reason: REASON,
    source: `${WEBHOOK}#matching-requests-namespaceselector`,
    change: (fields, context, note) =>
      withSelectors(fields, context, note, ['webhooks[*].namespaceSelector']),
    merge: joinedWebhooks,
  },
  {
    rule: 'map-policy-selector',
    types: [`{mutating,validating}admissionpolicies.${ADMISSION}`],
    reason: REASON,
    source: POLICIES,
    change: (fields, context, note) =>
      withSelectors(fields, context, note, ['spec.matchConstraints.namespaceSelector']),
    merge: joinedSelectors('spec.matchConstraints.namespaceSelector'),
  },
  {
    rule: 'map-policy-binding',
    types: [`{mutating,validating}admissionpolicybindings.${ADMISSION}`],
    reason: REASON,
    source: POLICIES,
    change: (fields, context, note) => {
      const selected = withSelectors(fields, context, note, ['spec.matchResources.namespaceSelector']);
      return withProjects(selected, context, note, ['spec.paramRef.namespace']);
    },
    merge: joinedSelectors('spec.matchResources.namespaceSelector'),
  },
  {
    rule: 'map-api-service',
    types: ['apiservices.apiregistration.k8s.io'],
    reason: ONE_FOR_ALL,
    source: 'https://kubernetes.io/docs/tasks/extend-kubernetes/configure-aggregation-layer/',
    change: (fields, context, note) => withProjects(fields, context, note, ['spec.service.namespace']),
  },
  {
    rule: 'map-conversion-webhook',
    types: ['customresourcedefinitions.apiextensions.k8s.io'],
    reason: ONE_FOR_ALL,
    source:
      'https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/',
    change: (fields, context, note) =>
      withProjects(fields, context, note, ['spec.conversion.webhook.clientConfig.service.namespace']),
  },
];
