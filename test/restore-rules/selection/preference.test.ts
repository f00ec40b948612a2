import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  excludedBy,
  isApp,
  type Preference,
  parsePreference,
  reboundClasses,
} from '../../../src/restore-rules/selection/preference.ts';
import { Failure } from '../../../src/words/failure.ts';
import { item } from '../items.ts';
import { EXAMPLE } from '../preference-example.ts';

function parse(text: string): Preference {
  const preference = parsePreference(text);
  assert(!(preference instanceof Failure), String(preference));
  return preference;
}

const example = parse(EXAMPLE);
const RBAC = 'rbac.authorization.k8s.io';
const CRD = 'customresourcedefinitions.apiextensions.k8s.io';
const nfs = { spec: { storageClassName: 'managed-nfs-storage-2' } };
const volume = (namespace: string) => ({ spec: { ...nfs.spec, claimRef: { namespace, name: 'data' } } });

for (const [given, reason] of [
  [item('namespaces', null, 'kube-system'), 'excludeNamespaces: kube-system'],
  [item('namespaces', null, 'kube-system-2'), null],
  [item('configmaps', 'kube-system', 'a'), 'excludeNamespaces: kube-system'],
  [item('configmaps', 'kube-system-2', 'a'), null],
  [item(CRD, null, 'pools.crd.projectcalico.org'), 'excludeCRDs: crd.projectcalico.org'],
  [item(CRD, null, 'things.example.com'), null],
  [item('events', 'shop', 'a'), 'excludeApiPathes: /api/v1,events'],
  [item('configmaps', 'shop', 'about-events'), 'excludeApiPathes: /api/v1,events'],
  [item('events.example.com', 'shop', 'a'), null],
  [item('limitranges', 'shop', 'a'), 'excludeApiPathes: /api/v1,limitranges'],
  [item('priorityclasses.scheduling.k8s.io', null, 'a'), 'excludeApiPathes: /apis/scheduling.k8s.io'],
  [item('networkpolicies.networking.k8s.io', 'shop', 'a'), 'excludeApiPathes: /apis/networking.k8s.io'],
  [
    item('services', 'default', 'kubernetes'),
    'excludeApiPathes: /api/v1/namespaces/default/services/kubernetes',
  ],
  [item('services', 'default', 'web'), null],
  [
    item(`clusterroles.${RBAC}`, null, 'system:node'),
    `excludeApiPathes: /apis/${RBAC}/v1/clusterroles/system%3A`,
  ],
  [item(`clusterroles.${RBAC}`, null, 'web'), null],
  [item('secrets', 'shop', 'a'), null],
  [item('deployments.apps', 'shop', 'a'), null],
  [item('storageclasses.storage.k8s.io', null, 'managed-nfs-storage-2'), null],
  [
    item('storageclasses.storage.k8s.io', null, 'standard'),
    'not of a storage class among restoreNfsStorageClasses',
  ],
  [item('persistentvolumeclaims', 'shop', 'data', nfs), null],
  [item('persistentvolumeclaims', 'shop', 'data'), 'not of a storage class among restoreNfsStorageClasses'],
  [item('persistentvolumes', null, 'pv', volume('shop')), null],
  [item('persistentvolumes', null, 'pv', volume('kube-system')), 'excludeNamespaces: kube-system'],
  [item('persistentvolumes', null, 'pv', nfs), 'bound to no claim'],
  [item('persistentvolumes', null, 'pv'), 'not of a storage class among restoreNfsStorageClasses'],
] as const) {
  test(`the example of k8s-snap: ${given.project ?? ''}/${given.type}/${given.name}: ${reason ?? 'restored'}`, () => {
    assert.equal(excludedBy(example, given), reason);
  });
}

for (const [type, late] of [
  ['pods', true],
  ['podtemplates', false],
  ['services', true],
  ['deployments.apps', true],
  ['cronjobs.batch', true],
  ['configmaps', false],
  // A prefix is no more than that.
  ['deploymentconfigs.apps.openshift.io', true],
  ['horizontalpodautoscalers.autoscaling', true],
  ['jobs.example.com', false],
] as const) {
  test(`the example of k8s-snap: ${type} are ${late ? 'apps' : 'none'}`, () => {
    assert.equal(isApp(example, item(type, 'shop', 'a')), late);
  });
}

test('the example of k8s-snap: storage classes by their beginning, nothing is overwritten', () => {
  assert.deepEqual(reboundClasses(example), ['managed-nfs-storage*']);
  assert.equal(example.existing, null);
});

test('its spec may stand alone, empty fields may be null', () => {
  const preference = parse('excludeNamespaces:\nrestoreOptions: [overwriteExistingResources]');
  assert.deepEqual(preference.excludeNamespaces, []);
  assert.equal(preference.existing, 'update');
});

test('without a word of storage classes, claims and volumes are judged as everything else', () => {
  const preference = parse('excludeNamespaces: [x]');
  assert.equal(excludedBy(preference, item('persistentvolumeclaims', 'shop', 'data')), null);
  assert.equal(excludedBy(preference, item('persistentvolumes', null, 'pv')), null);
  assert.notEqual(
    excludedBy(parse('restoreNfsStorageClasses: []'), item('persistentvolumes', null, 'pv')),
    null,
  );
});

test('include…: what they do not name is left out, and exclusions beat them', () => {
  const text =
    'includeNamespaces: [shop, pay]\nexcludeNamespaces: [pay]\nincludeCRDs: [example.com]\nincludeApiPathes: ["/api/v1,configmaps"]';
  const preference = parse(text);
  const why = (...given: Parameters<typeof item>) => excludedBy(preference, item(...given));
  assert.equal(why('namespaces', null, 'shop'), null);
  assert.equal(why('namespaces', null, 'other'), 'not among includeNamespaces');
  assert.equal(why('namespaces', null, 'pay'), 'excludeNamespaces: pay');
  assert.equal(why(CRD, null, 'things.example.com'), null);
  assert.equal(why(CRD, null, 'things.example.org'), 'not among includeCRDs');
  assert.equal(why('configmaps', 'shop', 'a'), null);
  assert.equal(why('configmaps', 'other', 'a'), 'not among includeNamespaces');
  assert.equal(why('secrets', 'shop', 'a'), 'not among includeApiPathes');
});

test('a context says which of both counts', () => {
  const lists = 'includeNamespaces: [shop]\nexcludeNamespaces: [shop]';
  const why = (option: string, project: string) =>
    excludedBy(parse(`${lists}\nrestoreOptions: [${option}]`), item('configmaps', project, 'a'));
  assert.deepEqual(
    [why('excludeContext', 'shop'), why('excludeContext', 'x')],
    ['excludeNamespaces: shop', null],
  );
  assert.deepEqual(
    [why('includeContext', 'shop'), why('includeContext', 'x')],
    [null, 'not among includeNamespaces'],
  );
});

for (const [pattern, matches] of [
  ['/apis/apps,*', true],
  ['/apis/apps/v1', true],
  ['/apis/apps,web', true],
  ['/apis/apps,', true],
  ['apps', false],
  ['/apis/apps,deployments,web', false],
  ['/apis/apps,cats', false],
] as const) {
  test(`${pattern} ${matches ? 'matches' : 'does not match'} a Deployment called web`, () => {
    const preference = parse(`excludeApiPathes: ["${pattern}"]`);
    assert.equal(excludedBy(preference, item('deployments.apps', 'shop', 'web')) !== null, matches);
  });
}

for (const [text, mistake] of [
  ['', 'is not valid YAML: '],
  ['null', 'is not a YAML object'],
  ['[]', 'is not a YAML object'],
  ['a: [', 'is not valid YAML: '],
  ['spec: 3', 'has a spec that is not an object'],
  ['excludeNamespace: [a]', 'has the unknown field excludeNamespace; there are excludeNamespaces, '],
  ['excludeNamespaces: [a]\nspec: {}', 'has the unknown field excludeNamespaces; '],
  ['excludeNamespaces: a', 'has in excludeNamespaces something other than a list of strings'],
  ['excludeCRDs: [1]', 'has in excludeCRDs something other than a list of strings'],
  ['excludeApiPathes: [""]', 'has in excludeApiPathes something other than a list of strings'],
  [
    'restoreNfsStorageClasses: ["nfs{"]',
    'has in restoreNfsStorageClasses "nfs{", which begins the name of no',
  ],
  [
    'restoreOptions: [everything]',
    'has the unknown restoreOption everything; there are overwriteExistingResources',
  ],
] as const) {
  test(`${JSON.stringify(text)} ${mistake}`, () => {
    const failure = parsePreference(text);
    assert(failure instanceof Failure);
    assert(failure.message.startsWith(`the preference file ${mistake}`), failure.message);
    assert.equal(failure.ending, 'usage');
  });
}
