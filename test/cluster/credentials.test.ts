import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { connect, whoAmI } from '../../src/cluster/connect.ts';
import {
  type ControlPlane,
  type ServiceAccount,
  startControlPlane,
  type User,
} from '../support/control-plane.ts';
import { waitFor } from '../support/wait.ts';
import { runCli } from './run-cli.ts';
import { asIdentity, credentialsOf, identityOf, writeConfig } from './use-credentials.ts';

let control: ControlPlane;
let jane: User;
let account: ServiceAccount;
before(async () => {
  control = await startControlPlane();
  jane = await control.addUser('jane', ['developers']);
  account = await control.addServiceAccount('night', 'backup');
});
after(() => control.stop());

const ACCOUNT = 'system:serviceaccount:night:backup';

test('a token in the kubeconfig', async () => {
  assert.deepEqual(await asIdentity(['--kubeconfig', account.kubeconfig]), [ACCOUNT, 'night']);
});

test('a client certificate in the kubeconfig', async () => {
  assert.deepEqual(await asIdentity(['--kubeconfig', jane.kubeconfig]), ['jane', null]);
});

test('paths are relative to the kubeconfig, not to the working directory', async () => {
  const folder = join(control.directory, 'relative');
  mkdirSync(join(folder, 'pki'), { recursive: true });
  writeFileSync(join(folder, 'pki', 'ca.crt'), control.caPem);
  writeFileSync(join(folder, 'pki', 'jane.crt'), jane.certPem);
  writeFileSync(join(folder, 'pki', 'jane.key'), jane.keyPem);
  writeFileSync(join(folder, 'token'), `${account.token}\n`);
  const cluster = { server: control.server, 'certificate-authority': 'pki/ca.crt' };
  const pair = { 'client-certificate': 'pki/jane.crt', 'client-key': 'pki/jane.key' };
  const byPair = writeConfig(folder, 'pair', credentialsOf({ cluster, user: pair }));
  assert.deepEqual(await asIdentity(['--kubeconfig', byPair]), ['jane', null]);
  const byToken = writeConfig(folder, 'token-file', credentialsOf({ cluster, user: { tokenFile: 'token' } }));
  assert.deepEqual(await asIdentity(['--kubeconfig', byToken]), [ACCOUNT, null]);
  const absolute = { tokenFile: join(folder, 'token') };
  const byPath = writeConfig(control.directory, 'absolute', credentialsOf({ control, user: absolute }));
  assert.deepEqual(await asIdentity(['--kubeconfig', byPath]), [ACCOUNT, null]);
});

test('a token file that is missing is named', async () => {
  const user = { tokenFile: 'rotated-away' };
  const file = writeConfig(control.directory, 'no-token', credentialsOf({ control, user }));
  const run = await runCli(['access', '--kubeconfig', file]);
  assert.equal(run.status, 4);
  assert.match(String(run.log[0]?.msg), /no-token.yaml: cannot read the token: ENOENT.*\/rotated-away/);
  assert.equal(run.log[0]?.hint, 'the file must exist and be readable by this user');
});

/** Connects in this process with a token file of that content. */
async function connectBy(t: TestContext, name: string, token: string) {
  const tokenFile = join(control.directory, `${name}.token`);
  writeFileSync(tokenFile, token);
  const file = writeConfig(control.directory, name, credentialsOf({ control, user: { tokenFile } }));
  const { signal } = t;
  const options = { requestTimeout: 5000, retryFor: 20_000, userAgent: 'test', signal };
  const { client } = await connect(file, null, {}, options);
  t.after(() => client.credentials.close());
  return { client, tokenFile, user: async () => (await whoAmI(client))?.user };
}

test('a token that was rotated is read again after a minute', async (t) => {
  const other = await control.addServiceAccount('night', 'other');
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() });
  const { tokenFile, user } = await connectBy(t, 'minute', account.token);
  assert.equal(await user(), ACCOUNT);
  writeFileSync(tokenFile, `${other.token}\n`);
  assert.equal(await user(), ACCOUNT);
  t.mock.timers.tick(60_001);
  assert.equal(await user(), 'system:serviceaccount:night:other');
});

test('a token that was revoked is read again at once', async (t) => {
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'lease-of-life', namespace: 'night' },
  };
  await control.apply([secret]);
  const boundObjectRef = { apiVersion: 'v1', kind: 'Secret', name: 'lease-of-life' };
  const path = '/api/v1/namespaces/night/serviceaccounts/backup/token';
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { boundObjectRef } };
  const bound: unknown = (await control.request('POST', path, request)).status;
  const { client, tokenFile, user } = await connectBy(t, 'revoked', Object(bound).token);
  assert.equal(await user(), ACCOUNT);
  await control.request('DELETE', '/api/v1/namespaces/night/secrets/lease-of-life');
  // The server remembers for some seconds whom it has let in.
  await waitFor('the old token to be refused', async () => {
    const { client: fresh } = await connectBy(t, 'probe', Object(bound).token).catch(() => ({
      client: null,
    }));
    return fresh === null;
  });
  writeFileSync(tokenFile, account.token);
  const before = client.requests;
  assert.equal(await user(), ACCOUNT);
  assert.equal(client.requests, before + 2);
});

test('contexts are read from several files, of which some may be missing', async () => {
  const two = {
    ...credentialsOf({ control, user: { token: account.token } }),
    users: [
      { name: 'account', user: { token: account.token } },
      { name: 'jane', user: identityOf(jane) },
    ],
    contexts: [
      { name: 'nightly', context: { cluster: 'cluster', user: 'account', namespace: 'night' } },
      { name: 'by-day', context: { cluster: 'cluster', user: 'jane' } },
      { name: 'to-nowhere', context: { cluster: 'gone', user: 'jane' } },
    ],
    'current-context': 'nightly',
  };
  const file = writeConfig(control.directory, 'several', two);
  assert.deepEqual(await asIdentity(['--kubeconfig', file]), [ACCOUNT, 'night']);
  assert.deepEqual(await asIdentity(['--kubeconfig', file, '--context', 'by-day']), ['jane', null]);

  const unknown = await runCli(['access', '--kubeconfig', file, '--context', 'weekly']);
  assert.equal(unknown.status, 2);
  assert.equal(unknown.log[0]?.msg, `${file}: the context "weekly" does not exist`);
  assert.equal(unknown.log[0]?.hint, 'choose one with --context: nightly, by-day, to-nowhere');
  const nowhere = await runCli(['access', '--kubeconfig', file, '--context', 'to-nowhere']);
  assert.match(
    String(nowhere.log[0]?.msg),
    /context to-nowhere names the cluster gone, which does not exist/,
  );

  // The first file names the context, the last one what belongs to it; kubectl merges them in this order.
  const { clusters, users, contexts } = two;
  const first = writeConfig(control.directory, 'first', { contexts, 'current-context': 'by-day' });
  const last = writeConfig(control.directory, 'last', { clusters, users, 'current-context': 'nightly' });
  const KUBECONFIG = `${first}:${control.directory}/missing:${last}`;
  assert.deepEqual(await asIdentity([], { KUBECONFIG }), ['jane', null]);
  assert.deepEqual(await asIdentity(['--kubeconfig', file], { KUBECONFIG }), [ACCOUNT, 'night']);
});

test('~/.kube/config is the default', async () => {
  const HOME = join(control.directory, 'home');
  mkdirSync(join(HOME, '.kube'), { recursive: true });
  writeConfig(join(HOME, '.kube'), 'config', credentialsOf({ control, user: identityOf(jane) }), '');
  assert.deepEqual(await asIdentity([], { HOME }), ['jane', null]);
});
