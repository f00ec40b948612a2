import { definition } from './definition.ts';
import type { JsonObject, KubeObject } from './kube-object.ts';
import { fakePem, noise } from './sample/object.ts';

/** Projects in which nothing happens but what happens everywhere. */
export const CREWS: readonly string[] = Array.from(
  { length: 40 },
  (_, at) => `crew-${String(at).padStart(2, '0')}`,
);

/** The types of operators that occur in the two nights; their objects may have any fields. */
export function operatorDefinitions(): KubeObject[] {
  return [
    standIn('clusterserviceversions.operators.coreos.com', 'ClusterServiceVersion'),
    standIn('installplans.operators.coreos.com', 'InstallPlan'),
    standIn('certificaterequests.cert-manager.io', 'CertificateRequest'),
    standIn('ciliumendpoints.cilium.io', 'CiliumEndpoint'),
    standIn('policyreports.wgpolicyk8s.io', 'PolicyReport'),
    standIn('taskruns.tekton.dev', 'TaskRun'),
    standIn('oauthaccesstokens.oauth.openshift.io', 'OAuthAccessToken', 'Cluster'),
    standIn('rangeallocations.security.internal.openshift.io', 'RangeAllocation', 'Cluster'),
  ];
}

function standIn(name: string, kind: string, scope: 'Namespaced' | 'Cluster' = 'Namespaced'): KubeObject {
  const annotations = { 'api-approved.kubernetes.io': 'unapproved, a stand-in' };
  return definition(name, kind, { scope, annotations });
}

/**
 * A cluster on two nights. Three things were changed by somebody: the memory of `billing`,
 * the password that an ExternalSecret fetches, and the image of a Deployment that an operator
 * owns. All else moves by itself.
 */
export function night(which: 1 | 2): KubeObject[] {
  return [
    ...[...CREWS, 'live', 'infra'].map((name) => object('v1', 'Namespace', name)),
    ...CREWS.flatMap((project) => everywhere(which, project)),
    ...byThemselves(which),
    ...somebodys(which),
  ];
}

function everywhere(which: 1 | 2, project: string): KubeObject[] {
  const bundle = (name: string) =>
    fakePem('CERTIFICATE', name, 700) + (which === 1 ? '' : fakePem('CERTIFICATE', `${name}-2`, 700));
  const version = `2.${which}.0`;
  return [
    object(
      'v1',
      'ConfigMap',
      'kube-root-ca.crt',
      { data: { 'ca.crt': bundle('root') } },
      { namespace: project },
    ),
    object(
      'v1',
      'ConfigMap',
      'openshift-service-ca.crt',
      { data: { 'service-ca.crt': bundle('service') } },
      {
        namespace: project,
        annotations: { 'service.beta.openshift.io/inject-cabundle': 'true' },
      },
    ),
    ...['builder', 'default', 'deployer'].map((account) =>
      object(
        'v1',
        'Secret',
        `${account}-dockercfg-m4qz8`,
        {
          type: 'kubernetes.io/dockercfg',
          data: {
            '.dockercfg': Buffer.from(
              JSON.stringify({ registry: { auth: hash(`${project}${account}${which}`) } }),
            ).toString('base64'),
          },
        },
        {
          namespace: project,
          annotations: { 'openshift.io/internal-registry-auth-token.service-account': account },
        },
      ),
    ),
    object(
      'operators.coreos.com/v1',
      'ClusterServiceVersion',
      `mesh-operator.v${version}`,
      { spec: { version } },
      {
        namespace: project,
        labels: { 'olm.copiedFrom': 'openshift-operators' },
      },
    ),
    object(
      'v1',
      'Endpoints',
      'front',
      {
        subsets: [
          {
            addresses: [
              {
                ip: `10.129.${which}.${2 + CREWS.indexOf(project)}`,
                targetRef: { kind: 'Pod', name: `front-${hash(project + which)}`, namespace: project },
              },
            ],
            ports: [{ port: 8080 }],
          },
        ],
      },
      { namespace: project },
    ),
  ];
}

function byThemselves(which: 1 | 2): KubeObject[] {
  const infra = { namespace: 'infra' };
  const few = Array.from({ length: 6 }, (_, at) => hash(`${which}/${at}`));
  const revision = (number: number, status: string) =>
    object(
      'v1',
      'Secret',
      `sh.helm.release.v1.cache.v${number}`,
      { type: 'helm.sh/release.v1', data: { release: hash(`${number}${status}`) } },
      {
        ...infra,
        labels: { owner: 'helm', name: 'cache', status, version: String(number) },
      },
    );
  return [
    ...few.flatMap((name) => [
      object('cilium.io/v1', 'CiliumEndpoint', `front-${name}`, {}, infra),
      object('tekton.dev/v1', 'TaskRun', `build-${name}`, {}, infra),
      object('cert-manager.io/v1', 'CertificateRequest', `edge-${name}`, { spec: { request: name } }, infra),
      object(
        'operators.coreos.com/v1',
        'InstallPlan',
        `install-${name}`,
        { spec: { approved: true } },
        infra,
      ),
      object('oauth.openshift.io/v1', 'OAuthAccessToken', `sha256-${name}`, { userName: 'erin' }),
    ]),
    object('wgpolicyk8s.io/v1', 'PolicyReport', 'scan', { results: [{ timestamp: which }] }, infra),
    object('security.internal.openshift.io/v1', 'RangeAllocation', 'scc-uid', {
      data: hash(`range${which}`),
    }),
    object(
      'v1',
      'ConfigMap',
      'cluster-autoscaler-status',
      { data: { status: `time: ${which}` } },
      {
        ...infra,
        annotations: { 'cluster-autoscaler.kubernetes.io/last-updated': String(which) },
      },
    ),
    object(
      'v1',
      'ConfigMap',
      'ingress-controller-leader',
      {},
      {
        ...infra,
        annotations: { 'control-plane.alpha.kubernetes.io/leader': `{"renewTime":"${which}"}` },
      },
    ),
    object('admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration', 'guard', {
      webhooks: [
        {
          name: 'guard.example.com',
          clientConfig: {
            service: { name: 'guard', namespace: 'infra' },
            caBundle: Buffer.from(fakePem('CERTIFICATE', `hook${which}`, 300)).toString('base64'),
          },
          rules: [
            {
              apiGroups: ['example.com'],
              apiVersions: ['v1'],
              operations: ['CREATE'],
              resources: ['nothings'],
            },
          ],
          sideEffects: 'None',
          admissionReviewVersions: ['v1'],
          failurePolicy: 'Ignore',
        },
      ],
    }),
    deployment('infra', 'worker', 'worker:1', which === 1 ? 4 : 9),
    object(
      'autoscaling/v2',
      'HorizontalPodAutoscaler',
      'worker',
      {
        spec: {
          scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'worker' },
          minReplicas: 2,
          maxReplicas: 12,
        },
      },
      infra,
    ),
    ...(which === 1
      ? [revision(1, 'superseded'), revision(2, 'deployed')]
      : [revision(2, 'superseded'), revision(3, 'deployed')]),
  ];
}

function somebodys(which: 1 | 2): KubeObject[] {
  const billing = deployment('live', 'billing', 'billing:7', 2, which === 1 ? '512Mi' : '64Mi');
  const console = deployment(
    'live',
    'console',
    `console:${which}`,
    1,
    '64Mi',
    owned('console.example.com/v1', 'Console'),
  );
  return [
    billing,
    console,
    object(
      'v1',
      'Secret',
      'ledger',
      { data: { password: hash(`ledger${which}`) } },
      {
        namespace: 'live',
        ...owned('external-secrets.io/v1', 'ExternalSecret'),
        annotations: { 'reconcile.external-secrets.io/data-hash': hash(`data${which}`) },
      },
    ),
  ];
}

function deployment(
  namespace: string,
  name: string,
  image: string,
  replicas: number,
  memory = '64Mi',
  metadata: JsonObject = {},
): KubeObject {
  const labels = { app: name };
  const containers = [{ name, image: `registry.example.com/${image}`, resources: { limits: { memory } } }];
  const template = { metadata: { labels }, spec: { containers } };
  return object(
    'apps/v1',
    'Deployment',
    name,
    { spec: { replicas, selector: { matchLabels: labels }, template } },
    { namespace, ...metadata },
  );
}

function owned(apiVersion: string, kind: string): JsonObject {
  return {
    ownerReferences: [
      { apiVersion, kind, name: 'any', uid: '6b1c2f9e-0000-4000-8000-000000000000', controller: true },
    ],
  };
}

function object(
  apiVersion: string,
  kind: string,
  name: string,
  rest: JsonObject = {},
  metadata: JsonObject = {},
): KubeObject {
  return { apiVersion, kind, metadata: { name, ...metadata }, ...rest };
}

function hash(seed: string): string {
  return noise(seed, 6).toString('hex');
}
