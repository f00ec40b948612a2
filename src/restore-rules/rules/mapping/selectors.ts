import { valueAt } from '../../edit.ts';
import { withProjects, withSelectors } from '../../project-names.ts';
import type { ChangeRow } from '../../rule.ts';
import { joinedLists } from '../../sharing.ts';

const REASON = 'by --map';
const POD_SPECS = ['spec', 'spec.template.spec', 'spec.jobTemplate.spec.template.spec'];
/** Each term of an (anti-)affinity selects namespaces of its own. */
const TERMS = ['podAffinity', 'podAntiAffinity'].flatMap((of) => [
  `affinity.${of}.requiredDuringSchedulingIgnoredDuringExecution[*]`,
  `affinity.${of}.preferredDuringSchedulingIgnoredDuringExecution[*].podAffinityTerm`,
]);

/** Where objects of projects select a project by its name. */
export const SELECTOR_MAPPING: readonly ChangeRow[] = [
  {
    rule: 'map-namespace-selector',
    types: ['networkpolicies.networking.k8s.io'],
    reason: REASON,
    source:
      'https://kubernetes.io/docs/concepts/services-networking/network-policies/#targeting-a-namespace-by-its-name',
    change: (fields, context, note) =>
      withSelectors(fields, context, note, [
        'spec.ingress[*].from[*].namespaceSelector',
        'spec.egress[*].to[*].namespaceSelector',
      ]),
    beside: joinedLists('spec.ingress', 'spec.egress'),
  },
  {
    rule: 'map-affinity',
    types: ['pods', 'replicationcontrollers', '*.apps', '*.batch', 'deploymentconfigs.apps.openshift.io'],
    reason: REASON,
    source: 'https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#namespace-selector',
    change: (fields, context, note) => {
      const specs = POD_SPECS.filter((spec) => valueAt(fields, ...spec.split('.'), 'affinity') !== undefined);
      const terms = specs.flatMap((spec) => TERMS.map((term) => `${spec}.${term}`));
      const paths = terms.map((term) => `${term}.namespaces[*]`);
      const selectors = terms.map((term) => `${term}.namespaceSelector`);
      return withSelectors(withProjects(fields, context, note, paths), context, note, selectors);
    },
  },
];
