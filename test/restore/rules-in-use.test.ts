import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { parseValue } from '../../src/json/parse-value.ts';
import { isFields } from '../../src/json/value.ts';
import { relinkOwners } from '../../src/restore-rules/owners.ts';
import { rewrite } from '../../src/restore-rules/rewrite.ts';
import type { ControlPlane } from '../support/control-plane.ts';
import { definition } from '../support/definition.ts';
import { at, type KubeObject, listAt, textAt } from '../support/kube-object.ts';
import { waitFor } from '../support/wait.ts';
import { containers, MAPPED, NEW, OLD, object, owner } from './rule-objects.ts';
import { archiveIndex, collectionOf, PLAIN, post, rewrittenWithout, startRuleServer } from './rule-server.ts';

let control: ControlPlane;
before(async () => {
  control = await startRuleServer();
});
after(async () => {
  await control?.stop();
});

test('job-outcome-unknown: a Job whose status nobody archived is told', () => {
  const job = object('batch/v1', 'Job', 'who-knows', { spec: {} });
  const rules = (given: KubeObject) =>
    rewrittenWithout(null, 'jobs.batch', given, {}).notes.map(({ rule }) => rule);
  assert.deepEqual(rules(job), ['job-outcome-unknown']);
  assert.deepEqual(rules({ ...job, status: { active: 1 } }), []);
});

test('volume-storage: a volume whose data may have gone with its claim is told', () => {
  const volume = (persistentVolumeReclaimPolicy: string) =>
    object('v1', 'PersistentVolume', 'pv', { spec: { persistentVolumeReclaimPolicy } }, {}, null);
  const rules = (policy: string) =>
    rewrittenWithout(null, 'persistentvolumes', volume(policy), {}).notes.map(({ rule }) => rule);
  assert.deepEqual([rules('Delete'), rules('Retain')], [['volume-storage'], []]);
});

test('map-subjects: accounts of the new project get what those of the old one had', async () => {
  const subjects = [
    { kind: 'ServiceAccount', name: 'web', namespace: OLD },
    { kind: 'Group', apiGroup: 'rbac.authorization.k8s.io', name: `system:serviceaccounts:${OLD}` },
    { kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: `system:serviceaccount:${OLD}:web` },
  ];
  const roleRef = {
    apiGroup: 'rbac.authorization.k8s.io',
    kind: 'ClusterRole',
    name: 'system:aggregate-to-view',
  };
  const type = 'rolebindings.rbac.authorization.k8s.io';
  for (const [number, subject] of subjects.entries()) {
    for (const rule of ['map-subjects', null]) {
      const given = object('rbac.authorization.k8s.io/v1', 'RoleBinding', `viewers-${number}`, {
        subjects: [subject],
        roleRef,
      });
      const { item } = rewrittenWithout(rule, type, given, MAPPED);
      await post(control, item, false);
      // Of what is not granted one cannot wait to see it: the mapped one, which follows, shows how long it takes.
      if (rule === null) await waitFor('the permission', mayRead);
      else assert.equal(await mayRead(), false);
      await control.request('DELETE', `${collectionOf(item)}/${item.name}`);
      await waitFor('the binding to be forgotten', async () => !(await mayRead()));
    }
  }
});

/** Whether the ServiceAccount web of the new project may read in it. */
async function mayRead(): Promise<boolean> {
  const review = await control.request('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: {
      user: `system:serviceaccount:${NEW}:web`,
      groups: ['system:serviceaccounts', `system:serviceaccounts:${NEW}`],
      resourceAttributes: { namespace: NEW, verb: 'list', resource: 'configmaps' },
    },
  });
  return at(review, 'status', 'allowed') === true;
}

test('map-webhook: the server calls the webhook where it is now', async () => {
  for (const [index, kind] of ['Validating', 'Mutating'].entries()) {
    for (const [rule, project] of [
      ['map-webhook', OLD],
      [null, NEW],
    ] as const) {
      const objectSelector = { matchLabels: { hooked: `${index}` } };
      const webhook = {
        name: 'hook.example.com',
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        objectSelector,
        rules: [{ apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'], operations: ['CREATE'] }],
        clientConfig: { service: { namespace: OLD, name: 'hook' } },
      };
      const given = object(
        'admissionregistration.k8s.io/v1',
        `${kind}WebhookConfiguration`,
        `hook-${index}`,
        { webhooks: [webhook] },
        {},
        null,
      );
      const type = `${kind.toLowerCase()}webhookconfigurations.admissionregistration.k8s.io`;
      const { item } = rewrittenWithout(rule, type, given, MAPPED);
      await post(control, item, false);
      const hooked = object('v1', 'ConfigMap', 'hooked', {}, { labels: { hooked: `${index}` } }, OLD);
      await waitFor(`a call of hook.${project}`, async () => {
        const answer = await control.admin.answer(
          'POST',
          `/api/v1/namespaces/${OLD}/configmaps?dryRun=All`,
          hooked,
        );
        return answer.text.includes(`hook.${project}.svc`) || undefined;
      });
      const served = await control.request('GET', `${collectionOf(item)}/${item.name}`);
      assert.equal(at(served, 'webhooks', 0, 'clientConfig', 'service', 'namespace'), project);
      await control.request('DELETE', `${collectionOf(item)}/${item.name}`);
    }
  }
});

test('map-api-service: the server looks for the service where it is now', async () => {
  for (const [rule, project] of [
    ['map-api-service', OLD],
    [null, NEW],
  ] as const) {
    const given = object(
      'apiregistration.k8s.io/v1',
      'APIService',
      'v1.moved.example.com',
      {
        spec: {
          group: 'moved.example.com',
          version: 'v1',
          groupPriorityMinimum: 100,
          versionPriority: 100,
          insecureSkipTLSVerify: true,
          service: { namespace: OLD, name: 'api' },
        },
      },
      {},
      null,
    );
    const { item } = rewrittenWithout(rule, 'apiservices.apiregistration.k8s.io', given, MAPPED);
    await post(control, item, false);
    const path = `${collectionOf(item)}/${item.name}`;
    await waitFor(`the server to miss the service in ${project}`, async () => {
      const conditions = listAt(await control.request('GET', path), 'status', 'conditions');
      return conditions.some((each) => String(at(each, 'message')).includes(`service/api in "${project}"`));
    });
    await control.request('DELETE', path);
  }
});

test('map-conversion-webhook: the server converts by the webhook where it is now', async () => {
  for (const [rule, project, group] of [
    ['map-conversion-webhook', OLD, 'one.example.com'],
    [null, NEW, 'two.example.com'],
  ] as const) {
    const given = definition(`things.${group}`, 'Thing', {
      versions: ['v1', 'v2'],
      conversion: {
        strategy: 'Webhook',
        webhook: {
          conversionReviewVersions: ['v1'],
          clientConfig: { service: { namespace: OLD, name: 'hook' } },
        },
      },
    });
    const { item } = rewrittenWithout(rule, 'customresourcedefinitions.apiextensions.k8s.io', given, MAPPED);
    await post(control, item, false);
    const thing = object(`${group}/v2`, 'Thing', 'thing');
    await waitFor(`a conversion by hook.${project}`, async () => {
      const answer = await control.admin.answer('POST', `/apis/${group}/v2/namespaces/${OLD}/things`, thing);
      return answer.text.includes(`hook.${project}.svc`) || undefined;
    });
    const served = await control.request('GET', `${collectionOf(item)}/${item.name}`);
    assert.equal(
      at(served, 'spec', 'conversion', 'webhook', 'clientConfig', 'service', 'namespace'),
      project,
    );
  }
});

test('owners: a reference without the uid of now is refused or wrong, a relinked one is right', async () => {
  const held = await control.request(
    'POST',
    `/api/v1/namespaces/${OLD}/configmaps`,
    object('v1', 'ConfigMap', 'owner'),
  );
  const uid = textAt(held, 'metadata', 'uid');
  const references = [
    ...owner('v1', 'ConfigMap').ownerReferences,
    ...owner('v1', 'ConfigMap', 'gone').ownerReferences,
  ];
  const bare = references.map(({ uid: _, controller: _controller, ...rest }) => rest);
  const owned = object('v1', 'ConfigMap', 'owned', {}, { ownerReferences: bare });
  const item = rewrittenWithout(null, 'configmaps', owned, {}).item;
  await assert.rejects(post(control, item, true), /ownerReferences\.uid.*must not be empty/);
  const relinked = relinkOwners(item, ({ kind, name }) =>
    kind === 'ConfigMap' && name === 'owner' ? uid : null,
  );
  const served = await post(control, relinked.item, false);
  assert.deepEqual(at(served, 'metadata', 'ownerReferences'), [
    { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid },
  ]);
  assert.deepEqual(relinked.dropped, [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'gone' }]);
});

test('a pod that a server has filled in comes back as it was written', async () => {
  const written = object('v1', 'Pod', 'served', { spec: { containers } });
  await control.request('POST', `/api/v1/namespaces/${OLD}/pods`, written);
  const served = await control.request('GET', `/api/v1/namespaces/${OLD}/pods/served`);
  await control.request('DELETE', `/api/v1/namespaces/${OLD}/pods/served?gracePeriodSeconds=0`);
  const fields = parseValue(Buffer.from(JSON.stringify(served)));
  assert(isFields(fields));
  const item = { project: OLD, type: 'pods', apiVersion: 'v1', kind: 'Pod', name: 'served', fields };
  const rewriting = rewrite(item, PLAIN, archiveIndex);
  assert(rewriting.kind === 'restored');
  const again = await post(control, rewriting.item, false);
  const comparable = (value: unknown) => {
    const { volumes: _, ...spec } = Object(at(value, 'spec'));
    return {
      ...spec,
      containers: listAt(spec, 'containers').map((each) => ({ ...Object(each), volumeMounts: null })),
    };
  };
  assert.deepEqual(comparable(again), comparable(served));
});
