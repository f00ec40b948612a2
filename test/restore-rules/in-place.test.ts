import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pathText } from '../../src/changes/path.ts';
import { inPlace } from '../../src/restore-rules/in-place.ts';
import { object } from '../restore/rule-objects.ts';
import { itemOf, PLAIN } from '../restore/rule-server.ts';
import type { JsonObject } from '../support/kube-object.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const LEADER = 'control-plane.alpha.kubernetes.io/leader';
const INJECTED = { annotations: { 'cert-manager.io/inject-ca-from': 'shop/ca' } };

type Parts = readonly [content: JsonObject, metadata: { readonly annotations?: Record<string, string> }];

interface Example {
  readonly what: string;
  readonly type: string;
  readonly kind: readonly [apiVersion: string, kind: string];
  readonly archived: Parts;
  readonly live: Parts;
  /** What differs; empty where the object counts as unchanged. */
  readonly paths: readonly string[];
}

const ISSUED = { annotations: { 'cert-manager.io/certificate-name': 'web' } };
const tls = (data: string): Parts => [
  { type: 'kubernetes.io/tls', data: { 'tls.crt': data, 'tls.key': data } },
  ISSUED,
];
const webhook = (caBundle: string): JsonObject => ({
  webhooks: [{ name: 'a.example.com', clientConfig: { caBundle } }],
});
const WEBHOOK = ['admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration'] as const;
const WEBHOOKS = 'validatingwebhookconfigurations.admissionregistration.k8s.io';

const EXAMPLES: readonly Example[] = [
  {
    what: 'a certificate that was renewed since',
    type: 'secrets',
    kind: ['v1', 'Secret'],
    archived: tls('b2xk'),
    live: tls('bmV3'),
    paths: ['data["tls.crt"]', 'data["tls.key"]'],
  },
  {
    what: 'what kubectl applied last',
    type: 'configmaps',
    kind: ['v1', 'ConfigMap'],
    archived: [{}, { annotations: { [LAST_APPLIED]: '{"data":{"a":"1"}}' } }],
    live: [{}, { annotations: { [LAST_APPLIED]: '{"data":{"a":"2"}}' } }],
    paths: [`metadata.annotations["${LAST_APPLIED}"].data.a`],
  },
  {
    what: 'the CA bundle of a webhook that nothing injects',
    type: WEBHOOKS,
    kind: WEBHOOK,
    archived: [webhook('b2xk'), {}],
    live: [webhook('bmV3'), {}],
    paths: ['webhooks[name=a.example.com].clientConfig.caBundle'],
  },
  {
    what: 'an injected CA bundle',
    type: WEBHOOKS,
    kind: WEBHOOK,
    archived: [webhook('b2xk'), INJECTED],
    live: [webhook('bmV3'), INJECTED],
    paths: [],
  },
  {
    what: 'the count of rollouts',
    type: 'deployments.apps',
    kind: ['apps/v1', 'Deployment'],
    archived: [{}, { annotations: { 'deployment.kubernetes.io/revision': '7' } }],
    live: [{}, { annotations: { 'deployment.kubernetes.io/revision': '1' } }],
    paths: [],
  },
  {
    what: 'the record of a leader election',
    type: 'endpoints',
    kind: ['v1', 'Endpoints'],
    archived: [{}, { annotations: { [LEADER]: '{"leaderTransitions":1}' } }],
    live: [{}, { annotations: { [LEADER]: '{"leaderTransitions":2}' } }],
    paths: [],
  },
];

for (const { what, type, kind, archived, live, paths } of EXAMPLES) {
  test(`${what} ${paths.length === 0 ? 'is no difference' : 'is a difference'} to a restore`, () => {
    const [before, after] = [live, archived].map(([content, metadata]) =>
      object(kind[0], kind[1], 'web', content, metadata),
    );
    assert.ok(before !== undefined && after !== undefined);
    const { changes } = inPlace(itemOf(type, after), itemOf(type, before).fields, PLAIN);
    assert.deepEqual(
      changes.map(({ path }) => pathText(path)),
      paths,
    );
  });
}
