import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ArchiveIndexBuilder } from '../../src/restore-rules/archive-index.ts';
import { DEFAULT_EXCLUSIONS } from '../../src/types/default-exclusions.ts';
import { excludedByRule, item, restored } from './items.ts';

const TOKEN_TYPE = 'kubernetes.io/service-account-token';
const ACCOUNT = 'kubernetes.io/service-account.name';

const controlledBy = (kind: string) => ({
  ownerReferences: [{ apiVersion: 'x/v1', kind, name: 'o', uid: 'u', controller: true }],
});

for (const [type, kind, rule] of [
  ['pods', 'ReplicaSet', 'owned-pod'],
  ['pods', 'TaskRun', 'owned-pod'],
  ['replicasets.apps', 'Deployment', 'owned-replicas'],
  ['replicationcontrollers', 'DeploymentConfig', 'owned-replicas'],
  ['jobs.batch', 'CronJob', 'job-of-cronjob'],
  ['jobs.batch', 'Backup', null],
  ['persistentvolumeclaims', 'Pod', 'claim-of-pod'],
  ['persistentvolumeclaims', 'PipelineRun', null],
  ['resourceclaims.resource.k8s.io', 'Pod', 'claim-of-pod'],
  ['builds.build.openshift.io', 'BuildConfig', 'build-of-config'],
  ['controllerrevisions.apps', 'StatefulSet', 'controller-revision'],
  ['configmaps', 'Kafka', null],
] as const) {
  test(`${type} controlled by a ${kind}: ${rule ?? 'restored'}`, () => {
    const given = item(type, 'shop', 'x', { metadata: controlledBy(kind), status: {} });
    assert.equal(excludedByRule(given), rule);
  });
}

test('an owner that does not control makes nothing anew', () => {
  const metadata = { ownerReferences: [{ apiVersion: 'x/v1', kind: 'ReplicaSet', name: 'o', uid: 'u' }] };
  assert.equal(excludedByRule(item('pods', 'shop', 'x', { metadata })), null);
});

test('Endpoints: left out where the Service of this name in this project selects pods', () => {
  const around = new ArchiveIndexBuilder();
  around.see(item('services', 'shop', 'selecting', { spec: { selector: { app: 'x' } } }));
  around.see(item('services', 'shop', 'without', { spec: { selector: {} } }));
  around.see(
    item('services', 'shop', 'elsewhere', { spec: { type: 'ExternalName', selector: { app: 'x' } } }),
  );
  const rule = (project: string, name: string) =>
    excludedByRule(item('endpoints', project, name), {}, around);
  assert.equal(rule('shop', 'selecting'), 'endpoints-of-service');
  for (const name of ['without', 'elsewhere', 'none']) assert.equal(rule('shop', name), null, name);
  assert.equal(rule('other', 'selecting'), null);
});

test('EndpointSlices: those that somebody wrote come back', () => {
  const label = 'endpointslice.kubernetes.io/managed-by';
  const given = (by: string) =>
    item('endpointslices.discovery.k8s.io', 'shop', 'x', { metadata: { labels: { [label]: by } } });
  assert.equal(excludedByRule(given('endpointslicemirroring-controller.k8s.io')), 'made-endpointslice');
  assert.equal(excludedByRule(given('staff')), null);
});

for (const { pattern } of DEFAULT_EXCLUSIONS) {
  const type = pattern.replace('*', 'pods');
  if (pattern.startsWith('endpointslices')) continue;
  test(`${type} mirror others`, () => assert.equal(excludedByRule(item(type, 'shop', 'x')), 'mirror'));
}

for (const [name, type, annotations, rule] of [
  ['web-dockercfg-x7k2p', 'kubernetes.io/dockercfg', {}, null],
  [
    'web-dockercfg-x7k2p',
    'kubernetes.io/dockercfg',
    { 'kubernetes.io/service-account.name': 'web' },
    'generated-pull-secret',
  ],
  ['web-dockercfg-x7k2p', 'Opaque', { 'kubernetes.io/service-account.name': 'web' }, null],
  [
    'another-name',
    'kubernetes.io/dockercfg',
    { 'openshift.io/internal-registry-auth-token.service-account': 'web' },
    'generated-pull-secret',
  ],
  ['web-dockercfg-x7k2p', 'kubernetes.io/dockerconfigjson', {}, null],
  ['web-dockercfg-x7k2p', 'Opaque', { 'openshift.io/token-secret.name': 't' }, 'generated-pull-secret'],
  ['registry-of-ours', 'kubernetes.io/dockercfg', {}, null],
  [
    'tls',
    'kubernetes.io/tls',
    { 'service.alpha.openshift.io/originating-service-name': 'web' },
    'service-ca-secret',
  ],
  ['token', TOKEN_TYPE, { [ACCOUNT]: 'web' }, null],
  ['web-token', TOKEN_TYPE, { [ACCOUNT]: 'web' }, null],
  ['web-token-x7k2p', TOKEN_TYPE, { [ACCOUNT]: 'web' }, 'token-secret'],
  ['web-token-x7k2p', TOKEN_TYPE, { [ACCOUNT]: 'api' }, null],
  [
    'web-token',
    TOKEN_TYPE,
    { [ACCOUNT]: 'web', 'kubernetes.io/created-by': 'openshift.io/create-dockercfg-secrets' },
    'token-secret',
  ],
  ['bootstrap-token-abcdef', 'bootstrap.kubernetes.io/token', {}, 'bootstrap-token'],
] as const) {
  test(`a Secret ${name} of type ${type} ${JSON.stringify(annotations)}: ${rule ?? 'restored'}`, () => {
    assert.equal(excludedByRule(item('secrets', 'shop', name, { metadata: { annotations }, type })), rule);
  });
}

test('a token Secret that has an owner is generated', () => {
  const ownerReferences = [{ apiVersion: 'v1', kind: 'Secret', name: 'web-dockercfg-x7k2p', uid: 'gone' }];
  const metadata = { annotations: { [ACCOUNT]: 'web' }, ownerReferences };
  assert.equal(
    excludedByRule(item('secrets', 'shop', 'web-token', { metadata, type: TOKEN_TYPE })),
    'token-secret',
  );
});

test('a token Secret that somebody asked for comes back as the request', () => {
  const { object } = restored(
    item('secrets', 'shop', 'ci', {
      metadata: { annotations: { [ACCOUNT]: 'web', 'kubernetes.io/service-account.uid': 'gone' } },
      type: TOKEN_TYPE,
      data: { token: 'dA==', 'ca.crt': 'Yw==', namespace: 'bg==', mine: 'bQ==' },
    }),
  );
  assert.deepEqual(object.data, { mine: 'bQ==' });
  assert.deepEqual(object.metadata, { name: 'ci', namespace: 'shop', annotations: { [ACCOUNT]: 'web' } });
});

test('an account and its pods keep a Secret that is only called like a generated one', () => {
  const index = new ArchiveIndexBuilder();
  index.see(item('secrets', 'shop', 'web-dockercfg-abcde', { type: 'kubernetes.io/dockercfg' }));
  index.see(item('secrets', 'shop', 'web-token-abcde', { type: 'Opaque' }));
  const own = [{ name: 'web-dockercfg-abcde' }];
  const generated = [...own, { name: 'web-dockercfg-fghij' }];
  const account = item('serviceaccounts', 'shop', 'web', { secrets: generated, imagePullSecrets: generated });
  const { secrets, imagePullSecrets } = restored(account, {}, index).object;
  assert.deepEqual([secrets, imagePullSecrets], [own, own]);
  const volumes = [{ name: 'mine', secret: { secretName: 'web-token-abcde' } }];
  const spec = { serviceAccountName: 'web', imagePullSecrets: generated, volumes };
  assert.deepEqual(restored(item('pods', 'shop', 'x', { spec }), {}, index).object.spec, {
    ...spec,
    imagePullSecrets: own,
  });
});

test('ServiceAccounts keep secrets that somebody gave them', () => {
  const secrets = ['web-token-abcde', 'web-tokens', 'own-token-abcde', 'web-dockercfg-abcde'].map((name) => ({
    name,
  }));
  const { object } = restored(
    item('serviceaccounts', 'shop', 'web', { secrets, imagePullSecrets: secrets.slice(3) }),
  );
  assert.deepEqual(object.secrets, [{ name: 'web-tokens' }, { name: 'own-token-abcde' }]);
  assert.equal(object.imagePullSecrets, undefined);
});

for (const type of [
  'certificatesigningrequests.certificates.k8s.io',
  'podcertificaterequests.certificates.k8s.io',
  'storageversionmigrations.storagemigration.k8s.io',
]) {
  test(`${type} are of their moment`, () => assert.equal(excludedByRule(item(type, null, 'x')), 'machinery'));
}
