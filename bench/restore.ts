import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type ControlPlane, startControlPlane } from '../test/support/control-plane.ts';
import { type Measured, measure } from './measure.ts';
import { median, row, tableHead } from './table.ts';

/**
 * `npm run bench:restore -- --objects 20000 --rounds 3`: the same objects by a bare loop
 * of POSTs and by `restore`, each onto an API server of its own that knows nothing but
 * the projects. Rounds take turns, so that the machine's moods hit both sides.
 */
const { values } = parseArgs({
  options: {
    objects: { type: 'string', default: '20000' },
    bytes: { type: 'string', default: '1024' },
    rounds: { type: 'string', default: '3' },
  },
});
const MAIN = join(import.meta.dirname, '..', 'dist', 'main.js');
const PROJECTS = Array.from({ length: 20 }, (_, index) => `project-${index}`);

const directory = mkdtempSync(join(tmpdir(), 'bench-restore-'));
const environment = { OPENSHIFT_BACKUP_VOLUME: directory, OPENSHIFT_BACKUP_LOG_FORMAT: 'json' };
const objects = madeUp(Number(values.objects), Number(values.bytes));
writeFileSync(join(directory, 'objects.json'), JSON.stringify(objects));
const runs = { floor: [] as Measured[], ours: [] as Measured[] };
try {
  for (let round = 0; round < Number(values.rounds); round++) {
    runs.floor.push(await withProjects(floor));
    runs.ours.push(await withProjects(ours));
  }
  console.log(`${objects.length} objects of ${values.bytes} bytes in ${PROJECTS.length} projects\n`);
  console.log(
    [tableHead, row('floor (bare POSTs)', runs.floor), row('restore --apply', runs.ours)].join('\n'),
  );
  const ratios = runs.floor.map((bare, at) => bare.wall / (runs.ours[at]?.wall ?? Number.NaN));
  const all = ratios.map((ratio) => ratio.toFixed(2)).join(', ');
  console.log(`\nrate of restore / rate of the floor: ${median(ratios).toFixed(2)} (${all})`);
} finally {
  rmSync(directory, { recursive: true });
}

async function withProjects(run: (plane: ControlPlane, pid: number) => Promise<Measured>): Promise<Measured> {
  const plane = await startControlPlane();
  try {
    await plane.apply(PROJECTS.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })));
    const pids = execFileSync('pgrep', ['-f', `kube-apiserver.*${plane.directory}`], { encoding: 'utf8' });
    return await run(plane, Number(pids.split('\n')[0]));
  } finally {
    await plane.stop();
  }
}

/** The first floor is what the archive is made of. */
async function floor(plane: ControlPlane, pid: number): Promise<Measured> {
  const credentials = join(directory, 'admin.json');
  writeFileSync(credentials, JSON.stringify(plane.admin.credentials));
  const program = join(import.meta.dirname, 'floor-posts.ts');
  const files = [credentials, join(directory, 'objects.json')];
  const measured = await measure([process.execPath, program, ...files], environment, directory, pid);
  if (runs.floor.length === 0)
    await measure([MAIN, 'backup', '-p', 'project-*'], onto(plane), directory, pid);
  return measured;
}

function ours(plane: ControlPlane, pid: number): Promise<Measured> {
  return measure([MAIN, 'restore', 'latest', '--apply'], onto(plane), directory, pid);
}

function onto(plane: ControlPlane): Record<string, string> {
  return { ...environment, KUBECONFIG: plane.kubeconfig };
}

function madeUp(count: number, bytes: number): ReadonlyArray<{ path: string; body: string }> {
  return Array.from({ length: count }, (_, index) => {
    const namespace = PROJECTS[index % PROJECTS.length] ?? '';
    const name = `settings-${String(index).padStart(6, '0')}`;
    const metadata = { name, namespace, labels: { app: 'bench' } };
    const data = { text: randomBytes(bytes / 2).toString('hex') };
    const body = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data });
    return { path: `/api/v1/namespaces/${namespace}/configmaps`, body };
  });
}
