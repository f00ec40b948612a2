import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ArchiveIndexBuilder } from '../../../src/restore-rules/archive-index.ts';
import type { Item } from '../../../src/restore-rules/item.ts';
import { printFields } from '../../../src/restore-rules/print.ts';
import { type Choice, Chooser } from '../../../src/restore-rules/selection/choice.ts';
import { parsePreference } from '../../../src/restore-rules/selection/preference.ts';
import { mayRefer } from '../../../src/restore-rules/selection/references.ts';
import type { NamedObjects, Selection } from '../../../src/restore-rules/selection/selection.ts';
import { Failure } from '../../../src/words/failure.ts';
import { globMatcher } from '../../../src/words/glob.ts';
import { item } from '../items.ts';

const ALL: Selection = {
  projects: [],
  excludeProjects: [],
  resources: [],
  excludeResources: [],
  selectors: [],
  storageClasses: new Map(),
  objects: [],
  clusterResources: 'auto',
  rebindStorageClasses: [],
  preference: null,
};
const named = (project: string | null, type: string, name: string): NamedObjects => ({
  project,
  type,
  name,
  hasName: globMatcher([name]),
});
const RBAC = 'rbac.authorization.k8s.io';
const CRD = 'customresourcedefinitions.apiextensions.k8s.io';
const account = (namespace: string) => ({ kind: 'ServiceAccount', name: 'web', namespace });
const role = (name: string, kind = 'ClusterRole') => ({ roleRef: { kind, name } });
const labelled = (app: string) => ({ metadata: { labels: { app } } });
const claimed = (namespace: string) => ({
  spec: { storageClassName: 'nfs', claimRef: { namespace, name: 'data' } },
});

const ITEMS = [
  item('namespaces', null, 'shop'),
  item('namespaces', null, 'pay'),
  item(CRD, null, 'things.example.com'),
  item(CRD, null, 'others.example.com'),
  item(`clusterroles.${RBAC}`, null, 'for-shop'),
  item(`clusterroles.${RBAC}`, null, 'for-shop-users'),
  item(`clusterroles.${RBAC}`, null, 'for-pay'),
  item(`clusterroles.${RBAC}`, null, 'for-nobody'),
  item(`clusterrolebindings.${RBAC}`, null, 'shop', { ...role('for-shop'), subjects: [account('shop')] }),
  item(`clusterrolebindings.${RBAC}`, null, 'pay', {
    ...role('for-pay'),
    subjects: [{ kind: 'Group', name: 'system:serviceaccounts:pay' }],
  }),
  item(`clusterrolebindings.${RBAC}`, null, 'people', {
    ...role('for-nobody'),
    subjects: [{ kind: 'User', name: 'ann' }],
  }),
  item('persistentvolumes', null, 'pv-shop', claimed('shop')),
  item('storageclasses.storage.k8s.io', null, 'nfs'),
  item('nodes', null, 'node'),
  item('deployments.apps', 'shop', 'web', labelled('web')),
  item('configmaps', 'shop', 'web', labelled('web')),
  item('configmaps', 'shop', 'db', labelled('db')),
  item(`rolebindings.${RBAC}`, 'shop', 'users', { ...role('for-shop-users'), subjects: [] }),
  item('things.example.com', 'shop', 'thing'),
  item('persistentvolumeclaims', 'shop', 'data'),
  item('configmaps', 'pay', 'web'),
];
const KINDS: Readonly<Record<string, string>> = {
  [`clusterroles.${RBAC}`]: 'ClusterRole',
  'storageclasses.storage.k8s.io': 'StorageClass',
  'deployments.apps': 'Deployment',
};
const archiveIndex = new ArchiveIndexBuilder();
// As the manifest has it.
for (const { type, project, apiVersion } of ITEMS)
  archiveIndex.seeType(type, project, { apiVersion, kind: KINDS[type] ?? 'Any' });

/** What becomes of each item. */
function choices(selection: Partial<Selection>, items = ITEMS, index = archiveIndex): Choice[] {
  const chooser = new Chooser({ ...ALL, ...selection }, index);
  const ofProjects = items.map((item) => {
    const choice = item.project === null ? null : chooser.ofProject(item, item.project);
    if (choice?.kind === 'selected') chooser.dependencies.see(item);
    return choice;
  });
  const seen = new Set<string>();
  for (;;) {
    const types = [...chooser.dependencies.typesToSee()].filter((type) => !seen.has(type));
    if (types.length === 0) break;
    for (const type of types) {
      seen.add(type);
      for (const item of items) if (item.type === type) chooser.dependencies.seeClusterObject(item);
    }
  }
  return items.map((item, at) => ofProjects[at] ?? chooser.ofCluster(item));
}

/** What is chosen: `shop/configmaps/web`, cluster-scoped ones as `/nodes/node`. */
function chosen(selection: Partial<Selection>, items = ITEMS, index = archiveIndex): string[] {
  const found = choices(selection, items, index);
  return items
    .filter((_, at) => found[at]?.kind !== 'omitted')
    .map(({ project, type, name }) => `${project ?? ''}/${type.replace(/\..*/, '')}/${name}`);
}

const SHOP = [
  '/namespaces/shop',
  '/customresourcedefinitions/things.example.com',
  '/clusterroles/for-shop',
  '/clusterroles/for-shop-users',
  '/clusterrolebindings/shop',
  'shop/deployments/web',
  'shop/configmaps/web',
  'shop/configmaps/db',
  'shop/rolebindings/users',
  'shop/things/thing',
  'shop/persistentvolumeclaims/data',
];

for (const [name, selection, expected] of [
  ['-p: the project with what it needs', { projects: ['sh*'] }, SHOP],
  ['--exclude-project', { excludeProjects: ['pay'] }, SHOP],
  [
    'nothing: all projects, all CRDs, and what else they need',
    {},
    [
      '/namespaces/shop',
      '/namespaces/pay',
      '/customresourcedefinitions/things.example.com',
      '/customresourcedefinitions/others.example.com',
      '/clusterroles/for-shop',
      '/clusterroles/for-shop-users',
      '/clusterroles/for-pay',
      '/clusterrolebindings/shop',
      '/clusterrolebindings/pay',
      ...SHOP.slice(5),
      'pay/configmaps/web',
    ],
  ],
  ['--cluster-resources no', { projects: ['pay'], clusterResources: 'no' }, ['pay/configmaps/web']],
  [
    '--cluster-resources yes with types',
    { clusterResources: 'yes', resources: ['nodes', 'cm'], projects: ['pay'] },
    ['/nodes/node', 'pay/configmaps/web'],
  ],
  ['a type by its singular', { resources: ['deployment'] }, ['/namespaces/shop', 'shop/deployments/web']],
  ['cluster-scoped types that are named', { resources: ['nodes'] }, ['/nodes/node']],
  [
    '--selector',
    { selectors: ['app=web'], projects: ['shop'] },
    ['/namespaces/shop', 'shop/deployments/web', 'shop/configmaps/web'],
  ],
  [
    'a single object, with its project',
    { objects: [named('shop', 'deployments.apps', 'web')] },
    ['/namespaces/shop', 'shop/deployments/web'],
  ],
  [
    'several selectors, of which one has to match',
    { selectors: ['app=db', 'app=web,app!=db'], resources: ['cm'] },
    ['/namespaces/shop', 'shop/configmaps/web', 'shop/configmaps/db'],
  ],
  [
    'names by glob',
    { objects: [named('shop', 'configmaps', 'w*')] },
    ['/namespaces/shop', 'shop/configmaps/web'],
  ],
  [
    'a single custom resource, with its definition',
    { objects: [named('shop', 'things.example.com', 'thing')] },
    ['/namespaces/shop', '/customresourcedefinitions/things.example.com', 'shop/things/thing'],
  ],
  ['a single object of the cluster', { objects: [named(null, 'nodes', 'node')] }, ['/nodes/node']],
  [
    'claims that keep their volumes, with these and their class',
    { projects: ['shop'], rebindStorageClasses: ['nf*'] },
    [...SHOP.slice(0, 5), '/persistentvolumes/pv-shop', '/storageclasses/nfs', ...SHOP.slice(5)],
  ],
  [
    '--exclude-resource beats everything',
    {
      excludeResources: ['deploy'],
      objects: [named('shop', 'deployments.apps', 'web'), named('shop', 'configmaps', 'db')],
    },
    ['/namespaces/shop', 'shop/configmaps/db'],
  ],
  [
    '--exclude-resource of what others need',
    { excludeResources: ['ns', 'clusterrole*'], projects: ['pay'], resources: ['cm'] },
    ['pay/configmaps/web'],
  ],
] as const) {
  test(`chosen by ${name}`, () => assert.deepEqual(chosen(selection), expected));
}

test('a dependency is not what was asked for', () => {
  const dependencies = (selection: Partial<Selection>) => {
    const found = choices(selection);
    return ITEMS.filter((_, at) => found[at]?.kind === 'dependency').map(({ type }) =>
      type.replace(/\..*/, ''),
    );
  };
  const ROLES = ['clusterroles', 'clusterroles', 'clusterrolebindings'];
  const rebindStorageClasses = ['nfs'];
  const web = named('shop', 'configmaps', 'web');
  const namespace = named(null, 'namespaces', 'shop');
  assert.deepEqual(dependencies({ rebindStorageClasses }), [], 'nothing is narrowed: all is asked for');
  assert.deepEqual(
    dependencies({ projects: ['shop'], rebindStorageClasses }),
    ['customresourcedefinitions', ...ROLES, 'storageclasses'],
    'a project is whole with its namespace and its volumes',
  );
  assert.deepEqual(dependencies({ objects: [web] }), ['namespaces']);
  assert.deepEqual(dependencies({ objects: [web, namespace] }), []);
  assert.deepEqual(dependencies({ selectors: ['app=web'], projects: ['shop'] }), ['namespaces']);
  assert.deepEqual(dependencies({ projects: ['shop'], clusterResources: 'yes' }), []);
});

test('explicit is what was asked for beyond projects', () => {
  const explicit = (selection: Partial<Selection>) => {
    const found = choices(selection);
    return ITEMS.filter((_, at) => {
      const choice = found[at];
      return choice?.kind === 'selected' && choice.explicit;
    }).map(({ project, name }) => `${project ?? ''}/${name}`);
  };
  assert.deepEqual(explicit({ projects: ['shop'] }), []);
  assert.deepEqual(explicit({}), []);
  assert.deepEqual(explicit({ resources: ['nodes'] }), ['/node']);
  assert.deepEqual(explicit({ objects: [named('shop', 'configmaps', 'web')] }), ['shop/web']);
  assert.equal(explicit({ clusterResources: 'yes' }).length, ITEMS.length);
});

test('all that stands in the cluster, with --cluster-resources yes', () => {
  assert.equal(chosen({ clusterResources: 'yes' }).length, ITEMS.length);
});

test('accounts of projects that a preference leaves out need no roles', () => {
  const preference = parsePreference('excludeNamespaces: [shop]');
  assert(!(preference instanceof Failure));
  const roles = chosen({ preference }).filter((name) => name.startsWith('/clusterrole'));
  assert.deepEqual(roles, ['/clusterroles/for-pay', '/clusterrolebindings/pay']);
});

test('objects are not parsed where it does not matter', () => {
  const unparsed = {
    ...item('configmaps', 'shop', 'web'),
    get fields(): never {
      throw new Error('parsed');
    },
  };
  assert.equal(new Chooser(ALL, archiveIndex).ofProject(unparsed, 'shop').kind, 'selected');
});

describe('what an object names of the cluster comes with it', () => {
  const CLASSES: ReadonlyArray<readonly [kind: string, type: string, user: Item]> = [
    [
      'PriorityClass',
      'priorityclasses.scheduling.k8s.io',
      item('deployments.apps', 'shop', 'a', { spec: { template: { spec: { priorityClassName: 'gold' } } } }),
    ],
    [
      'RuntimeClass',
      'runtimeclasses.node.k8s.io',
      item('cronjobs.batch', 'shop', 'a', {
        spec: { jobTemplate: { spec: { template: { spec: { runtimeClassName: 'gold' } } } } },
      }),
    ],
    [
      'StorageClass',
      'storageclasses.storage.k8s.io',
      item('statefulsets.apps', 'shop', 'a', {
        spec: { volumeClaimTemplates: [{ spec: { storageClassName: 'gold' } }] },
      }),
    ],
    [
      'StorageClass',
      'storageclasses.storage.k8s.io',
      item('persistentvolumeclaims', 'shop', 'a', {
        metadata: { annotations: { 'volume.beta.kubernetes.io/storage-class': 'gold' } },
      }),
    ],
    [
      'VolumeAttributesClass',
      'volumeattributesclasses.storage.k8s.io',
      item('persistentvolumeclaims', 'shop', 'a', { spec: { volumeAttributesClassName: 'gold' } }),
    ],
    [
      'IngressClass',
      'ingressclasses.networking.k8s.io',
      item('ingresses.networking.k8s.io', 'shop', 'a', {
        metadata: { annotations: { 'kubernetes.io/ingress.class': 'gold' } },
      }),
    ],
    [
      'GatewayClass',
      'gatewayclasses.gateway.networking.k8s.io',
      item('gateways.gateway.networking.k8s.io', 'shop', 'a', { spec: { gatewayClassName: 'gold' } }),
    ],
    [
      'VolumeSnapshotClass',
      'volumesnapshotclasses.snapshot.storage.k8s.io',
      item('volumesnapshots.snapshot.storage.k8s.io', 'shop', 'a', {
        spec: { volumeSnapshotClassName: 'gold' },
      }),
    ],
    [
      'DeviceClass',
      'deviceclasses.resource.k8s.io',
      item('resourceclaimtemplates.resource.k8s.io', 'shop', 'a', {
        spec: { spec: { devices: { requests: [{ exactly: { deviceClassName: 'gold' } }] } } },
      }),
    ],
    [
      'ClusterIssuer',
      'clusterissuers.cert-manager.io',
      item('certificates.cert-manager.io', 'shop', 'a', {
        spec: { issuerRef: { kind: 'ClusterIssuer', name: 'gold' } },
      }),
    ],
    [
      'SecurityContextConstraints',
      'securitycontextconstraints.security.openshift.io',
      item(`rolebindings.${RBAC}`, 'shop', 'a', role('system:openshift:scc:gold')),
    ],
    [
      'SecurityContextConstraints',
      'securitycontextconstraints.security.openshift.io',
      item(`roles.${RBAC}`, 'shop', 'a', {
        rules: [{ resources: ['securitycontextconstraints'], resourceNames: ['gold'], verbs: ['use'] }],
      }),
    ],
  ];
  for (const [kind, type, user] of CLASSES) {
    test(`${user.type} → ${type}`, () => {
      const definition = item(CRD, null, type);
      const items = [user, item(type, null, 'gold'), item(type, null, 'other'), definition];
      const index = new ArchiveIndexBuilder();
      index.seeType(user.type, 'shop');
      index.seeType(type, null, { apiVersion: '', kind });
      index.seeType(CRD, null, { apiVersion: '', kind: 'CustomResourceDefinition' });
      const short = type.replace(/\..*/, '');
      for (const selection of [
        { projects: ['shop'], objects: [] },
        { objects: [named('shop', user.type, 'a')] },
      ])
        assert.deepEqual(chosen(selection, items, index).slice(1), [
          `/${short}/gold`,
          `/customresourcedefinitions/${type}`,
        ]);
      assert.deepEqual(chosen({ projects: ['pay'] }, items, index), []);
      assert(mayRefer(user.type, Buffer.from(printFields(user.fields))), 'the bytes are worth a look');
    });
  }
});

test('what a dependency names comes with it, and an SCC with the accounts that it is for', () => {
  const SCCS = 'securitycontextconstraints.security.openshift.io';
  const items = [
    item('serviceaccounts', 'shop', 'web'),
    item(`clusterrolebindings.${RBAC}`, null, 'shop', { ...role('uses'), subjects: [account('shop')] }),
    item(`clusterroles.${RBAC}`, null, 'uses', {
      rules: [{ resources: ['securitycontextconstraints'], resourceNames: ['named'], verbs: ['use'] }],
    }),
    item(SCCS, null, 'named'),
    item(SCCS, null, 'granted', { users: ['system:serviceaccount:shop:web'] }),
    item(SCCS, null, 'of-others', { users: ['system:serviceaccount:pay:web'], groups: ['people'] }),
  ];
  const index = new ArchiveIndexBuilder();
  for (const { type, project } of items)
    index.seeType(type, project, {
      apiVersion: '',
      kind: type === SCCS ? 'SecurityContextConstraints' : (KINDS[type] ?? 'Any'),
    });
  const names = (selection: Partial<Selection>) =>
    chosen(selection, items, index).map((each) => each.split('/')[2]);
  assert.deepEqual(names({ projects: ['shop'] }), ['web', 'shop', 'uses', 'named', 'granted']);
  assert.deepEqual(names({ objects: [named('shop', 'serviceaccounts', 'web')] }), ['web']);
});
