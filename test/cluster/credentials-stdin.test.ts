import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { findCredentials } from '../../src/cluster/credentials.ts';
import { Failure } from '../../src/words/failure.ts';
import { type ControlPlane, startControlPlane, type User } from '../support/control-plane.ts';
import { runCli, Volume } from './run-cli.ts';
import { asIdentity, clusterOf, credentialsOf, identityOf, writeConfig } from './use-credentials.ts';

let control: ControlPlane;
let jane: User;
let file: string;
before(async () => {
  control = await startControlPlane();
  jane = await control.addUser('jane', ['system:masters']);
  file = writeConfig(control.directory, 'jane', credentialsOf({ control, user: identityOf(jane) }));
});
after(() => control.stop());

/** Words that pipe a file into the command after them. */
const piped = (path: string) => ['sh', '-c', 'f=$1; shift; cat "$f" | "$@"', 'sh', path];
/** Words that give a command a pipe with a file in it as its last argument. */
const substituted = (path: string) => ['bash', '-c', 'f=$1; shift; "$@" <(cat "$f")', 'bash', path];

/** Credentials of a kubeconfig that comes through stdin, in pieces. */
function fromStdin(text: string, context: string | null = null) {
  const middle = text.length >> 1;
  async function* stdin() {
    yield Buffer.from(text.slice(0, middle));
    yield Buffer.from(text.slice(middle));
  }
  return findCredentials('-', context, {}, { timeout: 1000, signal: null }, stdin);
}

/** What is wrong with a kubeconfig that comes through stdin. */
async function refused(text: string, context: string | null = null): Promise<Failure> {
  try {
    (await fromStdin(text, context)).close();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

test('a kubeconfig from stdin, by each of its names', async () => {
  for (const name of ['-', '/dev/stdin', '/dev/fd/0'])
    assert.deepEqual(await asIdentity(['--kubeconfig', name], {}, piped(file)), ['jane', null], name);
  const redirected = ['sh', '-c', 'f=$1; shift; "$@" < "$f"', 'sh', file];
  assert.deepEqual(await asIdentity(['--kubeconfig', '-'], {}, redirected), ['jane', null]);
  assert.deepEqual(await asIdentity([], { OPENSHIFT_BACKUP_KUBECONFIG: '-' }, piped(file)), ['jane', null]);
});

test('a kubeconfig from a pipe with a name', async () => {
  assert.deepEqual(await asIdentity(['--kubeconfig'], {}, substituted(file)), ['jane', null]);
  const variable = ['bash', '-c', 'f=$1; shift; KUBECONFIG=<(cat "$f") "$@"', 'bash', file];
  assert.deepEqual(await asIdentity([], {}, variable), ['jane', null]);
});

test('every command that connects to a cluster accepts a kubeconfig from stdin', async () => {
  using volume = new Volume();
  await control.request('POST', '/api/v1/namespaces', { metadata: { name: 'shop' } });
  const settings = '/api/v1/namespaces/shop/configmaps/settings';
  await control.request('POST', '/api/v1/namespaces/shop/configmaps', {
    metadata: { name: 'settings' },
    data: { colour: 'blue' },
  });
  const run = async (...words: string[]) => {
    const { status, stderr, log } = await runCli(
      [...words, '--volume', volume.path, '-p', 'shop', '--resource', 'configmaps', '--kubeconfig', '-'],
      { through: piped(file) },
    );
    return { status, stderr, log };
  };
  assert.equal((await run('backup')).status, 0);
  await control.request('DELETE', settings);
  assert.equal((await run('diff', 'latest', 'live')).status, 1);
  const restored = await run('restore', 'latest', '--apply');
  assert.equal(restored.status, 0, restored.stderr);
  assert.doesNotMatch(restored.stderr, /service account of this pod/);
  assert.deepEqual(Object(await control.request('GET', settings)).data, { colour: 'blue' });
});

test('stdin is read once, even if the credentials are loaded again', async (t) => {
  const credentials = await fromStdin(
    JSON.stringify(credentialsOf({ control, user: { token: 'abc' } })),
    'context',
  );
  t.after(() => credentials.close());
  assert.equal(credentials.origin, 'stdin, context context');
  assert.equal((await credentials.request()).headers.Authorization, 'Bearer abc');
  credentials.reload();
  assert.equal((await credentials.request()).headers.Authorization, 'Bearer abc');
});

test('a relative path in a kubeconfig from stdin is refused, with the name of its field', async () => {
  const token = { token: 'abc' };
  for (const [cluster, user, field] of [
    [{ 'certificate-authority': 'ca.crt' }, token, 'clusters[cluster].cluster.certificate-authority'],
    [{}, { tokenFile: './token' }, 'users[user].user.tokenFile'],
    [{}, { 'client-certificate': 'a.crt', 'client-key': '/a.key' }, 'users[user].user.client-certificate'],
    [{}, { 'client-certificate': '/a.crt', 'client-key': 'a.key' }, 'users[user].user.client-key'],
    [{}, { exec: { apiVersion: 'v1', command: 'bin/login' } }, 'users[user].user.exec.command'],
  ] as const) {
    const parts = {
      cluster: { ...clusterOf(control), 'certificate-authority-data': null, ...cluster },
      user,
    };
    const { message, hint } = await refused(JSON.stringify(credentialsOf(parts)));
    assert.ok(message.startsWith(`stdin: ${field} is the relative path `), message);
    assert.match(hint ?? '', /kubectl config view --raw --flatten --minify/);
  }
});

test('relative paths in unused entries are no error', async () => {
  const config = credentialsOf({ control, user: { token: 'abc' } });
  const users = [...config.users, { name: 'other', user: { 'client-certificate': 'other.crt' } }];
  (await fromStdin(JSON.stringify({ ...config, users }))).close();
});

test('stdin that is empty, too long or not a kubeconfig is an error', async () => {
  const empty = await refused(' \n');
  assert.equal(empty.message, 'cannot load the kubeconfig from stdin: it is empty');
  assert.match(empty.hint ?? '', /kubectl exec -i/);
  assert.match(
    (await refused(' '.repeat(9 << 20))).message,
    /^cannot load the kubeconfig stdin: .* more than 8388608/,
  );
  const secret = await refused('token: c2VjcmV0\nclusters: [');
  assert.match(secret.message, /^cannot load the kubeconfig stdin: /);
  assert.equal(secret.hint, 'correct it, or name another one with --kubeconfig FILE');
  assert.doesNotMatch(`${secret.message} ${secret.hint}`, /c2VjcmV0/);
});

test('a signal ends the wait for a pipe that nobody writes to', async () => {
  const stop = new AbortController();
  const silent = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) };
  const opened = findCredentials('-', null, {}, { timeout: 1000, signal: stop.signal }, () => silent);
  stop.abort(new Error('ended by SIGTERM'));
  await assert.rejects(opened, /ended by SIGTERM/);
});

test('a kubeconfig or context that does not exist is a usage error', async () => {
  const missing = await runCli(['access', '--kubeconfig', join(control.directory, 'nowhere')]);
  assert.equal(missing.status, 2);
  const weekly = await runCli(['access', '--kubeconfig', file, '--context', 'weekly']);
  assert.equal(weekly.status, 2);
  assert.match(weekly.stderr, /the context \\"weekly\\" does not exist/);
  assert.equal((await refused(JSON.stringify({ clusters: [] }))).ending, 'failed');
  const folder = await runCli(['access', '--kubeconfig', control.directory]);
  assert.equal(folder.status, 4);
  assert.match(folder.stderr, /it is a directory/);
});
