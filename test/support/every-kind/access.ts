import type { KubeObject } from '../kube-object.ts';
import { clusterObject } from '../sample/object.ts';
import { GROUP, object, PROJECT } from './project.ts';

/** A PKCS #10 request for O=fleet, CN=engine, which a server reads. */
const REQUEST =
  'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIY01JR0RBZ0VBTUNFeERqQU1CZ05WQkFvTUJXWnNaV1YwTVE4d0RRWURWUVFEREFabGJtZHBibVV3V1RBVApCZ2NxaGtqT1BRSUJCZ2dxaGtqT1BRTUJCd05DQUFRa2Rwc0k0Tk9hLzJmK3ZGcXdyeFpvVGpjRnY3UWozZjcrCkRzZmppZSthbk4vUmltY0dKNFBiU3NzdGJzMDRQTDA1K0lWV3piNVV0OUtMRmwyRGJKazhvQUF3Q2dZSUtvWkkKemowRUF3SURTQUF3UlFJZ05zVmVMSkRkSFg5NDdTajdLL1ZNQnJrU3lWMmpqS3Q3UGJpS1k1NlAyaUVDSVFDUQpBaS9aTXBUZXliMEdnWWhNZXZ3Q0NOaFluQzI3YWc2UjBFcUc3bnRVM2c9PQotLS0tLUVORCBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0K';
/** A public key, and this pod's uid signed with the other half of it. */
const POD = '6d3f9e0c-1111-4222-8333-444455556666';
const KEY =
  'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEJHabCODTmv9n/rxasK8WaE43Bb+0I93+/g7H44nvmpzf0YpnBieD20rLLW7NODy9OfiFVs2+VLfSixZdg2yZPA==';
const PROOF =
  'MEUCIQCamxfvayIBJYnhZ6LkEmWJvwt8at8DBd/tSbULcEY6jQIgYnM8BLdwqAWxozmo/WW2w9ZHMoIhcsgbhtl2i89DAzw=';
const robot = { kind: 'ServiceAccount', name: 'robot', namespace: PROJECT };
const people = { kind: 'Group', apiGroup: GROUP, name: 'people' };
const rules = [{ apiGroups: ['fleet.example.com'], resources: ['engines'], verbs: ['get', 'list'] }];

/** Roles of both scopes and their bindings, an aggregated one, and requests for certificates. */
export const access: readonly KubeObject[] = [
  clusterObject(
    `${GROUP}/v1`,
    'ClusterRole',
    'engines-view',
    { rules },
    { labels: { 'example.com/view': 'true' } },
  ),
  // Of such names there is little that a server refuses.
  clusterObject(`${GROUP}/v1`, 'ClusterRole', 'Team Ä: view ✓ #1?', { rules }),
  clusterObject(`${GROUP}/v1`, 'ClusterRole', 'metrics', {
    rules: [{ nonResourceURLs: ['/metrics'], verbs: ['get'] }],
  }),
  clusterObject(`${GROUP}/v1`, 'ClusterRole', 'viewers', {
    aggregationRule: { clusterRoleSelectors: [{ matchLabels: { 'example.com/view': 'true' } }] },
    rules,
  }),
  clusterObject(`${GROUP}/v1`, 'ClusterRoleBinding', 'viewers', {
    roleRef: { apiGroup: GROUP, kind: 'ClusterRole', name: 'viewers' },
    subjects: [robot, people],
  }),
  object(`${GROUP}/v1`, 'Role', 'engines', { rules }),
  object(`${GROUP}/v1`, 'RoleBinding', 'engines', {
    roleRef: { apiGroup: GROUP, kind: 'Role', name: 'engines' },
    subjects: [robot],
  }),
  object(`${GROUP}/v1`, 'RoleBinding', 'nobody', {
    roleRef: { apiGroup: GROUP, kind: 'ClusterRole', name: 'not-there' },
  }),
  clusterObject('certificates.k8s.io/v1', 'CertificateSigningRequest', 'engine', {
    spec: { request: REQUEST, signerName: 'example.com/fleet', usages: ['client auth'] },
  }),
  object('certificates.k8s.io/v1beta1', 'PodCertificateRequest', 'alone', {
    spec: {
      signerName: 'example.com/fleet',
      podName: 'alone',
      podUID: POD,
      serviceAccountName: 'default',
      serviceAccountUID: POD,
      nodeName: 'worker-2',
      nodeUID: POD,
      pkixPublicKey: KEY,
      proofOfPossession: PROOF,
    },
  }),
];

/** What needs a CA of the control plane. */
export function trust(caPem: string): readonly KubeObject[] {
  return [
    clusterObject('certificates.k8s.io/v1beta1', 'ClusterTrustBundle', 'fleet', {
      spec: { trustBundle: caPem },
    }),
  ];
}
