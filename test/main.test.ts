import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { linkSync, openSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  sampleEntries,
  sampleFiles,
  sampleManifest,
  temporaryFolder,
  writeSample,
} from './archive/sample.ts';
import { makeZip } from './archive/zip-maker.ts';
import { statusOf } from './bad-days/run.ts';
import { OWN } from './cluster/run-cli.ts';
import { PROGRAM } from './support/program.ts';
import { signalAt } from './support/signal-at.ts';

interface Ended {
  readonly status: number | null;
  readonly stderr: string;
}

/** Starts `openshift-backup WORDS`; stdout is a pipe that nobody reads unless a file is given. */
function start(
  words: readonly string[],
  { stdout = 'pipe' as number | 'pipe', node = [] as string[], environment = {} } = {},
) {
  const env = { ...OWN, HOME: '/nonexistent', ...environment };
  const child = spawn(process.execPath, [...node, PROGRAM, ...words], {
    env,
    stdio: ['ignore', stdout, 'pipe'],
  });
  let stderr = '';
  child.stderr?.on('data', (part: Buffer) => {
    stderr += part.toString();
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on('exit', (status, signal) => resolve({ status: statusOf(status, signal), stderr }));
  });
  return { child, ended };
}

function nightOf(t: TestContext): string {
  const volume = temporaryFolder(t);
  writeSample(volume, 'openshift-backup202609100015.zip');
  writeSample(volume, 'openshift-backup202609110015.zip');
  return volume;
}

/** Words of every command that prints an answer without a cluster. */
const ANSWERS: readonly (readonly string[])[] = [
  ['--help'],
  ['version'],
  ['list'],
  ['list', '-o', 'json'],
  ['show', 'latest'],
  ['show', 'latest', 'web/secrets'],
  ['diff', 'previous', 'latest'],
  ['history', 'shop/configmaps/a'],
  ['verify'],
  ['prune'],
  ['completion', 'bash'],
  ['idle'],
];

for (const words of ANSWERS) {
  const inVolume = (t: TestContext) =>
    ['--help', 'version', 'completion'].includes(words[0] ?? '') ? words : [...words, '--volume', nightOf(t)];

  test(`${words.join(' ')} > /dev/full ends with 4 and a sentence`, async (t) => {
    const { status, stderr } = await start(inVolume(t), { stdout: openSync('/dev/full', 'w') }).ended;
    assert.equal(status, 4, stderr);
    assert.match(
      stderr,
      /^openshift-backup: cannot write to stdout: ENOSPC: no space left on device, write\n$/,
    );
  });

  test(`${words.join(' ')} | true ends with 141 and says nothing`, async (t) => {
    const { child, ended } = start(inVolume(t));
    child.stdout?.destroy();
    assert.deepEqual(await ended, { status: 141, stderr: '' });
  });
}

test('a log that cannot be written does not change the exit code', async (t) => {
  const env = { ...OWN, HOME: '/nonexistent' };
  for (const [words, status] of [
    [['show', 'latest', '--log-level', 'debug', '--volume', nightOf(t)], 0],
    [['show', 'latest', 'nope', '--volume', nightOf(t)], 2],
    [['show', '--nope'], 2],
    [['show', 'latest', '--volume', '/nowhere'], 4],
  ] as const) {
    const stdio = ['ignore', 'ignore', openSync('/dev/full', 'w')] as const;
    const child = spawn(process.execPath, [PROGRAM, ...words], { env, stdio: [...stdio] });
    assert.equal(await new Promise((resolve) => child.on('exit', resolve)), status, words.join(' '));
  }
});

test('a defect never ends with 1, which means differences', async (t) => {
  // When the command has printed, everything is set up.
  const fault = `data:text/javascript,const w=process.stdout.write;process.stdout.write=function(...a){setImmediate(()=>{throw new Error("a defect")});return w.apply(this,a)}`;
  const { status, stderr } = await start(['idle', '--volume', temporaryFolder(t)], {
    node: ['--import', fault],
  }).ended;
  assert.equal(status, 4);
  assert.match(stderr, /This should not happen; please report it .*\nError: a defect\n/);
});

/** A command has opened an archive and read where its directory is; most of the work is still ahead. */
const READS_BEFORE = 2;

/** HHMM of a minute of the day. */
function clock(minute: number): string {
  return [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0')).join('');
}

/** A day of archives that are much work to read: a type file of much white space, a long manifest. */
function largeVolume(t: TestContext): string {
  const volume = temporaryFolder(t);
  const blanks = ' '.repeat(12 * 1024 * 1024);
  const text = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [] });
  const files = sampleFiles().set(
    'web/configmaps.json',
    text.replace('[]', `[${' '.repeat(40 * 1024 * 1024)}]`),
  );
  const manifest = `${JSON.stringify(sampleManifest()).slice(0, -1)}${blanks}}`;
  const entries = sampleEntries(files).map((entry) =>
    entry.name === 'manifest.json' ? { ...entry, content: manifest } : entry,
  );
  const first = join(volume, 'openshift-backup202609010000.zip');
  writeFileSync(first, makeZip(entries));
  for (let minute = 1; minute < 24 * 60; minute++)
    linkSync(first, first.replace('0000.zip', `${clock(minute)}.zip`));
  return volume;
}

test('a signal ends every reading command at once, in the middle of its work', async (t) => {
  const volume = largeVolume(t);
  for (const [words, signal, status] of [
    [['verify'], 'SIGINT', 130],
    [['verify', '--max-age', '1h'], 'SIGTERM', 143],
    [['list'], 'SIGTERM', 143],
    [['prune'], 'SIGINT', 130],
    [['prune', '--apply'], 'SIGTERM', 143],
    [['show', 'latest'], 'SIGINT', 130],
    [['history', 'web/configmaps/a'], 'SIGTERM', 143],
    [['diff', 'previous', 'latest'], 'SIGINT', 130],
    [['extract', 'latest', 'web', '--to', join(volume, 'out')], 'SIGTERM', 143],
    [['extract', 'latest', 'web', '--to', join(volume, 'web.zip')], 'SIGINT', 130],
  ] as const) {
    const environment = signalAt(signal, { call: 'read', when: 'after', count: READS_BEFORE });
    const { ended } = start([...words, '--volume', volume], { environment });
    const { status: is, stderr } = await ended;
    assert.equal(is, status, `${words.join(' ')}: ${stderr}`);
    assert.deepEqual(
      readdirSync(volume).filter((file) => !file.endsWith('.zip')),
      [],
      `${words.join(' ')} left something`,
    );
  }
});

test('a signal ends a command whose reader has stopped reading', async (t) => {
  const volume = temporaryFolder(t);
  const items = [
    `{"kind":"ConfigMap","metadata":{"name":"a"},"data":{"a":"${'x'.repeat(8 * 1024 * 1024)}"}}`,
  ];
  const text = `{"apiVersion":"v1","kind":"List","items":[${items}]}`;
  const files = sampleFiles().set('web/configmaps.json', text);
  writeFileSync(join(volume, 'openshift-backup202609010000.zip'), makeZip(sampleEntries(files)));
  const { child, ended } = start(['show', 'latest', 'web/configmaps', '--volume', volume]);
  child.stdout?.pause();
  await new Promise((resolve) => child.stdout?.once('readable', resolve));
  child.kill('SIGTERM');
  assert.equal((await ended).status, 143);
});

/** A server that takes connections and never says a word. */
async function silentServer(t: TestContext): Promise<string> {
  const server: Server = createServer(() => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `https://127.0.0.1:${address.port}`;
}

test('a signal ends a command that waits for an API server', async (t) => {
  const folder = nightOf(t);
  const kubeconfig = join(temporaryFolder(t), 'config');
  const server = await silentServer(t);
  const config = {
    clusters: [{ name: 'c', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'u', user: { token: 't' } }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  };
  writeFileSync(kubeconfig, JSON.stringify(config));
  for (const [words, signal, status] of [
    [['access'], 'SIGTERM', 143],
    [['backup', '--volume', folder], 'SIGINT', 130],
    [['diff', 'latest', 'live', '--volume', folder], 'SIGTERM', 143],
    [['restore', 'latest', '--volume', folder], 'SIGINT', 130],
  ] as const) {
    const { child, ended } = start([...words, '--kubeconfig', kubeconfig]);
    await connected(child);
    child.kill(signal);
    const run = await ended;
    assert.equal(run.status, status, words.join(' '));
    // Only a backup was to write one.
    assert.equal(run.stderr.includes('no archive was written'), words[0] === 'backup', run.stderr);
    assert.equal(readdirSync(folder).length, 2, `${words.join(' ')} left something`);
  }
});

/** Waits until a process has a connection. */
async function connected(child: ChildProcess): Promise<void> {
  for (let polls = 0; polls < 4000; polls++) {
    assert.equal(child.exitCode, null, 'it has ended already');
    const directory = `/proc/${child.pid}/fd`;
    const isSocket = (fd: string) => {
      try {
        return Number(fd) > 2 && readlinkSync(join(directory, fd)).startsWith('socket:');
      } catch {
        return false;
      }
    };
    if (readdirSync(directory).some(isSocket)) return;
    await sleep(5);
  }
  throw new Error('it made no connection');
}
