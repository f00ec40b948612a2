import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ArchiveIndexBuilder } from '../../../src/restore-rules/archive-index.ts';
import { choiceOf } from '../../../src/restore-rules/selection/choice.ts';
import { parsePreference } from '../../../src/restore-rules/selection/preference.ts';
import type { Selection } from '../../../src/restore-rules/selection/selection.ts';
import { Failure } from '../../../src/words/failure.ts';
import { item } from '../items.ts';

const ALL: Selection = {
  projects: [],
  excludeProjects: [],
  resources: [],
  excludeResources: [],
  selector: null,
  objects: [],
  clusterResources: 'auto',
  rebindStorageClasses: [],
  preference: null,
};
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
const archiveIndex = new ArchiveIndexBuilder();
for (const each of ITEMS) archiveIndex.see(each);
// As the manifest tells it.
archiveIndex.types.set('deployments.apps', {
  name: 'deployments.apps',
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  projects: new Set(['shop']),
});

/** What is chosen: `shop/configmaps/web`, cluster-scoped ones as `/nodes/node`. */
function chosen(selection: Partial<Selection>): string[] {
  const choose = choiceOf({ ...ALL, ...selection }, archiveIndex);
  return ITEMS.filter((each) => choose(each).kind !== 'omitted').map(
    ({ project, type, name }) => `${project ?? ''}/${type.replace(/\..*/, '')}/${name}`,
  );
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
  [
    'a type by its singular',
    { resources: ['deployment'] },
    ['/namespaces/shop', '/namespaces/pay', 'shop/deployments/web'],
  ],
  [
    'cluster-scoped types that are named',
    { resources: ['nodes'] },
    ['/namespaces/shop', '/namespaces/pay', '/nodes/node'],
  ],
  [
    '--selector',
    { selector: 'app=web', projects: ['shop'] },
    [
      '/namespaces/shop',
      '/customresourcedefinitions/things.example.com',
      'shop/deployments/web',
      'shop/configmaps/web',
    ],
  ],
  [
    'a single object, with its project',
    { objects: [{ project: 'shop', type: 'deployments.apps', name: 'web' }] },
    ['/namespaces/shop', 'shop/deployments/web'],
  ],
  [
    'a single custom resource, with its definition',
    { objects: [{ project: 'shop', type: 'things.example.com', name: 'thing' }] },
    ['/namespaces/shop', '/customresourcedefinitions/things.example.com', 'shop/things/thing'],
  ],
  [
    'a single object of the cluster',
    { objects: [{ project: null, type: 'nodes', name: 'node' }] },
    ['/nodes/node'],
  ],
  [
    'claims that keep their volumes, with these and their class',
    { projects: ['shop'], rebindStorageClasses: ['nf*'] },
    [...SHOP.slice(0, 5), '/persistentvolumes/pv-shop', '/storageclasses/nfs', ...SHOP.slice(5)],
  ],
  [
    '--exclude-resource beats everything',
    {
      excludeResources: ['deploy'],
      objects: [
        { project: 'shop', type: 'deployments.apps', name: 'web' },
        { project: 'shop', type: 'configmaps', name: 'db' },
      ],
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

test('what is only needed is told from what was asked for', () => {
  const needed = (selection: Partial<Selection>) => {
    const choose = choiceOf({ ...ALL, ...selection }, archiveIndex);
    return ITEMS.filter((each) => choose(each).kind === 'dependency').map(({ type }) =>
      type.replace(/\..*/, ''),
    );
  };
  const ROLES = ['clusterroles', 'clusterroles', 'clusterrolebindings'];
  const rebindStorageClasses = ['nfs'];
  const web = { project: 'shop', type: 'configmaps', name: 'web' };
  const namespace = { project: null, type: 'namespaces', name: 'shop' };
  assert.deepEqual(needed({ rebindStorageClasses }), [], 'nothing is narrowed: all is asked for');
  assert.deepEqual(
    needed({ projects: ['shop'], rebindStorageClasses }),
    ['customresourcedefinitions', ...ROLES, 'storageclasses'],
    'a project is whole with its namespace and its volumes',
  );
  assert.deepEqual(needed({ objects: [web] }), ['namespaces']);
  assert.deepEqual(needed({ objects: [web, namespace] }), []);
  assert.deepEqual(needed({ selector: 'app=web', projects: ['shop'] }), [
    'namespaces',
    'customresourcedefinitions',
  ]);
  assert.deepEqual(needed({ projects: ['shop'], clusterResources: 'yes' }), []);
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

test('the fields of an object are not asked for where they are of no matter', () => {
  const choose = choiceOf(ALL, archiveIndex);
  const untouched = {
    ...item('configmaps', 'shop', 'web'),
    get fields(): never {
      throw new Error('asked for');
    },
  };
  assert.equal(choose(untouched).kind, 'selected');
});
