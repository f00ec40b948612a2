import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maskedSecret } from '../../src/output/mask.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

function secret(more: object) {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' }, ...more };
}

test('masks the values and leaves the keys', () => {
  const masked = maskedSecret(
    secret({ data: { a: 'eA==', __b: '' }, stringData: { c: 'x' }, type: 'Opaque' }),
  );
  assert.deepEqual(
    masked,
    secret({ data: { a: '***', __b: '***' }, stringData: { c: '***' }, type: 'Opaque' }),
  );
});

test('masks the copies in annotations', () => {
  const applied = JSON.stringify(secret({ data: { a: 'eA==' }, stringData: { b: 'x' } }));
  const annotations = { [LAST_APPLIED]: applied, 'openshift.io/token-secret.value': 'token', note: 'mine' };
  const masked = maskedSecret(secret({ metadata: { name: 'a', annotations } }));
  const expected = JSON.stringify(secret({ data: { a: '***' }, stringData: { b: '***' } }));
  assert.deepEqual(
    masked,
    secret({
      metadata: {
        name: 'a',
        annotations: { [LAST_APPLIED]: expected, 'openshift.io/token-secret.value': '***', note: 'mine' },
      },
    }),
  );
});

test('masks the whole where the form is not known', () => {
  const odd = secret({
    data: ['x'],
    stringData: null,
    metadata: { annotations: { [LAST_APPLIED]: '{"data":{"a":"x' } },
  });
  const annotations = { [LAST_APPLIED]: '***' };
  assert.deepEqual(maskedSecret(odd), secret({ data: '***', stringData: null, metadata: { annotations } }));
});

test('a key called __proto__ is a key like any other', () => {
  const masked = maskedSecret(JSON.parse('{"apiVersion":"v1","kind":"Secret","data":{"__proto__":"eA=="}}'));
  assert.equal(JSON.stringify(masked), '{"apiVersion":"v1","kind":"Secret","data":{"__proto__":"***"}}');
});

test('other objects are no Secrets', () => {
  for (const other of [
    null,
    [],
    'x',
    { apiVersion: 'v1', kind: 'ConfigMap' },
    { apiVersion: 'x/v1', kind: 'Secret' },
  ]) {
    assert.equal(maskedSecret(other), null);
  }
});
