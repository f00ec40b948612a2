import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Files, object, row, writeArchive } from '../comparison/archives.ts';
import { at, listAt, textAt } from '../support/kube-object.ts';
import { placesOf, type Rehearsed, rehearse, Volume } from './ground.ts';

const SHOP = { namespace: 'shop' };
const CRD = { apiVersion: 'apiextensions.k8s.io/v1' };
const OPEN = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

/** A definition of `example.com`; `versions` by name, each with its schema. */
function definition(
  plural: string,
  kind: string,
  versions: Record<string, object>,
  conversion?: object,
): string {
  const [last] = Object.keys(versions).slice(-1);
  return object('CustomResourceDefinition', `${plural}.example.com`, {
    ...CRD,
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural, singular: kind.toLowerCase(), kind, listKind: `${kind}List` },
      versions: Object.entries(versions).map(([name, schema]) => ({
        name,
        served: true,
        storage: name === last,
        schema: { openAPIV3Schema: schema },
      })),
      ...(conversion === undefined ? {} : { conversion }),
    },
  });
}

const WEBHOOK = {
  strategy: 'Webhook',
  webhook: { conversionReviewVersions: ['v1'], clientConfig: { url: 'https://127.0.0.1:1/convert' } },
};
const STRICT = {
  type: 'object',
  properties: { spec: { type: 'object', properties: { size: { type: 'integer', maximum: 3 } } } },
};
const RULE = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['*'] };
const HOOK = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  webhooks: [
    {
      name: 'all.example.com',
      admissionReviewVersions: ['v1'],
      sideEffects: 'None',
      failurePolicy: 'Fail',
      timeoutSeconds: 10,
      matchPolicy: 'Equivalent',
      namespaceSelector: {},
      objectSelector: {},
      clientConfig: { url: 'https://127.0.0.1:1/validate' },
      rules: [{ ...RULE, scope: '*' }],
    },
  ],
};
const VERSION_1 = { apiVersion: 'example.com/v1' };
const old = (apiVersion: string, kind: string, name: string, spec: object) =>
  object(kind, name, { apiVersion, spec }, SHOP);

const FILES: Files = {
  'namespaces.json': [object('Namespace', 'shop', {}, { labels: { 'kubernetes.io/metadata.name': 'shop' } })],
  'customresourcedefinitions.apiextensions.k8s.io.json': [
    definition('converted', 'Convert', { v2: OPEN, v1: { type: 'object' } }, WEBHOOK),
    definition('things', 'Thing', { v1: STRICT }),
  ],
  'validatingwebhookconfigurations.admissionregistration.k8s.io.json': [
    object('ValidatingWebhookConfiguration', 'all', HOOK),
  ],
  // They would take these groups away from the server.
  'apiservices.apiregistration.k8s.io.json': [
    object('APIService', 'v1.apps', {
      apiVersion: 'apiregistration.k8s.io/v1',
      spec: {
        group: 'apps',
        groupPriorityMinimum: 20000,
        version: 'v1',
        versionPriority: 100,
        insecureSkipTLSVerify: true,
        service: { name: 'none', namespace: 'shop', port: 443 },
      },
    }),
    object('APIService', 'v1.example.com', {
      apiVersion: 'apiregistration.k8s.io/v1',
      spec: {
        group: 'example.com',
        groupPriorityMinimum: 20000,
        version: 'v1',
        versionPriority: 100,
        insecureSkipTLSVerify: true,
        service: { name: 'none', namespace: 'shop', port: 443 },
      },
    }),
  ],
  'shop/configmaps.json': [
    object('ConfigMap', 'kube-root-ca.crt', { data: { 'ca.crt': 'x' } }, SHOP),
    object('ConfigMap', 'settings', { data: { mode: 'fast' } }, SHOP),
  ],
  'shop/resourcequotas.json': [
    object('ResourceQuota', 'none', { spec: { hard: { configmaps: '0', pods: '0' } } }, SHOP),
  ],
  'shop/secrets.json': [
    object('Secret', 'broken', { type: 'Opaque', data: { password: 'not base64: hunter2' } }, SHOP),
    object('Secret', 'db', { type: 'Opaque', data: { password: 'aHVudGVyMg==' } }, SHOP),
  ],
  'shop/converted.example.com.json': [
    object('Convert', 'one', { apiVersion: 'example.com/v2', spec: { onlyInTwo: 'kept' } }, SHOP),
  ],
  'shop/things.example.com.json': [
    object('Thing', 'good', { ...VERSION_1, spec: { size: 2 } }, SHOP),
    object('Thing', 'large', { ...VERSION_1, spec: { size: 4 } }, SHOP),
    object('Thing', 'pruned', { ...VERSION_1, spec: { size: 1, colour: 'red' } }, SHOP),
  ],
  'shop/routes.route.openshift.io.json': [
    object(
      'Route',
      'web',
      { apiVersion: 'route.openshift.io/v1', spec: { to: { kind: 'Service', name: 'web' } } },
      SHOP,
    ),
  ],
  'shop/widgets.acme.test.json': [object('Widget', 'one', { apiVersion: 'acme.test/v1', spec: {} }, SHOP)],
  'shop/cronjobs.batch.json': [
    old('batch/v1beta1', 'CronJob', 'nightly', {
      schedule: '0 1 * * *',
      concurrencyPolicy: 'Allow',
      suspend: false,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
      jobTemplate: {
        metadata: { creationTimestamp: null },
        spec: {
          template: {
            metadata: { creationTimestamp: null },
            spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'a' }] },
          },
        },
      },
    }),
  ],
  'shop/endpointslices.discovery.k8s.io.json': [
    object(
      'EndpointSlice',
      'by-hand',
      {
        apiVersion: 'discovery.k8s.io/v1beta1',
        addressType: 'IPv4',
        endpoints: [{ addresses: ['192.0.2.1'], topology: { zone: 'a' } }],
        ports: [],
      },
      SHOP,
    ),
  ],
  // Nobody backed up its Namespace.
  'orphan/configmaps.json': [object('ConfigMap', 'alone', { data: { a: 'b' } }, { namespace: 'orphan' })],
};
const VERSIONS: Readonly<Record<string, string>> = {
  'converted.example.com': 'example.com/v2',
  'cronjobs.batch': 'batch/v1beta1',
  'endpointslices.discovery.k8s.io': 'discovery.k8s.io/v1beta1',
};

let volume: Volume;
let run: Rehearsed;

before(async () => {
  volume = new Volume();
  const types = new Set(
    Object.keys(FILES).map((file) => (file.split('/').at(-1) ?? '').replace(/\.json$/, '')),
  );
  const resourceTypes = [...types].map((name) => row(name, { apiVersion: VERSIONS[name] ?? 'v1' }));
  writeArchive(volume.path, 'openshift-backup202611270015.zip', FILES, { resourceTypes });
  run = await rehearse(volume);
});

after(() => volume[Symbol.dispose]());

test('it ends with 3, since something was refused and something came back otherwise', () => {
  assert.equal(run.status, 3, run.stderr);
});

test('what the server takes and gives back is proven, also beside webhooks, quotas and APIs that nobody serves', () => {
  const objects = Object.values(FILES).flat().length;
  assert.equal(at(run.result, 'objects'), objects);
  const counts = ['differs', 'refused', 'notRehearsed'].map((key) => Number(at(run.result, 'counts', key)));
  assert.deepEqual(counts, [1, 3, 3]);
  assert.equal(at(run.result, 'proven'), objects - 7);
});

test('what the server drops is a difference, with its path', () => {
  const [pruned] = listAt(run.result, 'differs');
  assert.deepEqual(placesOf(run.result, 'differs'), ['shop/things.example.com/pruned']);
  assert.deepEqual(at(pruned ?? {}, 'paths'), ['spec.colour']);
});

test('what the server refuses is told in its words, but for what is secret', () => {
  assert.deepEqual(placesOf(run.result, 'refused'), [
    'shop/endpointslices.discovery.k8s.io/by-hand',
    'shop/secrets/broken',
    'shop/things.example.com/large',
  ]);
  const large = listAt(run.result, 'refused').find((each) => textAt(each, 'name') === 'large') ?? {};
  assert.match(textAt(large, 'reason'), /422 Invalid: .*spec\.size/);
  assert.doesNotMatch(run.stdout + run.stderr, /hunter2|aHVudGVyMg/);
});

test('refused types have a row with the version of the archive and the one that replaces it', () => {
  const rows = listAt(run.result, 'refusedTypes').map((each) =>
    ['type', 'apiVersion', 'replacedBy'].map((key) => at(each, key)).concat(at(each, 'objects')),
  );
  assert.deepEqual(
    rows.find(([type]) => type === 'endpointslices.discovery.k8s.io'),
    ['endpointslices.discovery.k8s.io', 'discovery.k8s.io/v1beta1', 'discovery.k8s.io/v1', 1],
  );
});

test('what cannot be rehearsed has a type and a reason', () => {
  const rows = listAt(run.result, 'notRehearsed').map((each) => [
    textAt(each, 'type'),
    textAt(each, 'reason'),
  ]);
  assert.deepEqual(
    rows.map(([type]) => type),
    ['configmaps', 'routes.route.openshift.io', 'widgets.acme.test'],
  );
  const [ca, route, widget] = rows.map(([, reason]) => reason ?? '');
  assert.match(ca ?? '', /CA of the cluster/);
  assert.match(route ?? '', /aggregated API of OpenShift/);
  assert.match(widget ?? '', /archive does not define this type/);
});

test('what the restore changes on purpose is told, and is no difference', () => {
  const rules = listAt(run.result, 'rewritten').map(
    (each) => `${textAt(each, 'type')} ${textAt(each, 'rule')}`,
  );
  assert.deepEqual(rules.sort(), [
    'cronjobs.batch api-version',
    'customresourcedefinitions.apiextensions.k8s.io definition-conversion',
    'things.example.com server-warning',
  ]);
});

test('notes say what a rehearsal cannot show', () => {
  const notes = listAt(run.result, 'notes').join('\n');
  assert.match(notes, /no Namespace of 1 project/);
  assert.match(notes, /1 webhook configuration: stored and compared, but not called/);
  assert.match(notes, /2 APIServices: /);
  assert.match(notes, /1 ResourceQuota: /);
});
