import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at } from '../support/kube-object.ts';
import { excludedByRule, item, restored } from './items.ts';

// What a copy of a project must not have of the first one.

const COPY = { mapping: new Map([['shop', 'copy']]) };
const HELM = {
  metadata: { labels: { owner: 'helm', name: 'web', status: 'deployed' } },
  type: 'helm.sh/release.v1',
};

for (const type of ['secrets', 'configmaps']) {
  test(`the release of Helm in ${type} stays with the first project`, () => {
    const release = item(type, 'shop', 'sh.helm.release.v1.web.v1', HELM);
    assert.equal(excludedByRule(release, COPY), 'helm-release');
    assert.equal(excludedByRule(release), null);
    assert.equal(excludedByRule(item(type, 'bank', 'sh.helm.release.v1.web.v1', HELM), COPY), null);
    assert.equal(excludedByRule(item(type, 'shop', 'web', HELM), COPY), null);
  });
}

const TRACKED = {
  metadata: {
    labels: {
      'app.kubernetes.io/managed-by': 'Helm',
      'argocd.argoproj.io/instance': 'web',
      'kustomize.toolkit.fluxcd.io/name': 'web',
      'kapp.k14s.io/app': '1700000000',
      'applyset.kubernetes.io/part-of': 'applyset-x-v1',
    },
    annotations: {
      'argocd.argoproj.io/tracking-id': 'web:apps/Deployment:shop/worker',
      'argocd.argoproj.io/sync-wave': '1',
      'meta.helm.sh/release-name': 'web',
      'meta.helm.sh/release-namespace': 'shop',
      'objectset.rio.cattle.io/owner-namespace': 'fleet',
    },
  },
};

test('no tool takes the copy for the first one', () => {
  const { object, notes } = restored(item('deployments.apps', 'shop', 'worker', TRACKED), COPY);
  assert.deepEqual(at(object, 'metadata', 'labels'), { 'app.kubernetes.io/managed-by': 'Helm' });
  assert.deepEqual(at(object, 'metadata', 'annotations'), {
    'argocd.argoproj.io/sync-wave': '1',
    'meta.helm.sh/release-name': 'web',
    'meta.helm.sh/release-namespace': 'copy',
  });
  assert.deepEqual(
    notes.map(({ rule }) => rule),
    ['map-helm-namespace', 'copy-tracking'],
  );
});

test('in its own project an object stays with its tool', () => {
  const { object } = restored(item('deployments.apps', 'shop', 'worker', TRACKED));
  assert.deepEqual(object.metadata, { name: 'worker', namespace: 'shop', ...TRACKED.metadata });
});

for (const [key, before, after] of [
  ['cert-manager.io/inject-ca-from', 'shop/serving', 'copy/serving'],
  ['cert-manager.io/inject-ca-from', 'shopping/serving', 'shopping/serving'],
  ['k8s.v1.cni.cncf.io/networks', 'shop/net, other/net,plain', 'copy/net, other/net,plain'],
  ['k8s.v1.cni.cncf.io/networks', '[{"name":"shop/net"}]', '[{"name":"shop/net"}]'],
  ['nginx.ingress.kubernetes.io/auth-secret', 'shop/users', 'copy/users'],
  ['team.example.com/path', 'shop/users', 'shop/users'],
] as const) {
  test(`the annotation ${key}: ${before} → ${after}`, () => {
    const annotations = { [key]: before };
    const given = item('deployments.apps', 'shop', 'x', {
      metadata: { annotations },
      spec: { template: { metadata: { annotations } } },
    });
    const { object } = restored(given, COPY);
    assert.deepEqual(at(object, 'metadata', 'annotations'), { [key]: after });
    assert.deepEqual(at(object, 'spec', 'template', 'metadata', 'annotations'), { [key]: after });
  });
}

test('a virtual machine gets addresses and numbers of its own, and keeps them where it was', () => {
  const interfaces = (more: object) => [{ name: 'default', ...more }];
  const domain = (more: object, firmware: object) => ({
    template: { spec: { domain: { devices: { interfaces: interfaces(more) }, firmware } } },
  });
  const spec = domain({ macAddress: '02:00:00:00:00:01' }, { uuid: 'u', serial: 's', bootloader: {} });
  const given = item('virtualmachines.kubevirt.io', 'shop', 'legacy', { spec });
  assert.deepEqual(restored(given, COPY).object.spec, domain({}, { bootloader: {} }));
  assert.deepEqual(restored(given).object.spec, spec);
});

test('restrictions of role bindings name the accounts of the copy', () => {
  const restriction = (project: string) => ({
    spec: {
      serviceaccountrestriction: {
        namespaces: [project, 'bank'],
        serviceaccounts: [{ name: 'ci', namespace: project }],
      },
    },
  });
  const given = item('rolebindingrestrictions.authorization.openshift.io', 'shop', 'x', restriction('shop'));
  assert.deepEqual(restored(given, COPY).object.spec, restriction('copy').spec);
});

for (const [subdomain, after] of [
  ['web-shop', 'web-copy'],
  ['web-shop.internal', 'web-copy.internal'],
  ['front', undefined],
  ['web-shopping', undefined],
] as const) {
  test(`the subdomain ${subdomain} of a Route: ${after ?? 'cleared'}`, () => {
    const given = item('routes.route.openshift.io', 'shop', 'web', { spec: { subdomain } });
    assert.equal(at(restored(given, COPY).object, 'spec', 'subdomain'), after);
    assert.equal(at(restored(given).object, 'spec', 'subdomain'), subdomain);
  });
}
