import { type Fields, isFields, same, type Value } from '../../json/value.ts';
import { edited, keepingValues, labelPath, listAt, textAt, valueAt, without, withValue } from '../edit.ts';
import { projectOfSubject } from '../selection/references.ts';
import { privilegesOf, roleOf } from './powers.ts';
import type { ReachContext, ReachRow } from './reach.ts';

const RBAC = 'https://kubernetes.io/docs/reference/access-authn-authz/rbac/';
const SCC_DOCS = 'https://docs.okd.io/latest/authentication/managing-security-context-constraints.html';

const CLUSTER_BINDINGS = ['clusterrolebindings.rbac.authorization.k8s.io'];
const CLUSTER_ROLES = ['clusterroles.rbac.authorization.k8s.io'];
const BINDINGS = ['rolebindings.rbac.authorization.k8s.io'];
const SCCS = ['securitycontextconstraints.security.openshift.io'];

/** Requests without credentials. */
const ANONYMOUS = new Set(['system:unauthenticated', 'system:anonymous']);
/** All users with credentials, or all service accounts. */
const EVERYBODY = new Set(['system:authenticated', 'system:authenticated:oauth', 'system:serviceaccounts']);

/** Roles, bindings and SCCs that give somebody permissions beyond the restored projects. */
export const GRANTS: readonly ReachRow[] = [
  {
    rule: 'reach-powerful-binding',
    types: CLUSTER_BINDINGS,
    action: 'withheld',
    description:
      'a ClusterRoleBinding of cluster-admin, or of a role with which somebody gets all permissions',
    source: `${RBAC}#user-facing-roles`,
    reaches: (fields, { powers }) => {
      const { name } = roleOf(fields);
      return powers.ofRole(name).length === 0 ? [] : [grantText(fields, listAt(fields, 'subjects'))];
    },
  },
  {
    rule: 'reach-other-subjects',
    types: CLUSTER_BINDINGS,
    action: 'trimmed',
    description: 'subjects of a ClusterRoleBinding other than service accounts of the restored projects',
    source: `${RBAC}#referring-to-subjects`,
    reaches: (fields, context) => grants(fields, (subject) => !isOf(subject, context.isRestored)),
    trim: (fields, context) => withoutOthers(fields, ['subjects'], context.isRestored),
    keep: (trimmed, live, isOurs) =>
      keepingSubjects(trimmed, live, ['subjects'], (subject) => !isOf(subject, isOurs)),
  },
  {
    rule: 'reach-cluster-binding',
    types: CLUSTER_BINDINGS,
    action: 'reported',
    description: 'a ClusterRoleBinding gives accounts of the project permissions in the whole cluster',
    source: `${RBAC}#rolebinding-and-clusterrolebinding`,
    reaches: (fields, context) => grants(fields, (subject) => isOf(subject, context.isRestored)),
  },
  {
    rule: 'reach-powerful-role',
    types: CLUSTER_ROLES,
    action: 'withheld',
    description:
      'a ClusterRole with which somebody gets all permissions: everything, escalate, bind, impersonate, tokens, nodes, a privileged SCC',
    source: 'https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks',
    reaches: (fields, { powers }) => powers.ofRules(fields),
  },
  {
    rule: 'reach-collected-rules',
    types: CLUSTER_ROLES,
    action: 'withheld',
    description: 'a ClusterRole that collects the rules of roles with which somebody gets all permissions',
    source: `${RBAC}#aggregated-clusterroles`,
    reaches: (fields, { powers }) => {
      const roles = new Set(
        listAt(fields, 'aggregationRule', 'clusterRoleSelectors').flatMap((selector) =>
          powers.collectedBy(selector),
        ),
      );
      return roles.size === 0 ? [] : [`collects the rules of ${[...roles].join(', ')}`];
    },
  },
  {
    rule: 'reach-aggregation',
    types: CLUSTER_ROLES,
    action: 'trimmed',
    description: 'labels by which a ClusterRole becomes part of others, such as view and edit',
    source: `${RBAC}#aggregated-clusterroles`,
    reaches: (fields, context) => {
      const roles = new Set(aggregations(fields, context).map(({ role }) => role));
      return roles.size === 0 ? [] : [`aggregates into ${[...roles].join(', ')}`];
    },
    trim: (fields, context) =>
      without(fields, ...aggregations(fields, context).map(({ label }) => labelPath(label))),
    keep: (trimmed, live) => {
      const kept = valueAt(live, 'metadata', 'labels');
      const labels = isFields(kept)
        ? [...kept.keys()].filter((label) => label.includes('/aggregate-to-'))
        : [];
      return keepingValues(trimmed, live, labels.map(labelPath));
    },
  },
  {
    rule: 'reach-scc',
    types: SCCS,
    action: 'withheld',
    description: 'an SCC that lets pods reach the node: privileged, host network, host paths, …',
    source: SCC_DOCS,
    reaches: (fields) => {
      const privileges = privilegesOf(fields);
      if (privileges.length === 0) return [];
      const users = ['users', 'groups'].flatMap((list) => listAt(fields, list)).map(subjectText);
      return [`allows ${privileges.join(', ')}${users.length === 0 ? '' : ` → ${users.join(', ')}`}`];
    },
  },
  {
    rule: 'reach-scc-subjects',
    types: SCCS,
    action: 'trimmed',
    description: 'users and groups of an SCC other than service accounts of the restored projects',
    source: SCC_DOCS,
    reaches: (fields, context) => {
      const others = ['users', 'groups']
        .flatMap((list) => listAt(fields, list))
        .filter((subject) => !isOf(subject, context.isRestored));
      return others.length === 0 ? [] : [`use of the SCC → ${others.map(subjectText).join(', ')}`];
    },
    trim: (fields, context) => withoutOthers(fields, ['users', 'groups'], context.isRestored),
    keep: (trimmed, live, isOurs) =>
      keepingSubjects(trimmed, live, ['users', 'groups'], (subject) => !isOf(subject, isOurs)),
  },
  {
    rule: 'reach-privileged-binding',
    types: BINDINGS,
    action: 'withheld',
    description: 'a RoleBinding that lets pods of the project use a privileged SCC',
    source: SCC_DOCS,
    reaches: (fields, { powers }) => {
      const { name, isCluster } = roleOf(fields);
      const uses = isCluster && powers.ofRole(name).some((power) => power.startsWith('uses the SCC'));
      return uses ? [grantText(fields, listAt(fields, 'subjects'))] : [];
    },
  },
  {
    rule: 'reach-privileged-role',
    types: ['roles.rbac.authorization.k8s.io'],
    action: 'withheld',
    description: 'a Role that lets pods of the project use a privileged SCC',
    source: SCC_DOCS,
    reaches: (fields, { powers }) => powers.sccsOf(fields).map((scc) => `uses the SCC ${scc}`),
  },
  {
    rule: 'reach-anonymous',
    types: BINDINGS,
    action: 'trimmed',
    description: 'a RoleBinding in the project for requests without credentials',
    source: `https://kubernetes.io/docs/reference/access-authn-authz/authentication/#anonymous-requests`,
    reaches: (fields) => grants(fields, isAnonymous),
    trim: (fields) =>
      edited(fields, 'subjects[*]', (subject) => (isAnonymous(subject) ? undefined : subject)),
    keep: (trimmed, live) => keepingSubjects(trimmed, live, ['subjects'], isAnonymous),
  },
  {
    rule: 'reach-other-access',
    types: BINDINGS,
    action: 'reported',
    description: 'a RoleBinding in the project for everybody, or for accounts of other projects',
    source: `${RBAC}#referring-to-subjects`,
    reaches: (fields, context) =>
      grants(fields, (subject) => {
        const project = projectOfSubject(subject);
        return project === null ? EVERYBODY.has(textAt(subject, 'name') ?? '') : !context.isRestored(project);
      }),
  },
];

function aggregations(fields: Fields, { powers }: ReachContext) {
  const labels = valueAt(fields, 'metadata', 'labels');
  return isFields(labels) ? powers.aggregating(textAt(fields, 'metadata', 'name') ?? '', labels) : [];
}

function isAnonymous(subject: Value): boolean {
  return ANONYMOUS.has(textAt(subject, 'name') ?? '');
}

function isOf(subject: Value, isOurs: (project: string) => boolean): boolean {
  const project = projectOfSubject(subject);
  return project !== null && isOurs(project);
}

/** `view → Group system:unauthenticated`, for those subjects of a binding; [] where there are none. */
function grants(fields: Fields, isMeant: (subject: Value) => boolean): readonly string[] {
  const subjects = listAt(fields, 'subjects').filter(isMeant);
  return subjects.length === 0 ? [] : [grantText(fields, subjects)];
}

function grantText(fields: Fields, subjects: readonly Value[]): string {
  return `${roleOf(fields).name} → ${subjects.map(subjectText).join(', ')}`;
}

function subjectText(subject: Value): string {
  if (typeof subject === 'string') return subject;
  const [kind, namespace, name] = ['kind', 'namespace', 'name'].map((key) => textAt(subject, key) ?? '');
  return `${kind} ${kind === 'ServiceAccount' ? `${namespace}/` : ''}${name}`;
}

function withoutOthers(
  fields: Fields,
  lists: readonly string[],
  isOurs: (project: string) => boolean,
): Fields {
  return lists.reduce(
    (left, list) => edited(left, `${list}[*]`, (subject) => (isOf(subject, isOurs) ? subject : undefined)),
    fields,
  );
}

/**
 * A trimmed object with the subjects in these lists that the live one has and that were
 * trimmed: others use it, too. In the order of the live one, so that an equal list is equal.
 */
function keepingSubjects(
  trimmed: Fields,
  live: Fields,
  lists: readonly string[],
  isTrimmed: (subject: Value) => boolean,
): Fields {
  return lists.reduce((left, list) => {
    const [ours, theirs] = [listAt(left, list), listAt(live, list)];
    const isIn = (subject: Value, among: readonly Value[]) => among.some((each) => same(each, subject));
    const kept = theirs.filter((subject) => isTrimmed(subject) || isIn(subject, ours));
    const added = ours.filter((subject) => !isIn(subject, kept));
    return kept.length === 0 ? left : withValue(left, list, [...kept, ...added]);
  }, trimmed);
}
