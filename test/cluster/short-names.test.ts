import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Client } from '../../src/cluster/client.ts';
import { findCredentials } from '../../src/cluster/credentials.ts';
import { discover } from '../../src/cluster/discovery.ts';
import type { ResourceType } from '../../src/types/resource-type.ts';
import { SHORT_NAMES } from '../../src/types/short-names.ts';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';

let control: ControlPlane;
let types: readonly ResourceType[];
before(async () => {
  control = await startControlPlane();
  const credentials = await findCredentials(control.kubeconfig, null, {});
  const { signal } = new AbortController();
  const client = new Client(credentials, { requestTimeout: 5000, retryFor: 200, userAgent: 'test', signal });
  types = (await discover(client)).types;
  credentials.close();
});
after(() => control.stop());

test('the short names of the built-in types are those of a server', () => {
  for (const { name, shortNames } of types) assert.deepEqual(SHORT_NAMES.get(name) ?? [], shortNames, name);
  assert.ok(types.length > 40);
});

test('the singular of every built-in type is its kind in lower case', () => {
  for (const { name, kind, singular } of types) assert.equal(singular, kind.toLowerCase(), name);
});
