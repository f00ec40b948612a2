import { type Fields, isFields, type Value } from '../../json/value.ts';
import { listAt, textAt, valueAt } from '../edit.ts';
import type { Item } from '../item.ts';

const ROLES = 'clusterroles.rbac.authorization.k8s.io';
const BINDINGS = new Set([
  'clusterrolebindings.rbac.authorization.k8s.io',
  'rolebindings.rbac.authorization.k8s.io',
]);
const SCCS = 'securitycontextconstraints.security.openshift.io';
const RBAC = 'rbac.authorization.k8s.io';
const SCC_ROLE = /^system:openshift:scc:(.+)$/;

/**
 * Permissions that lead to all others.
 *
 * @see https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks
 */
const POWERS: ReadonlyArray<
  readonly [power: string, verb: string, group: string, resources: readonly string[]]
> = [
  ['escalates roles', 'escalate', RBAC, ['clusterroles', 'roles']],
  ['binds any role', 'bind', RBAC, ['clusterroles', 'roles']],
  ['impersonates others', 'impersonate', '', ['users', 'groups', 'serviceaccounts']],
  ['impersonates others', 'impersonate', 'authentication.k8s.io', ['uids', 'userextras']],
  ['issues tokens of ServiceAccounts', 'create', '', ['serviceaccounts/token']],
  ['reaches into nodes', 'get', '', ['nodes/proxy']],
  ['reaches into nodes', 'create', '', ['nodes/proxy']],
];

/** SCCs of every OpenShift that let pods reach the node. */
const PRIVILEGED_SCCS = [
  'hostaccess',
  'hostmount-anyuid',
  'hostmount-anyuid-v2',
  'hostnetwork',
  'hostnetwork-v2',
  'node-exporter',
  'privileged',
];

/** Fields of an SCC that let pods reach the node. */
const PRIVILEGES: ReadonlyArray<readonly [field: string, text: string]> = [
  ['allowPrivilegedContainer', 'privileged containers'],
  ['allowHostDirVolumePlugin', 'hostPath volumes'],
  ['allowHostNetwork', 'the host network'],
  ['allowHostPID', 'processes of the host'],
  ['allowHostIPC', 'IPC of the host'],
  ['allowHostPorts', 'ports of the host'],
];

/** Labels by which every cluster has roles that allow something dangerous. */
const COLLECTED: ReadonlyArray<readonly [label: string, value: string, role: string]> = [
  ['kubernetes.io/bootstrapping', 'rbac-defaults', 'cluster-admin'],
  [`${RBAC}/aggregate-to-admin`, 'true', 'admin'],
  [`${RBAC}/aggregate-to-edit`, 'true', 'edit'],
];

/** The powerful permissions of ClusterRoles and SCCs; sees each object once, before any is restored. */
export class ClusterPowers {
  readonly #roles = new Map<string, readonly string[]>([
    ['cluster-admin', ['everything']],
    ['sudoer', ['impersonates others']],
  ]);
  readonly #sccs = new Set(PRIVILEGED_SCCS);
  /** Labels of the roles that allow something dangerous. */
  readonly #labels = new Map<string, Fields>();
  readonly #aggregating: Array<{ readonly role: string; readonly labels: Fields }> = [];

  /** The ClusterRoles that bindings of the archive give to somebody. */
  readonly boundRoles = new Set<string>();

  /** @param item of the archive, or an existing ClusterRole, which a restore does not change */
  see({ type, name, fields }: Item): void {
    if (BINDINGS.has(type)) this.#seeBinding(fields);
    if (type === SCCS && privilegesOf(fields).length > 0) this.#sccs.add(name);
    if (type !== ROLES) return;
    const powers = this.ofRules(fields);
    if (powers.length > 0) {
      this.#roles.set(name, powers);
      const labels = valueAt(fields, 'metadata', 'labels');
      this.#labels.set(name, isFields(labels) ? labels : new Map());
    }
    for (const selector of listAt(fields, 'aggregationRule', 'clusterRoleSelectors')) {
      const labels = valueAt(selector, 'matchLabels');
      if (isFields(labels) && labels.size > 0) this.#aggregating.push({ role: name, labels });
    }
  }

  #seeBinding(fields: Fields): void {
    const { name, isCluster } = roleOf(fields);
    if (isCluster) this.boundRoles.add(name);
  }

  /** The powerful permissions of a ClusterRole by its name; [] if there are none, or it is unknown. */
  ofRole(name: string): readonly string[] {
    const scc = SCC_ROLE.exec(name)?.[1];
    if (scc !== undefined && this.#sccs.has(scc)) return [`uses the SCC ${scc}`];
    return this.#roles.get(name) ?? [];
  }

  /** The same of the rules of a role. */
  ofRules(fields: Fields): readonly string[] {
    const rules = listAt(fields, 'rules');
    if (rules.some((rule) => covers(rule, '*', '*', '*'))) return ['everything'];
    const found = POWERS.filter(([, verb, group, resources]) =>
      rules.some((rule) => resources.some((resource) => covers(rule, verb, group, resource))),
    );
    return [
      ...new Set([
        ...found.map(([power]) => power),
        ...this.sccsOf(fields).map((scc) => `uses the SCC ${scc}`),
      ]),
    ];
  }

  /** The privileged SCCs that the rules of a role let use. */
  sccsOf(fields: Fields): readonly string[] {
    const names = listAt(fields, 'rules')
      .filter((rule) => covers(rule, 'use', 'security.openshift.io', 'securitycontextconstraints'))
      .flatMap((rule) => {
        const named = listAt(rule, 'resourceNames').filter((name) => typeof name === 'string');
        return named.length === 0 ? ['privileged'] : named.filter((name) => this.#sccs.has(name));
      });
    return [...new Set(names)];
  }

  /** The roles that allow something dangerous and whose rules an aggregated ClusterRole collects by a selector. */
  collectedBy(selector: Value): readonly string[] {
    const labels = valueAt(selector, 'matchLabels');
    const wanted: Fields = isFields(labels) ? labels : new Map();
    // An expression or an empty selector may match any role of the cluster.
    if (listAt(selector, 'matchExpressions').length > 0 || wanted.size === 0) return ['any ClusterRole'];
    const known = COLLECTED.filter(([key, value]) => wanted.get(key) === value).map(([, , role]) => role);
    const archived = [...this.#labels].flatMap(([name, own]) => (isPartOf(wanted, own) ? [name] : []));
    return [...new Set([...known, ...archived])];
  }

  /** The roles that take over the rules of a ClusterRole with these labels, with the labels that do it. */
  aggregating(
    name: string,
    labels: Fields,
  ): ReadonlyArray<{ readonly role: string; readonly label: string }> {
    const byKey = [...labels.keys()].flatMap((label) => {
      const role = AGGREGATE.exec(label)?.[1];
      return role === undefined || labels.get(label) !== 'true' ? [] : [{ role, label }];
    });
    const bySelector = this.#aggregating
      .filter(({ role, labels: wanted }) => role !== name && isPartOf(wanted, labels))
      .flatMap(({ role, labels: wanted }) => [...wanted.keys()].map((label) => ({ role, label })));
    return [...byKey, ...bySelector];
  }
}

/** `rbac.authorization.k8s.io/aggregate-to-edit` */
const AGGREGATE = /\/aggregate-to-(.+)$/;

/**
 * Capabilities that let a container access its node.
 *
 * @see https://man7.org/linux/man-pages/man7/capabilities.7.html
 */
const ESCAPING = new Set([
  'BPF',
  'DAC_READ_SEARCH',
  'MAC_ADMIN',
  'SYS_ADMIN',
  'SYS_BOOT',
  'SYS_MODULE',
  'SYS_PTRACE',
  'SYS_RAWIO',
]);

/** What an SCC allows that lets pods reach the node. */
export function privilegesOf(fields: Fields): readonly string[] {
  const found = PRIVILEGES.filter(([field]) => fields.get(field) === true).map(([, text]) => text);
  const capabilities = ['allowedCapabilities', 'defaultAddCapabilities']
    .flatMap((list) => listAt(fields, list))
    .filter((each) => typeof each === 'string')
    .map((each) => each.toUpperCase().replace(/^CAP_/, ''));
  if (capabilities.some((each) => each === '*' || each === 'ALL')) return [...found, 'all capabilities'];
  const escaping = [...new Set(capabilities)].filter((each) => ESCAPING.has(each));
  return [...found, ...escaping.map((each) => `the capability ${each}`)];
}

/** Whether a rule allows a verb on a resource; `*` is allowed by `*` alone. */
function covers(rule: Value, verb: string, group: string, resource: string): boolean {
  const has = (key: string, value: string) => {
    const values = listAt(rule, key);
    return values.includes('*') || values.includes(value);
  };
  const sub = resource.indexOf('/');
  const isOfAll = sub >= 0 && listAt(rule, 'resources').includes(`*${resource.slice(sub)}`);
  return has('verbs', verb) && has('apiGroups', group) && (has('resources', resource) || isOfAll);
}

function isPartOf(wanted: Fields, labels: Fields): boolean {
  return [...wanted].every(([key, value]) => labels.get(key) === value);
}

/** The role that a binding refers to: its name, and whether it is a ClusterRole. */
export function roleOf(fields: Fields): { readonly name: string; readonly isCluster: boolean } {
  return {
    name: textAt(fields, 'roleRef', 'name') ?? '',
    isCluster: textAt(fields, 'roleRef', 'kind') === 'ClusterRole',
  };
}
