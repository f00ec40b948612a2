import { isFields, type Value } from '../../../json/value.ts';
import { edited, textAt } from '../../edit.ts';
import { type Tell, withAccounts, withProjects } from '../../project-names.ts';
import type { ChangeRow, RuleContext } from '../../rule.ts';
import { joinedLists } from '../../sharing.ts';

const REASON = 'by --map';

/** Where objects name the ServiceAccounts of a project that comes back under another name. */
export const SUBJECT_MAPPING: readonly ChangeRow[] = [
  {
    rule: 'map-subjects',
    types: ['clusterrolebindings.rbac.authorization.k8s.io', 'rolebindings.rbac.authorization.k8s.io'],
    reason: REASON,
    source: 'https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-subjects',
    change: (fields, context, note) =>
      edited(fields, 'subjects[*]', (subject) => mapSubject(subject, context, note)),
    beside: joinedLists('subjects'),
  },
  {
    rule: 'map-scc-users',
    types: ['securitycontextconstraints.security.openshift.io'],
    reason: REASON,
    source: 'https://docs.okd.io/latest/authentication/managing-security-context-constraints.html',
    change: (fields, context, note) => withAccounts(fields, context, note, ['users[*]', 'groups[*]']),
    beside: joinedLists('users', 'groups'),
  },
  {
    rule: 'map-flow-subjects',
    types: ['flowschemas.flowcontrol.apiserver.k8s.io'],
    reason: REASON,
    source: 'https://kubernetes.io/docs/concepts/cluster-administration/flow-control/',
    change: (fields, context, note) => {
      const subject = 'spec.rules[*].subjects[*]';
      const projects = withProjects(fields, context, note, [`${subject}.serviceAccount.namespace`]);
      return withAccounts(projects, context, note, [`${subject}.user.name`, `${subject}.group.name`]);
    },
    // A request is meant that meets one of the rules.
    beside: joinedLists('spec.rules'),
  },
];

function mapSubject(subject: Value, context: RuleContext, note: Tell): Value {
  if (!isFields(subject)) return subject;
  return textAt(subject, 'kind') === 'ServiceAccount'
    ? withProjects(subject, context, note, ['namespace'])
    : withAccounts(subject, context, note, ['name']);
}
