import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '../../src/cluster/api-error.ts';
import { failureText } from '../../src/restore/server-messages.ts';
import { item } from '../restore-rules/items.ts';

const ROUTES = 'routes.route.openshift.io';
const HINT =
  /a Route with a chosen host or a certificate needs the permission to create routes\/custom-host$/;

/** The answer of OpenShift's API server to a Route. */
function refusal(message: string): ApiError {
  const body = JSON.stringify({ kind: 'Status', reason: 'Invalid', message });
  return new ApiError('POST', '/apis/route.openshift.io/v1/namespaces/shop/routes', 422, body, null);
}
const invalid = (field: string) =>
  refusal(
    `Route.route.openshift.io "web" is invalid: ${field}: Forbidden: you do not have permission to set the field of the route`,
  );
const route = (spec: object) => item(ROUTES, 'shop', 'web', { spec });

for (const field of ['spec.host', 'spec.subdomain', 'spec.tls'])
  test(`a Route whose ${field} is refused says which permission is missing`, () => {
    const text = failureText(invalid(field), route({ host: 'web.example.com' }));
    assert.match(text, HINT);
    assert(text.includes(`${field}: Forbidden`), text);
  });

test('so does a Route with a private key, of which nothing else is shown', () => {
  const text = failureText(invalid('spec.tls'), route({ tls: { key: '-----BEGIN PRIVATE KEY-----' } }));
  assert.match(text, HINT);
  assert.match(text, /^422 Invalid; the message of the server is not shown/);
});

test('other refusals and other types have no such hint', () => {
  assert.doesNotMatch(failureText(invalid('spec.port'), route({})), /custom-host/);
  const ingress = item('ingresses.networking.k8s.io', 'shop', 'web', { spec: {} });
  assert.doesNotMatch(failureText(invalid('spec.tls'), ingress), /custom-host/);
});
