import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, globSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CACHE_FOLDER } from './support/cache-folder.ts';
// Builds the program once, before tests would do so at the same time.
import './support/program.ts';
import { POOL_SOCKET } from './support/pool-socket.ts';
import { ServerPool } from './support/server-pool.ts';

// npm test: all tests but the end-to-end ones, or those of the files in the arguments. They share one temporary
// directory, which must be empty when they have ended: what a test or the tool leaves there fails the run.

/** Milliseconds for the watchdogs of servers to remove what these wrote; see support/watchdog.ts. */
const SWEPT_WITHIN = 10_000;
/** One more than there are processors, since tests also wait: for servers, pauses and timeouts. */
const AT_ONCE = Math.min(availableParallelism() + 1, 6);
const ALL = ['test/*.test.ts', 'test/!(e2e)/**/*.test.ts'];

const asked = process.argv.slice(2);
// A test that lacks a program fails with ENOENT; this says before and after the run how to get it.
const missing = spawnSync('bash', ['test/tools.sh', 'tests', '--check'], { encoding: 'utf8' }).stderr;
process.stderr.write(missing);
// The longest files of the last run begin first: one that begins last would run alone at the end.
const last = join(CACHE_FOLDER, 'test-times.json');
const times = secondsIn(last);
const files = globSync(asked.length > 0 ? asked : ALL)
  .sort()
  .sort((a, b) => (times.get(b) ?? 0) - (times.get(a) ?? 0));
if (files.length === 0) throw new Error(`no test file matches ${asked.join(' ')}`);
mkdirSync(dirname(last), { recursive: true });
const temporary = mkdtempSync(join(tmpdir(), 'tests-'));
// Tests that give up root must reach their own folders in it, as in /tmp.
chmodSync(temporary, 0o1777);
process.env.TMPDIR = temporary;
const pool = await ServerPool.open();
try {
  const tests = spawn(
    process.execPath,
    [
      '--test',
      `--test-concurrency=${AT_ONCE}`,
      ...['--test-reporter=spec', '--test-reporter-destination=stdout'],
      ...['--test-reporter=./test/slowest-files.ts', '--test-reporter-destination=stdout'],
      ...files,
    ],
    {
      stdio: 'inherit',
      env: { ...process.env, [POOL_SOCKET]: pool.socket, ...(asked.length > 0 ? {} : { TEST_TIMES: last }) },
    },
  );
  // Whoever ends the run ends the tests and their servers, and the directory goes.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => tests.kill(signal));
  const [status] = await once(tests, 'exit');
  await pool.close();
  process.stdout.write(`${pool.summary}\n`);
  const left = await leftIn(temporary);
  if (left.length > 0) process.stderr.write(`tests left in the temporary directory: ${left.join(', ')}\n`);
  process.exitCode = left.length > 0 ? 1 : (status ?? 1);
  if (process.exitCode !== 0) process.stderr.write(missing);
} finally {
  rmSync(temporary, { recursive: true, force: true });
}

/** Seconds of test files; none if the file is missing or is not what slowest-files.ts writes: the order is not essential. */
function secondsIn(path: string): ReadonlyMap<string, number> {
  try {
    const seconds: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return new Map(
      Object.entries(Object(seconds)).filter((row): row is [string, number] => typeof row[1] === 'number'),
    );
  } catch {
    return new Map();
  }
}

async function leftIn(directory: string): Promise<string[]> {
  const deadline = Date.now() + SWEPT_WITHIN;
  while (readdirSync(directory).length > 0 && Date.now() < deadline) await sleep(100);
  return readdirSync(directory);
}
