import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { startControlPlane } from '../test/support/control-plane.ts';
import { loadCluster } from './load.ts';

/**
 * `npm run bench:rehearse -- --projects 125`: backs up a cluster that is filled as in the other measurements, and
 * rehearses the archive. CPU time is that of all processes together: the program, etcd and kube-apiserver.
 */
const { values } = parseArgs({
  options: {
    projects: { type: 'string', default: '1000' },
    objects: { type: 'string', default: '80' },
  },
});
const MAIN = join(import.meta.dirname, '..', 'dist', 'main.js');
const run = promisify(execFile);
const volume = mkdtempSync(join(tmpdir(), 'bench-rehearse-'));
try {
  const plane = await startControlPlane();
  const assets = plane.binaries;
  try {
    await loadCluster(plane, {
      projects: Number(values.projects),
      objectsPerProject: Number(values.objects),
      objects: 'large',
    });
    await run(MAIN, ['backup', '--volume', volume, '--kubeconfig', plane.kubeconfig]);
  } finally {
    await plane.stop();
  }
  const before = childrenCpu();
  const began = performance.now();
  const words = ['rehearse', '--volume', volume, '--assets', assets, '-o', 'json'];
  const { stdout } = await run(MAIN, words, { maxBuffer: 1 << 28 });
  const wall = (performance.now() - began) / 1000;
  const { objects, proven, counts, peakMemory } = JSON.parse(stdout);
  console.log(
    `${objects} objects (${proven} proven, ${JSON.stringify(counts)}): ${wall.toFixed(1)} s, ${(childrenCpu() - before).toFixed(1)} s of CPU, ${Math.round(peakMemory / 1024 / 1024)} MiB for etcd and kube-apiserver`,
  );
} finally {
  rmSync(volume, { recursive: true });
}

/** CPU seconds of all processes that this one started and that have ended; Linux counts them in ticks of 10 ms. */
function childrenCpu(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[13]) + Number(fields[14])) / 100;
}
