import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isList, Raw } from '../../src/json/value.ts';
import { EMPTY_INDEX } from '../../src/restore-rules/archive-index.ts';
import { listAt, valueAt } from '../../src/restore-rules/edit.ts';
import { ownsAnyOf } from '../../src/restore-rules/managed-fields.ts';
import { rewrite } from '../../src/restore-rules/rewrite.ts';
import { object } from '../restore/rule-objects.ts';
import { itemOf, PLAIN } from '../restore/rule-server.ts';

const service = (managedFields: readonly object[]) => {
  const spec = {
    type: 'NodePort',
    ports: [
      { port: 80, protocol: 'TCP', nodePort: 30080 },
      { port: 81, protocol: 'TCP', nodePort: 30081 },
    ],
  };
  const item = itemOf('services', object('v1', 'Service', 'web', { spec }));
  const { fields } = itemOf('services', object('v1', 'Service', 'web', { managedFields }));
  const list = fields.get('managedFields');
  return { ...item, managedFields: isList(list) ? list : [] };
};
const entry = (ports: object, subresource?: string) => ({
  manager: 'gitops',
  operation: 'Apply',
  ...(subresource === undefined ? {} : { subresource }),
  fieldsV1: { 'f:spec': { 'f:ports': ports } },
});
const OWNED = { 'k:{"port":80,"protocol":"TCP"}': { '.': {}, 'f:port': {}, 'f:nodePort': {} } };
const OTHER = { 'k:{"port":80,"protocol":"TCP"}': { '.': {}, 'f:port': {} } };

for (const [what, managedFields, kept, mapping] of [
  ['that a manager asked for is kept', [entry(OWNED)], ['30080', undefined], {}],
  ['that nobody asked for is not', [entry(OTHER)], [undefined, undefined], {}],
  ['of which a status tells is not', [entry(OWNED, 'status')], [undefined, undefined], {}],
  ['is not kept in a copy, beside the first', [entry(OWNED)], [undefined, undefined], { old: 'copy' }],
] as const)
  test(`a node port ${what}`, () => {
    const item = service(managedFields);
    const names = new Map(Object.values(mapping).map((to) => [item.project ?? '', to]));
    const rewritten = rewrite(item, { ...PLAIN, mapping: names }, EMPTY_INDEX);
    assert.ok(rewritten.kind === 'restored');
    const ports = listAt(rewritten.item.fields, 'spec', 'ports').map((port) => valueAt(port, 'nodePort'));
    assert.deepEqual(
      ports.map((port) => (port instanceof Raw ? port.json : undefined)),
      kept,
    );
  });

test('a manager that owns nothing of what an object has does not count', () => {
  const { fields } = itemOf(
    'deployments.apps',
    object('apps/v1', 'Deployment', 'web', {
      metadata: { name: 'web', namespace: 'shop', annotations: { a: 'b' } },
      spec: { replicas: 2, template: { spec: { containers: [{ name: 'web' }] } } },
    }),
  );
  const owns = (fieldsV1: object) => {
    const { fields: entry } = itemOf(
      'deployments.apps',
      object('apps/v1', 'Deployment', 'web', { fieldsV1 }),
    );
    return ownsAnyOf(entry, fields);
  };
  const annotation = (name: string) => ({
    'f:metadata': { 'f:annotations': { '.': {}, [`f:${name}`]: {} } },
  });
  assert.equal(owns(annotation('deployment.kubernetes.io/revision')), false);
  assert.equal(owns({ 'f:spec': { 'f:paused': {} } }), false);
  assert.equal(owns(annotation('a')), true);
  assert.equal(owns({ 'f:spec': { 'f:replicas': {} } }), true);
  const containers = { 'k:{"name":"web"}': { '.': {}, 'f:image': {} } };
  assert.equal(owns({ 'f:spec': { 'f:template': { 'f:spec': { 'f:containers': containers } } } }), true);
});
