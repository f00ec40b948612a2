import assert from 'node:assert/strict';
import { test } from 'node:test';
import { skipOf } from '../../src/restore-rules/rewrite.ts';
import { NO_OVERRIDES } from '../../src/restore-rules/rule.ts';
import { item } from './items.ts';

const options = {
  mapping: new Map<string, string>(),
  overrides: NO_OVERRIDES,
  replacements: [],
  preserveNodePorts: false,
  suspend: false,
  rebindStorageClasses: [],
};

test('what the API server publishes of itself is not overwritten with that of another cluster', () => {
  const rule = (project: string, name: string) =>
    skipOf(item('configmaps', project, name, { data: { 'client-ca-file': 'old' } }), options)?.rule ?? null;
  assert.equal(rule('kube-system', 'extension-apiserver-authentication'), 'ca-bundle');
  assert.equal(rule('kube-public', 'cluster-info'), 'ca-bundle');
  assert.equal(rule('shop', 'extension-apiserver-authentication'), null);
  assert.equal(rule('kube-system', 'coredns'), null);
});

test('the CA that is published in every project comes back where somebody added labels or annotations', () => {
  const rule = (metadata: object) =>
    skipOf(item('configmaps', 'shop', 'kube-root-ca.crt', { metadata }), options)?.rule ?? null;
  assert.equal(rule({}), 'ca-bundle');
  assert.equal(rule({ annotations: { 'kubernetes.io/description': 'Contains a CA bundle' } }), 'ca-bundle');
  assert.equal(rule({ labels: { team: 'shop' } }), null);
  assert.equal(rule({ annotations: { team: 'shop' } }), null);
});
