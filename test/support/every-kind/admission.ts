import type { JsonObject, KubeObject } from '../kube-object.ts';
import { clusterObject } from '../sample/object.ts';
import { PROJECT } from './project.ts';

const API = 'admissionregistration.k8s.io/v1';
const resources = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] };
const watchedBy = (watched: string) => ({ matchLabels: { watched } });
const policy = {
  matchConstraints: { resourceRules: [resources], objectSelector: watchedBy('policy') },
  failurePolicy: 'Fail',
};

/** What speaks in the creation of others: what it refuses or changes are ConfigMaps with the label `watched`. */
export function admission(caPem: string): readonly KubeObject[] {
  return [
    webhooks('ValidatingWebhookConfiguration', 'strict', caPem, {
      failurePolicy: 'Fail',
      objectSelector: watchedBy('webhook'),
    }),
    webhooks('ValidatingWebhookConfiguration', 'lenient', caPem, { failurePolicy: 'Ignore' }),
    webhooks('MutatingWebhookConfiguration', 'marking', caPem, {
      failurePolicy: 'Ignore',
      reinvocationPolicy: 'IfNeeded',
      matchConditions: [{ name: 'never', expression: 'false' }],
    }),
    clusterObject(API, 'ValidatingAdmissionPolicy', 'no-more', {
      spec: { ...policy, validations: [{ expression: 'false', message: 'no more of these' }] },
    }),
    clusterObject(API, 'ValidatingAdmissionPolicyBinding', 'no-more', {
      spec: { policyName: 'no-more', validationActions: ['Deny'] },
    }),
    clusterObject(API, 'MutatingAdmissionPolicy', 'mark', {
      spec: {
        ...policy,
        reinvocationPolicy: 'Never',
        mutations: [
          {
            patchType: 'ApplyConfiguration',
            applyConfiguration: {
              expression: 'Object{metadata: Object.metadata{labels: {"marked": "yes"}}}',
            },
          },
        ],
      },
    }),
    clusterObject(API, 'MutatingAdmissionPolicyBinding', 'mark', { spec: { policyName: 'mark' } }),
    clusterObject('apiregistration.k8s.io/v1', 'APIService', 'v1.weather.example.com', {
      spec: {
        group: 'weather.example.com',
        version: 'v1',
        groupPriorityMinimum: 1000,
        versionPriority: 15,
        caBundle: Buffer.from(caPem).toString('base64'),
        service: { namespace: PROJECT, name: 'elsewhere', port: 80 },
      },
    }),
  ];
}

function webhooks(kind: string, name: string, caPem: string, how: JsonObject): KubeObject {
  const service = { namespace: PROJECT, name: 'elsewhere', path: '/', port: 80 };
  const webhook = {
    name: `${name}.example.com`,
    clientConfig: { service, caBundle: Buffer.from(caPem).toString('base64') },
    rules: [resources],
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': PROJECT } },
    admissionReviewVersions: ['v1'],
    sideEffects: 'None',
    timeoutSeconds: 1,
    ...how,
  };
  return clusterObject(API, kind, name, { webhooks: [webhook] });
}
