import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { at, type JsonObject, type KubeObject } from '../support/kube-object.ts';
import { waitFor } from '../support/wait.ts';
import { backUp, type Restored, restore, Volume } from './restore-runs.ts';
import { object } from './rule-objects.ts';
import { securityContexts } from './rule-types.ts';

let control: ControlPlane;
const volume = new Volume();
const RBAC = 'rbac.authorization.k8s.io';
const ADMISSION = 'admissionregistration.k8s.io';
const BINDING = `/apis/${RBAC}/v1/clusterrolebindings/readers`;
const CONTEXT = '/apis/security.openshift.io/v1/securitycontextconstraints/for-web';
const POLICY = '/apis/networking.k8s.io/v1/namespaces/bank/networkpolicies/from-shop';
const HOOKS = `/apis/${ADMISSION}/v1/validatingwebhookconfigurations/hooks`;
const RULED = `/apis/${ADMISSION}/v1/validatingadmissionpolicybindings/ruled`;
const CLONE = ['-p', 'shop', '--map', 'shop=copy', '--apply'];
const NAME = 'kubernetes.io/metadata.name';

const global = (apiVersion: string, kind: string, name: string, body: JsonObject = {}) =>
  object(apiVersion, kind, name, body, {}, null);
const account = (namespace: string) => ({ kind: 'ServiceAccount', name: 'web', namespace });
const SUBJECTS = [account('shop'), account('bank')];
const ADDED = 'subjects[kind=ServiceAccount,namespace=copy,name=web]';
const listing = (...values: string[]) => ({ matchExpressions: [{ key: NAME, operator: 'In', values }] });
const named = (name: string) => ({ matchLabels: { [NAME]: name } });
const hook = (name: string, namespaceSelector: JsonObject) => ({
  name,
  admissionReviewVersions: ['v1'],
  sideEffects: 'None',
  failurePolicy: 'Ignore',
  namespaceSelector,
  rules: [
    { apiGroups: ['none.example.com'], apiVersions: ['v1'], resources: ['none'], operations: ['CREATE'] },
  ],
  clientConfig: { url: 'https://192.0.2.1/hook' },
});

/** What serves shop and bank alike. */
function shared(): KubeObject[] {
  const roleRef = { apiGroup: RBAC, kind: 'ClusterRole', name: 'reader' };
  return [
    global(`${RBAC}/v1`, 'ClusterRoleBinding', 'readers', {
      subjects: SUBJECTS,
      roleRef,
    }),
    global('security.openshift.io/v1', 'SecurityContextConstraints', 'for-web', {
      users: ['system:serviceaccount:shop:web', 'system:serviceaccount:bank:web'],
      groups: ['system:serviceaccounts:shop'],
    }),
    object(
      'networking.k8s.io/v1',
      'NetworkPolicy',
      'from-shop',
      { spec: { podSelector: {}, ingress: [{ from: [{ namespaceSelector: named('shop') }] }] } },
      {},
      'bank',
    ),
    global(`${ADMISSION}/v1`, 'ValidatingWebhookConfiguration', 'hooks', {
      webhooks: [
        hook('one.example.com', listing('shop', 'bank')),
        hook('two.example.com', { matchLabels: { team: 'shop' } }),
      ],
    }),
    global(`${ADMISSION}/v1`, 'ValidatingAdmissionPolicyBinding', 'ruled', {
      spec: {
        policyName: 'rule',
        validationActions: ['Warn'],
        matchResources: { namespaceSelector: named('shop') },
      },
    }),
  ];
}

before(async () => {
  control = await startControlPlane();
  await control.apply([
    securityContexts(),
    ...['shop', 'bank'].flatMap((name) => [
      global('v1', 'Namespace', name),
      object('v1', 'ServiceAccount', 'web', {}, {}, name),
    ]),
    global(`${RBAC}/v1`, 'ClusterRole', 'reader', {
      rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['list'] }],
    }),
    ...shared(),
  ]);
  await backUp(volume, control.kubeconfig);
});

beforeEach(() => control.apply(shared()));

after(async () => {
  volume[Symbol.dispose]();
  await control?.stop();
});

/** Whether the ServiceAccount web of a project may list what the role allows. */
async function mayList(namespace: string, server = control): Promise<boolean> {
  const review = await server.request('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: {
      user: `system:serviceaccount:${namespace}:web`,
      resourceAttributes: { namespace, verb: 'list', resource: 'configmaps' },
    },
  });
  return at(review, 'status', 'allowed') === true;
}

const clone = (...words: string[]) => restore(volume, control.kubeconfig, ...CLONE, ...words);
const rowOf = ({ rows }: Restored, name: string) => {
  const row = rows.find((each) => each.name === name);
  assert(row !== undefined, name);
  return row;
};
const served = async (path: string, ...keys: (string | number)[]) =>
  at(await control.request('GET', path), ...keys);

test('skip: a binding of several projects stays as it is, and the report says what the copy lacks', async () => {
  await waitFor('the roles', async () => (await mayList('shop')) && !(await mayList('copy')));
  const run = await clone();
  assert.equal(run.status, 0, run.stderr);
  const row = rowOf(run, 'readers');
  assert.equal(row.outcome, 'differs');
  assert.match(row.reason ?? '', /^other projects use it, too; --existing update adds what the copy needs/);
  assert.deepEqual(
    row.changes.map(({ path }) => path),
    [ADDED],
  );
  assert.deepEqual(await served(BINDING, 'subjects'), SUBJECTS);
  assert.deepEqual([await mayList('shop'), await mayList('copy')], [true, false]);
});

for (const words of [
  ['update'],
  ['update', '--cluster-resources', 'yes'],
  ['replace', '--cluster-resources', 'yes'],
]) {
  test(`${words.join(' ')}: the copy may what the first may, and nobody loses anything`, async () => {
    const run = await clone('--existing', ...words);
    assert.equal(run.status, 0, JSON.stringify(run.rows.filter(({ outcome }) => outcome === 'failed')));
    assert.equal(rowOf(run, 'readers').outcome, 'updated');
    await waitFor('the permission', () => mayList('copy'));
    assert.deepEqual([await mayList('shop'), await mayList('bank')], [true, true]);
    assert.deepEqual(await served(BINDING, 'subjects'), [...SUBJECTS, account('copy')]);
    const again = await clone('--existing', ...words);
    assert.equal(rowOf(again, 'readers').outcome, 'existed');
  });
}

test('what was taken from others since does not come back with a copy, nor what changed besides', async () => {
  const metadata = { labels: { since: 'then' } };
  await control.request('PATCH', BINDING, { metadata, subjects: [account('shop')] });
  const run = await clone('--existing', 'update');
  assert.deepEqual(
    rowOf(run, 'readers').changes.map(({ path }) => path),
    [ADDED],
  );
  assert.deepEqual(await served(BINDING, 'subjects'), [account('shop'), account('copy')]);
  assert.deepEqual(await served(BINDING, 'metadata', 'labels'), metadata.labels);
});

test('users of security contexts, rules of policies and selected projects are added likewise', async () => {
  const words = ['-p', 'bank', '--cluster-resources', 'yes', '--existing', 'update'];
  const run = await clone(...words);
  assert.equal(run.status, 0, JSON.stringify(run.rows.filter(({ outcome }) => outcome === 'failed')));
  assert.deepEqual(await served(CONTEXT, 'users'), [
    'system:serviceaccount:shop:web',
    'system:serviceaccount:bank:web',
    'system:serviceaccount:copy:web',
  ]);
  assert.deepEqual(
    await served(CONTEXT, 'groups'),
    ['shop', 'copy'].map((name) => `system:serviceaccounts:${name}`),
  );
  assert.deepEqual(
    await served(POLICY, 'spec', 'ingress'),
    ['shop', 'copy'].map((name) => ({ from: [{ namespaceSelector: named(name) }] })),
  );
  assert.deepEqual(await served(HOOKS, 'webhooks', 0, 'namespaceSelector'), listing('shop', 'bank', 'copy'));
  assert.deepEqual(await served(HOOKS, 'webhooks', 1, 'namespaceSelector'), {
    matchLabels: { team: 'shop' },
  });
  assert.deepEqual(
    await served(RULED, 'spec', 'matchResources', 'namespaceSelector'),
    listing('shop', 'copy'),
  );
});

test('where the first project is not, nothing is given to its name', async () => {
  const other = await startControlPlane();
  try {
    await other.apply([securityContexts()]);
    const run = await restore(volume, other.kubeconfig, ...CLONE, '--cluster-resources', 'yes');
    assert.equal(run.status, 0, JSON.stringify(run.rows.filter(({ outcome }) => outcome === 'failed')));
    assert.deepEqual(at(await other.request('GET', BINDING), 'subjects'), [account('copy'), account('bank')]);
    await waitFor('the permission', () => mayList('copy', other));
    assert.equal(await mayList('shop', other), false);
  } finally {
    await other.stop();
  }
});
