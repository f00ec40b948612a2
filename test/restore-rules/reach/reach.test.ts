import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Item } from '../../../src/restore-rules/item.ts';
import { ClusterPowers } from '../../../src/restore-rules/reach/powers.ts';
import {
  keepingReach,
  limitReach,
  mayReach,
  REACH_TABLE,
  reachBeyond,
} from '../../../src/restore-rules/reach/reach.ts';
import { item, json } from '../items.ts';

const RBAC = 'rbac.authorization.k8s.io';
const SCC = 'securitycontextconstraints.security.openshift.io';
const CRD = 'customresourcedefinitions.apiextensions.k8s.io';
const web = { kind: 'ServiceAccount', name: 'web', namespace: 'shop' };
const group = (name: string) => ({ kind: 'Group', name });
const bound = (name: string, ...subjects: object[]) => ({ roleRef: { kind: 'ClusterRole', name }, subjects });
const rule = (group: string, resource: string, ...verbs: string[]) => ({
  apiGroups: [group],
  resources: [resource],
  verbs,
});
const role = (name: string, rules: object[], labels: object = {}) =>
  item(`clusterroles.${RBAC}`, null, name, { rules, metadata: { labels } });
const namespace = (labels: object) => item('namespaces', null, 'shop', { metadata: { labels } });
const clientOf = (namespace: string) => ({ service: { namespace, name: 'hook', path: '/x' } });
const converted = (clientConfig: object) =>
  item(CRD, null, 'things.example.com', {
    spec: { conversion: { strategy: 'Webhook', webhook: { clientConfig } } },
  });

const POWERFUL = [
  role('labelled', [rule('*', '*', '*')], { team: 'root' }),
  role('all', [rule('*', '*', '*')]),
  role('collector', [], {}),
  item(`clusterroles.${RBAC}`, null, 'gathers', {
    aggregationRule: { clusterRoleSelectors: [{ matchLabels: { 'example.com/part': 'yes' } }] },
  }),
  item(SCC, null, 'mine', { allowHostDirVolumePlugin: true }),
  item(SCC, null, 'plain', { allowPrivilegedContainer: false }),
];
const powers = new ClusterPowers();
for (const each of POWERFUL) powers.see(each);
const context = { isRestored: (project: string) => project === 'shop', powers };

/** `withheld`, or `restored`, and what is reached. */
function limited(given: Item): string[] {
  const { withheld, reach } = limitReach(given, context);
  return [withheld === null ? 'restored' : 'withheld', ...reach.flatMap(({ reaches }) => reaches)];
}

for (const [name, given, expected] of [
  ['a role of the project', role('r', [rule('', 'pods', 'get', 'list')]), ['restored']],
  ['everything', role('r', [rule('*', '*', '*')]), ['withheld', 'everything']],
  ['escalate', role('r', [rule(RBAC, 'clusterroles', 'escalate')]), ['withheld', 'escalates roles']],
  [
    'bind by a star',
    role('r', [rule(RBAC, 'roles', '*')]),
    ['withheld', 'escalates roles', 'binds any role'],
  ],
  ['impersonate', role('r', [rule('', 'users', 'impersonate')]), ['withheld', 'impersonates others']],
  ['tokens', role('r', [rule('', '*/token', 'create')]), ['withheld', 'issues tokens of ServiceAccounts']],
  ['nodes/proxy', role('r', [rule('', 'nodes/proxy', 'get')]), ['withheld', 'reaches into nodes']],
  ['verbs alone', role('r', [rule('apps', '*', '*')]), ['restored']],
  [
    'a privileged SCC by rule',
    role('r', [
      { ...rule('security.openshift.io', 'securitycontextconstraints', 'use'), resourceNames: ['mine'] },
    ]),
    ['withheld', 'uses the SCC mine'],
  ],
  [
    'another SCC by rule',
    role('r', [
      { ...rule('security.openshift.io', 'securitycontextconstraints', 'use'), resourceNames: ['plain'] },
    ]),
    ['restored'],
  ],
  [
    'labels of aggregation, also of a selector in the archive',
    role('r', [], { [`${RBAC}/aggregate-to-edit`]: 'true', 'example.com/part': 'yes', app: 'x' }),
    ['restored', 'aggregates into edit, gathers'],
  ],
  [
    'cluster-admin by its name',
    item(`clusterrolebindings.${RBAC}`, null, 'b', bound('cluster-admin', web)),
    ['withheld', 'cluster-admin → ServiceAccount shop/web'],
  ],
  [
    'the same role by another name',
    item(`clusterrolebindings.${RBAC}`, null, 'b', bound('all', web)),
    ['withheld', 'all → ServiceAccount shop/web'],
  ],
  [
    'subjects of others',
    item(`clusterrolebindings.${RBAC}`, null, 'b', bound('view', web, group('system:serviceaccounts:pay'))),
    ['restored', 'view → Group system:serviceaccounts:pay', 'view → ServiceAccount shop/web'],
  ],
  [
    'a RoleBinding for the users of a project',
    item(`rolebindings.${RBAC}`, 'shop', 'b', bound('edit', { kind: 'User', name: 'ann' }, web)),
    ['restored'],
  ],
  [
    'a RoleBinding for everybody and nobody',
    item(
      `rolebindings.${RBAC}`,
      'shop',
      'b',
      bound('view', group('system:authenticated'), group('system:unauthenticated')),
    ),
    ['restored', 'view → Group system:unauthenticated', 'view → Group system:authenticated'],
  ],
  [
    'a RoleBinding to a privileged SCC',
    item(`rolebindings.${RBAC}`, 'shop', 'b', bound('system:openshift:scc:mine', web)),
    ['withheld', 'system:openshift:scc:mine → ServiceAccount shop/web'],
  ],
  [
    'a RoleBinding to another SCC',
    item(`rolebindings.${RBAC}`, 'shop', 'b', bound('system:openshift:scc:anyuid', web)),
    ['restored'],
  ],
  [
    'a Role to a privileged SCC',
    item(`roles.${RBAC}`, 'shop', 'r', {
      rules: [rule('security.openshift.io', 'securitycontextconstraints', 'use')],
    }),
    ['withheld', 'uses the SCC privileged'],
  ],
  [
    'an SCC for accounts of others',
    item(SCC, null, 's', { users: ['system:serviceaccount:shop:web', 'system:serviceaccount:pay:web'] }),
    ['restored', 'use of the SCC → system:serviceaccount:pay:web'],
  ],
  [
    'a privileged SCC',
    item(SCC, null, 's', { allowPrivilegedContainer: true, users: ['system:serviceaccount:shop:web'] }),
    ['withheld', 'allows privileged containers → system:serviceaccount:shop:web'],
  ],
  [
    'an SCC with a capability that gets out of a container',
    item(SCC, null, 's', { allowedCapabilities: ['NET_BIND_SERVICE', 'CAP_SYS_ADMIN'] }),
    ['withheld', 'allows the capability SYS_ADMIN'],
  ],
  [
    'an SCC with a harmless capability',
    item(SCC, null, 's', { allowedCapabilities: ['CHOWN'] }),
    ['restored'],
  ],
  ...(
    [
      [{}, 'any ClusterRole'],
      [{ matchExpressions: [{ key: 'kubernetes.io/bootstrapping', operator: 'Exists' }] }, 'any ClusterRole'],
      [{ matchLabels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' } }, 'cluster-admin'],
      [{ matchLabels: { [`${RBAC}/aggregate-to-edit`]: 'true' } }, 'edit'],
      [{ matchLabels: { team: 'root' } }, 'labelled'],
    ] as const
  ).map(
    ([selector, role]) =>
      [
        `a ClusterRole that collects by ${JSON.stringify(selector)}`,
        item(`clusterroles.${RBAC}`, null, 'r', { aggregationRule: { clusterRoleSelectors: [selector] } }),
        ['withheld', `collects the rules of ${role}`],
      ] as const,
  ),
  [
    'a ClusterRole that collects harmless rules',
    item(`clusterroles.${RBAC}`, null, 'r', {
      aggregationRule: { clusterRoleSelectors: [{ matchLabels: { [`${RBAC}/aggregate-to-view`]: 'true' } }] },
    }),
    ['restored'],
  ],
  ...(
    [
      ['machineconfigs.machineconfiguration.openshift.io', 'configuration of the cluster and its machines'],
      ['configs.imageregistry.operator.openshift.io', 'configuration of the cluster and its machines'],
      ['groups.user.openshift.io', 'users, groups and log-ins of the cluster'],
      ['oauthclients.oauth.openshift.io', 'users, groups and log-ins of the cluster'],
      [
        'validatingadmissionpolicybindings.admissionregistration.k8s.io',
        'an admission policy for all projects',
      ],
      ['clusterpolicies.kyverno.io', 'an admission policy for all projects'],
      ['k8sallowedrepos.constraints.gatekeeper.sh', 'an admission policy for all projects'],
      ['flowschemas.flowcontrol.apiserver.k8s.io', 'which requests to the API server wait for others'],
    ] as const
  ).map(([type, what]) => [type, item(type, null, 'o', {}), ['withheld', what]] as const),
  [
    'an unknown cluster-scoped type',
    item('things.example.com', null, 'o', {}),
    ['restored', 'an object of the whole cluster'],
  ],
  [
    'the same type in a project',
    item('ingresscontrollers.operator.openshift.io', 'shop', 'o', {}),
    ['restored'],
  ],
  ['a class', item('gatewayclasses.gateway.networking.k8s.io', null, 'o', {}), ['restored']],
  ['an issuer', item('clusterissuers.cert-manager.io', null, 'o', {}), ['restored']],
  ['conversion in the project', converted(clientOf('shop')), ['restored']],
  [
    'conversion elsewhere',
    converted(clientOf('pay')),
    ['withheld', 'objects are converted by Service pay/hook/x'],
  ],
  [
    'conversion by a URL',
    converted({ url: 'https://evil.example.com/' }),
    ['withheld', 'objects are converted by https://evil.example.com/'],
  ],
  [
    'an APIService',
    item('apiservices.apiregistration.k8s.io', null, 'a', {
      spec: { group: 'example.com', version: 'v1', service: { namespace: 'shop', name: 'api' } },
    }),
    ['withheld', 'v1.example.com is served by shop/api'],
  ],
  [
    'a path of a node',
    item('persistentvolumes', null, 'v', { spec: { local: { path: '/' } } }),
    ['withheld', 'local /'],
  ],
  [
    'storage elsewhere',
    item('persistentvolumes', null, 'v', { spec: { csi: { driver: 'd' } } }),
    ['restored'],
  ],
  [
    'Pod Security restricted',
    namespace({ 'pod-security.kubernetes.io/enforce': 'restricted' }),
    ['restored'],
  ],
  ['run level', namespace({ 'openshift.io/run-level': '0' }), ['restored', 'label openshift.io/run-level=0']],
  [
    'an OperatorGroup for all projects',
    item('operatorgroups.operators.coreos.com', 'shop', 'o', { spec: {} }),
    ['restored', 'its operators act in all projects, or in those that a selector matches'],
  ],
  [
    'an OperatorGroup for its own project',
    item('operatorgroups.operators.coreos.com', 'shop', 'o', { spec: { targetNamespaces: ['shop'] } }),
    ['restored'],
  ],
] as const)
  test(`what reaches further: ${name}`, () => assert.deepEqual(limited(given), expected));

describe('a trimmed object', () => {
  const binding = (...subjects: object[]) =>
    item(`clusterrolebindings.${RBAC}`, null, 'b', bound('view', ...subjects));

  test('lacks what reaches further, and nothing else', () => {
    const { item: trimmed, notes } = limitReach(binding(web, group('others')), context);
    assert.deepEqual(json(trimmed).subjects, [web]);
    assert.deepEqual(
      notes.map(({ text }) => text),
      ['not restored: view → Group others; --cluster-resources yes restores it'],
    );
    const labels = {
      'pod-security.kubernetes.io/enforce': 'privileged',
      'pod-security.kubernetes.io/enforce-version': 'v1',
      team: 'a',
    };
    assert.deepEqual(json(limitReach(namespace(labels), context).item).metadata, {
      name: 'shop',
      labels: { team: 'a' },
    });
  });

  test('keeps what the live one has, whose reach is nothing new', () => {
    const { item: trimmed, trimmedBy, reach } = limitReach(binding(web, group('others')), context);
    const live = binding(group('others'), group('more'));
    const kept = keepingReach(trimmed, live.fields, trimmedBy, context.isRestored);
    assert.deepEqual(json(kept).subjects, [group('others'), group('more'), web]);
    const beyond = reachBeyond(reach, binding(web, group('others')).fields, context);
    assert.deepEqual(beyond, []);
  });
});

test('types that no row concerns are not looked into', () => {
  assert.equal(mayReach('configmaps'), false);
  assert.equal(mayReach('namespaces'), true);
});

test('every row names its source, and trims only where it says so', () => {
  for (const { rule, source, action, trim, keep } of REACH_TABLE) {
    assert(URL.canParse(source), rule);
    assert.equal(action === 'trimmed', trim !== undefined && keep !== undefined, rule);
  }
});
