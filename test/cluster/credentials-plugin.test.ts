import assert from 'node:assert/strict';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  type ControlPlane,
  type ServiceAccount,
  startControlPlane,
  type User,
} from '../support/control-plane.ts';
import { runCli } from './run-cli.ts';
import { asIdentity, credentialsOf, writeConfig } from './use-credentials.ts';

const API_VERSION = 'client.authentication.k8s.io/v1';

let control: ControlPlane;
let account: ServiceAccount;
let jane: User;
before(async () => {
  control = await startControlPlane();
  account = await control.addServiceAccount('plugins', 'robot');
  jane = await control.addUser('jane');
});
after(() => control.stop());

/** Writes a plugin and a kubeconfig beside it that names it by a relative path; returns the kubeconfig's. */
function withPlugin(name: string, script: string, exec = {}): string {
  const file = join(control.directory, `${name}.sh`);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o700);
  const user = { exec: { apiVersion: API_VERSION, command: `./${name}.sh`, ...exec } };
  return writeConfig(control.directory, name, credentialsOf({ control, user }));
}

/** A shell command that prints credentials. */
function printing(status: Readonly<Record<string, string>>): string {
  return `cat <<'END'\n${JSON.stringify({ apiVersion: API_VERSION, kind: 'ExecCredential', status })}\nEND`;
}

test('a plugin gives a token; arguments and variables reach it', async () => {
  const seen = join(control.directory, 'seen');
  const script = `echo "$1 $COLOUR" > ${seen}\necho "$KUBERNETES_EXEC_INFO" >> ${seen}\n${printing({ token: account.token })}`;
  const exec = { args: ['--login'], env: [{ name: 'COLOUR', value: 'blue' }], provideClusterInfo: true };
  const kubeconfig = withPlugin('token', script, exec);
  const identity = ['system:serviceaccount:plugins:robot', null];
  assert.deepEqual(await asIdentity(['--kubeconfig', kubeconfig]), identity);
  const [said, info = ''] = readFileSync(seen, 'utf8').split('\n');
  assert.equal(said, '--login blue');
  assert.deepEqual(JSON.parse(info), {
    apiVersion: API_VERSION,
    kind: 'ExecCredential',
    spec: {
      interactive: false,
      cluster: {
        server: control.server,
        'certificate-authority-data': Buffer.from(control.caPem).toString('base64'),
      },
    },
  });
});

test('a plugin gives a client certificate', async () => {
  const status = { clientCertificateData: jane.certPem, clientKeyData: jane.keyPem };
  assert.deepEqual(await asIdentity(['--kubeconfig', withPlugin('pair', printing(status))]), ['jane', null]);
});

test('a plugin runs once until its credentials expire', async () => {
  const calls = join(control.directory, 'calls');
  const kubeconfig = withPlugin('counting', `echo call >> ${calls}\n${printing({ token: account.token })}`);
  await asIdentity(['--kubeconfig', kubeconfig]);
  assert.equal(readFileSync(calls, 'utf8'), 'call\n');
});

test('the error message of a plugin is passed on', async () => {
  const kubeconfig = withPlugin(
    'failing',
    'echo "session expired" >&2; echo "log in: sso login" >&2; exit 3',
  );
  const run = await runCli(['access', '--kubeconfig', kubeconfig]);
  assert.equal(run.status, 4);
  const plugin = join(control.directory, 'failing.sh');
  assert.equal(
    run.log[0]?.msg,
    `${kubeconfig}: the plugin ${plugin} returned no credentials: session expired log in: sso login`,
  );
  assert.match(String(run.log[0]?.hint), /^run it manually, log in again if it asks you to/);
});

for (const [what, script, said] of [
  ['fails without a word', 'exit 1', /returned no credentials: it failed without a message/],
  ['prints something else', 'echo welcome', /returned no credentials: .*JSON/],
  ['prints no status', 'echo "{}"', /returned no credentials: .*status/],
] as const) {
  test(`a plugin that ${what}`, async () => {
    const run = await runCli(['access', '--kubeconfig', withPlugin(what.replaceAll(' ', '-'), script)]);
    assert.equal(run.status, 4);
    assert.equal(run.log.length, 1);
    assert.match(String(run.log[0]?.msg), said);
  });
}

test('a plugin that is not installed is named', async () => {
  const kubeconfig = withPlugin('missing', '', { command: 'no-such-plugin-anywhere' });
  const run = await runCli(['access', '--kubeconfig', kubeconfig]);
  assert.equal(run.status, 4);
  assert.match(
    String(run.log[0]?.msg),
    /the plugin no-such-plugin-anywhere returned no credentials: spawn .* ENOENT/,
  );
});
