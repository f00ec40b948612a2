import assert from 'node:assert/strict';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { findCredentials } from '../../src/cluster/credentials.ts';
import { Plugin } from '../../src/cluster/plugin.ts';
import { temporaryFolder } from '../archive/sample.ts';
import { fakeTime } from '../support/fake-time.ts';
import { writeConfig } from './use-credentials.ts';

const { PATH = '' } = process.env;

/** A plugin of that script; each run leaves a line in `runs`. */
function made(t: TestContext, script: string) {
  const folder = temporaryFolder(t);
  const command = join(folder, 'plugin.sh');
  const runs = join(folder, 'runs');
  writeFileSync(command, `#!/bin/sh\necho run >> ${runs}\n${script}\n`);
  chmodSync(command, 0o700);
  const count = () => (existsSync(runs) ? readFileSync(runs, 'utf8').split('\n').length - 1 : 0);
  return { folder, command, count };
}

function pluginOf(
  t: TestContext,
  script: string,
  { timeout = 20_000, signal = null as AbortSignal | null } = {},
) {
  const { command, count, folder } = made(t, script);
  const plugin = new Plugin({ command, args: [], environment: { PATH } }, { timeout, signal });
  return { plugin, count, folder };
}

const status = (fields: object) => `echo '${JSON.stringify({ kind: 'ExecCredential', status: fields })}'`;
const at = (milliseconds: number) => new Date(Date.now() + milliseconds).toISOString();

test('sixteen requests at once run the plugin once', async (t) => {
  const { plugin, count } = pluginOf(t, status({ token: 'a' }));
  const all = await Promise.all(Array.from({ length: 16 }, () => plugin.credentials()));
  assert.deepEqual(new Set(all.map(({ token }) => token)), new Set(['a']));
  assert.equal((await plugin.credentials()).token, 'a');
  assert.equal(count(), 1);
});

test('the plugin runs again, once, when its credentials have expired', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() });
  const { plugin, count } = pluginOf(t, status({ token: 'a', expirationTimestamp: at(60_000) }));
  await plugin.credentials();
  await plugin.credentials();
  assert.equal(count(), 1);
  t.mock.timers.tick(60_001);
  await Promise.all(Array.from({ length: 16 }, () => plugin.credentials()));
  assert.equal(count(), 2);
});

test('a plugin that fails is not started for each request', async (t) => {
  const { plugin, count } = pluginOf(t, 'echo "no session" >&2; exit 1');
  for (let asked = 0; asked < 100; asked++)
    await assert.rejects(plugin.credentials(), { message: 'no session' });
  assert.equal(count(), 1);
});

test('a plugin whose credentials are already expired is not started for each request', async (t) => {
  const { plugin, count } = pluginOf(t, status({ token: 'a', expirationTimestamp: at(-60_000) }));
  for (let asked = 0; asked < 100; asked++) assert.equal((await plugin.credentials()).token, 'a');
  assert.equal(count(), 1);
});

test('a plugin that takes too long is killed, with its child processes', async (t) => {
  const time = fakeTime(t);
  const script =
    'sleep 300 & echo $! > "$(dirname "$0")/new"; mv "$(dirname "$0")/new" "$(dirname "$0")/child"; wait';
  const { plugin, folder } = pluginOf(t, script, { timeout: 1500 });
  const asked = assert.rejects(plugin.credentials(), {
    message: 'it did not end within 1.5 s (--request-timeout)',
  });
  const child = join(folder, 'child');
  while (!existsSync(child)) await turn();
  await time.pass(1500);
  await asked;
  t.mock.timers.reset();
  await gone(readFileSync(child, 'utf8').trim());
});

test('a signal ends the plugin', async (t) => {
  const stop = new AbortController();
  const { plugin, count } = pluginOf(t, 'sleep 300', { signal: stop.signal });
  const asked = plugin.credentials();
  stop.abort(new Error('ended by SIGTERM'));
  await assert.rejects(asked, { message: 'ended by SIGTERM' });
  assert.ok(count() <= 1);
});

for (const [what, script, message] of [
  ['nothing of use', 'echo welcome', 'its output is not valid JSON'],
  ['no status', 'echo {}', 'its output has no status with a token or certificate'],
  [
    'a token of two lines',
    `printf '{"status":{"token":"a\\\\nb"}}'`,
    /^status\.token has a line break in the middle/,
  ],
  [
    'half a pair',
    status({ clientCertificateData: 'x' }),
    /only one of clientCertificateData and clientKeyData/,
  ],
  [
    'a certificate that is none',
    status({ clientCertificateData: 'x', clientKeyData: 'y' }),
    /contains no certificate in PEM/,
  ],
  ['a number for a token', status({ token: 5 }), 'status.token is not a string'],
  [
    'a time that is none',
    status({ token: 'a', expirationTimestamp: 'soon' }),
    'status.expirationTimestamp is not a time',
  ],
  ['without end', 'yes', /it prints more than \d+ characters/],
] as const) {
  test(`a plugin that prints ${what}`, async (t) => {
    await assert.rejects(pluginOf(t, script).plugin.credentials(), { message });
  });
}

test('a missing plugin is reported with the error of the system', async () => {
  const plugin = new Plugin(
    { command: '/nowhere/plugin', args: [], environment: {} },
    { timeout: 1000, signal: null },
  );
  await assert.rejects(plugin.credentials(), { message: 'spawn /nowhere/plugin ENOENT' });
});

test('if many requests are refused at once, the credentials are read again once', async (t) => {
  const { folder, command, count } = made(t, status({ token: 'a' }));
  const config = {
    clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:9' } }],
    users: [{ name: 'u', user: { exec: { apiVersion: 'v1', command } } }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  };
  const credentials = await findCredentials(writeConfig(folder, 'config', config), null, { PATH });
  t.after(() => credentials.close());
  const began = performance.now();
  const sent = await Promise.all(Array.from({ length: 16 }, () => credentials.request()));
  assert.equal(sent[0]?.headers.Authorization, 'Bearer a');
  assert.equal(count(), 1);
  for (let refused = 0; refused < 16; refused++) credentials.reload(began);
  await Promise.all(Array.from({ length: 16 }, () => credentials.request()));
  assert.ok(count() <= 2, `${count()} runs`);
});

async function gone(pid: string): Promise<void> {
  for (let polls = 0; polls < 400; polls++) {
    // A zombie has ended; whoever has to bury it is not our concern.
    if (!existsSync(`/proc/${pid}`) || / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`${pid} still runs`);
}
