import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Files, object, row, writeArchive } from '../comparison/archives.ts';
import { at, listAt, textAt } from '../support/kube-object.ts';
import { placesOf, type Rehearsed, rehearse, Volume } from './ground.ts';

// An archive of an old cluster, rehearsed in an API server that no longer serves its APIs: before an upgrade, a newer
// --assets gives the same report.

const SHOP = { namespace: 'shop' };
const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
const ANY = { rule: 'RunAsAny' };

interface OldType {
  readonly apiVersion: string;
  readonly items: readonly string[];
}

const namespaced = (apiVersion: string, kind: string, name: string, spec: object): OldType => ({
  apiVersion,
  items: [object(kind, name, { apiVersion, spec }, SHOP)],
});
const clusterScoped = (apiVersion: string, kind: string, name: string, spec: object): OldType => ({
  apiVersion,
  items: [object(kind, name, { apiVersion, spec })],
});

const TYPES: Readonly<Record<string, OldType>> = {
  // Not served, and nothing replaces them.
  'podsecuritypolicies.policy': clusterScoped('policy/v1beta1', 'PodSecurityPolicy', 'restricted', {
    seLinux: ANY,
    runAsUser: ANY,
    supplementalGroups: ANY,
    fsGroup: ANY,
  }),
  // Not served; another group replaces them.
  'shop/ingresses.extensions': namespaced('extensions/v1beta1', 'Ingress', 'web', {
    backend: { serviceName: 'web', servicePort: 80 },
  }),
  // Served in a version whose form is another one.
  'shop/horizontalpodautoscalers.autoscaling': namespaced(
    'autoscaling/v2beta1',
    'HorizontalPodAutoscaler',
    'web',
    {
      maxReplicas: 3,
      scaleTargetRef: target,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', targetAverageUtilization: 80 } }],
    },
  ),
  // Served in a version of the same form.
  'flowschemas.flowcontrol.apiserver.k8s.io': clusterScoped(
    'flowcontrol.apiserver.k8s.io/v1beta3',
    'FlowSchema',
    'backups',
    {
      priorityLevelConfiguration: { name: 'workload-low' },
      matchingPrecedence: 500,
      distinguisherMethod: { type: 'ByUser' },
    },
  ),
  // Served in the archived version, but the values are no longer valid.
  'shop/services': namespaced('v1', 'Service', 'web', {
    ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
    selector: { app: 'web' },
    type: 'ClusterIP',
    sessionAffinity: 'Sticky',
  }),
};

let volume: Volume;
let run: Rehearsed;

before(async () => {
  volume = new Volume();
  const files: Files = {
    'namespaces.json': [
      object('Namespace', 'shop', {}, { labels: { 'kubernetes.io/metadata.name': 'shop' } }),
    ],
    ...Object.fromEntries(Object.entries(TYPES).map(([name, { items }]) => [`${name}.json`, items])),
  };
  const resourceTypes = [
    row('namespaces'),
    ...Object.entries(TYPES).map(([name, { apiVersion }]) =>
      row(name.split('/').at(-1) ?? '', { apiVersion }),
    ),
  ];
  writeArchive(volume.path, 'openshift-backup202611270015.zip', files, { resourceTypes });
  run = await rehearse(volume);
});

after(() => volume[Symbol.dispose]());

test('what an upgrade would refuse ends with 3, and is named object by object', () => {
  assert.equal(run.status, 3, run.stderr);
  assert.deepEqual(
    placesOf(run.result, 'refused'),
    [
      'shop/horizontalpodautoscalers.autoscaling/web',
      'shop/ingresses.extensions/web',
      'shop/services/web',
      '_cluster/podsecuritypolicies.policy/restricted',
    ].sort(),
  );
});

test('each type has a row: its archived version, the version that replaces it, and what the server says', () => {
  const rows = new Map(listAt(run.result, 'refusedTypes').map((each) => [textAt(each, 'type'), each]));
  const facts = [...rows]
    .map(([type, each]) => [type, at(each, 'apiVersion'), at(each, 'replacedBy')])
    .sort();
  assert.deepEqual(facts, [
    ['horizontalpodautoscalers.autoscaling', 'autoscaling/v2beta1', 'autoscaling/v2'],
    ['ingresses.extensions', 'extensions/v1beta1', 'networking.k8s.io/v1'],
    ['podsecuritypolicies.policy', 'policy/v1beta1', null],
    ['services', 'v1', null],
  ]);
  const reasonOf = (type: string) => textAt(rows.get(type), 'reason');
  assert.match(reasonOf('services'), /422 Invalid: .*spec\.sessionAffinity: Unsupported value: "Sticky"/);
  assert.match(reasonOf('podsecuritypolicies.policy'), /does not serve .* removed in Kubernetes 1\.25/);
  assert.match(
    reasonOf('horizontalpodautoscalers.autoscaling'),
    /does not serve horizontalpodautoscalers\.autoscaling in version autoscaling\/v2beta1/,
  );
});

test('what the restore converts without loss is proven, and the report names both versions', () => {
  assert.equal(at(run.result, 'proven'), 2);
  const [converted] = listAt(run.result, 'rewritten').filter(
    (each) => textAt(each, 'rule') === 'api-version',
  );
  assert.equal(textAt(converted, 'type'), 'flowschemas.flowcontrol.apiserver.k8s.io');
  assert.match(
    textAt(converted, 'text'),
    /^flowcontrol\.apiserver\.k8s\.io\/v1beta3 → flowcontrol\.apiserver\.k8s\.io\/v1:/,
  );
});
