import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseArgs, promisify } from 'node:util';
import { controlPlaneBinaries } from '../test/support/binaries.ts';
import { startControlPlane } from '../test/support/control-plane.ts';
import { type Load, loadCluster } from './load.ts';
import { watchTree } from './process-tree.ts';

/**
 * `npm run bench:rehearse`: backs up clusters of about 1,000 and 80,000 objects, and rehearses both archives. CPU time and
 * memory are those of all processes together: the program, etcd and kube-apiserver. `--projects 97` makes the large
 * cluster a tenth; `--volume DIR` rehearses the newest archive there instead.
 */
const { values } = parseArgs({
  options: {
    projects: { type: 'string', default: '970' },
    objects: { type: 'string', default: 'large' },
    volume: { type: 'string' },
  },
});
const MAIN = join(import.meta.dirname, '..', 'dist', 'main.js');
const MEBIBYTE = 1024 * 1024;
/** Each project has 83 objects; an empty cluster has about 170. */
const SMALL = 10;
/** What Node.js calls itself. */
const NODE = 'MainThread';
const run = promisify(execFile);

const targets = [
  { projects: SMALL, seconds: 20 },
  { projects: Number(values.projects), seconds: 180 },
];
if (values.volume !== undefined) await rehearse(values.volume, 180);
else for (const { projects, seconds } of targets) await backUpAndRehearse(projects, seconds);

async function backUpAndRehearse(projects: number, seconds: number): Promise<void> {
  const volume = mkdtempSync(join(tmpdir(), 'bench-rehearse-'));
  try {
    const plane = await startControlPlane();
    try {
      const objects: Load['objects'] = values.objects === 'small' ? 'small' : 'large';
      await loadCluster(plane, { projects, objectsPerProject: 80, objects, isTouched: false });
      await run(MAIN, ['backup', '--volume', volume, '--kubeconfig', plane.kubeconfig]);
    } finally {
      await plane.stop();
    }
    await rehearse(volume, seconds);
  } finally {
    rmSync(volume, { recursive: true });
  }
}

async function rehearse(volume: string, seconds: number): Promise<void> {
  const words = ['rehearse', '--volume', volume, '--assets', await controlPlaneBinaries(), '-o', 'json'];
  const began = performance.now();
  const child = spawn(process.execPath, [MAIN, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  const usage = watchTree(child.pid ?? 0);
  const result = JSON.parse(await text(child.stdout));
  const wall = (performance.now() - began) / 1000;
  const { peak, cpu } = usage();
  const all = [...cpu.values()].reduce((sum, each) => sum + each, 0);
  const parts = [...cpu]
    .filter(([, each]) => each >= 0.1)
    .map(([name, each]) => `${name === NODE ? 'openshift-backup' : name} ${each.toFixed(1)}`);
  const { objects, proven, counts } = result;
  console.log(
    `${objects} objects (${proven} proven, ${JSON.stringify(counts)}):
  ${wall.toFixed(1)} s (target: ${seconds}): ${wall <= seconds ? 'met' : 'MISSED'}
  ${Math.round(peak / MEBIBYTE)} MiB for all processes together (target: 3072): ${peak <= 3072 * MEBIBYTE ? 'met' : 'MISSED'}
  ${all.toFixed(1)} s of CPU (${parts.join(', ')})`,
  );
}
