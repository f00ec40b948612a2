import { spawn, spawnSync } from 'node:child_process';
import { delimiter } from 'node:path';
import { down, isUp, nodePrograms, up } from '../cluster-node/cluster.ts';
import { provideProjectImage, provideRehearsalImage } from '../cluster-node/images.ts';
import { FILES } from '../cluster-node/layout.ts';
import { entering } from '../cluster-node/network.ts';
import { traces } from '../cluster-node/traces.ts';
import { controlPlaneBinaries } from '../support/binaries.ts';

// make e2e: the end-to-end tests, on the cluster that KUBECONFIG and IMAGE name, or on one with one node that is
// started for them; `node test/e2e/run.ts install` runs install.test.ts alone. CI must run them; elsewhere a line
// says why they don't run.

const { KUBECONFIG, IMAGE, CI } = process.env;
const only = process.argv[2];
/** Tests that start a cluster and take it down themselves. */
const TEARDOWN = `${import.meta.dirname}/teardown/*.test.ts`;
const own = KUBECONFIG === undefined || IMAGE === undefined;
if (!own) process.exitCode = await test([], { OPENSHIFT_BACKUP_E2E: 'foreign' });
else if (process.platform !== 'linux' || process.getuid?.() !== 0) {
  say('end-to-end tests: not run; they need Linux and root, or KUBECONFIG and IMAGE of a cluster of yours');
  if (CI === 'true') process.exitCode = 1;
} else process.exitCode = await testOnOwnNode();

async function testOnOwnNode(): Promise<number> {
  const tools = spawnSync('make', ['--no-print-directory', 'cluster-tools'], { stdio: 'inherit' });
  if (tools.status !== 0) return 1;
  // A cluster that somebody started for himself stays as it is.
  const started = !isUp();
  if (!started) say('using the cluster that is up; make cluster-down ends it');
  const programs = await nodePrograms();
  const before = new Set(started ? await traces() : []);
  // Whoever interrupts this while the cluster starts does not want to be left with it.
  let interrupted = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      interrupted = true;
    });
  let status = 1;
  try {
    if (started && only === undefined && (await run([], [TEARDOWN])) !== 0) return 1;
    if (started) await up();
    const image = await provideProjectImage(programs);
    await provideRehearsalImage(programs);
    if (!interrupted)
      status = await test(entering('env'), {
        OPENSHIFT_BACKUP_E2E: 'own',
        KUBECONFIG: FILES.kubeconfig,
        IMAGE: image,
      });
  } finally {
    if (started) await down();
  }
  const left = started ? (await traces()).filter((trace) => !before.has(trace)) : [];
  if (left.length === 0) return status;
  say(`the cluster was taken down, but left:\n  ${left.join('\n  ')}`);
  return 1;
}

/** Runs the tests that need a cluster, through a program that enters its network. Returns the exit status. */
async function test(through: readonly string[], settings: Record<string, string>): Promise<number> {
  const PATH = [await controlPlaneBinaries(), await nodePrograms(), process.env.PATH].join(delimiter);
  return run(through, [`${import.meta.dirname}/${only ?? '*'}.test.ts`], { ...settings, PATH });
}

/** Runs test files, one after the other: they restart the node and fill it. Returns the exit status. */
async function run(
  through: readonly string[],
  files: readonly string[],
  settings: Record<string, string> = {},
): Promise<number> {
  const [program = '', ...args] = [
    ...through,
    process.execPath,
    ...['--test', '--test-concurrency=1'],
    ...files,
  ];
  const child = spawn(program, args, { stdio: 'inherit', env: { ...process.env, ...settings } });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => child.on('close', (status) => resolve(status ?? 1)));
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
