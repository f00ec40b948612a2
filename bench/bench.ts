import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type ControlPlane, startControlPlane } from '../test/support/control-plane.ts';
import { Bystander, waitsText } from './bystander.ts';
import { type Load, loadCluster } from './load.ts';
import { type Measured, measure } from './measure.ts';
import { median, row, tableHead } from './table.ts';

/**
 * `npm run bench -- --projects 2500 --load large,small`: for each load, fills a real API server and prints one table
 * from one run. Each round runs all sides, so that other load affects them equally: the floor, a backup, and one without
 * `_metadata`. Then it measures how long another user waits while a service account makes a backup.
 */
const { values } = parseArgs({
  options: {
    projects: { type: 'string', default: '2500' },
    'objects-per-project': { type: 'string', default: '31' },
    rounds: { type: 'string', default: '5' },
    'kubectl-projects': { type: 'string', default: '3' },
    load: { type: 'string', default: 'large,small' },
    keep: { type: 'boolean', default: false },
  },
});
type Runs = Record<'floor' | 'ours' | 'bare', Measured[]>;
const projects = Number(values.projects);
const rounds = Number(values.rounds);
const MAIN = join(import.meta.dirname, '..', 'dist', 'main.js');

for (const name of values.load.split(',')) {
  if (name !== 'large' && name !== 'small') throw new Error(`there is no load ${name}`);
  await run(name);
}

async function run(objectSize: Load['objects']): Promise<void> {
  const plane = await startControlPlane();
  try {
    const pid = Number(
      execFileSync('pgrep', ['-f', `kube-apiserver.*${plane.directory}`], { encoding: 'utf8' })
        .trim()
        .split('\n')[0],
    );
    const objects = await loadCluster(plane, {
      projects,
      objectsPerProject: Number(values['objects-per-project']),
      objects: objectSize,
    });
    const volume = join(plane.directory, 'volume');
    mkdirSync(volume);
    const environment = {
      KUBECONFIG: plane.kubeconfig,
      OPENSHIFT_BACKUP_VOLUME: volume,
      OPENSHIFT_BACKUP_LOG_FORMAT: 'json',
    };

    const paths = await typePaths(plane, environment);
    writeFileSync(join(plane.directory, 'admin.json'), JSON.stringify(plane.admin.credentials));
    writeFileSync(join(plane.directory, 'paths.json'), JSON.stringify(paths));
    const floor = () =>
      measure(
        [
          process.execPath,
          join(import.meta.dirname, 'floor.ts'),
          join(plane.directory, 'admin.json'),
          join(plane.directory, 'paths.json'),
        ],
        environment,
        plane.directory,
        pid,
      );
    const ours = (...words: string[]) =>
      measure([MAIN, 'backup', ...words], environment, plane.directory, pid);

    await floor();
    await ours();
    const runs: Runs = { floor: [], ours: [], bare: [] };
    for (let round = 0; round < rounds; round++) {
      runs.floor.push(await floor());
      runs.ours.push(await ours());
      runs.bare.push(await ours('--no-metadata'));
    }
    print(objectSize, objects, paths.length, runs, volume, plane, Number(values['kubectl-projects']));
    process.stdout.write(await bystanders(plane, environment, pid));
    if (values.keep) {
      process.stdout.write(`\nKUBECONFIG=${plane.kubeconfig}\nstop with Ctrl-C\n`);
      await new Promise((resolve) => process.once('SIGINT', resolve));
    }
  } finally {
    await plane.stop();
  }
}

/** How long a user who sends ten requests a second waits: alone, and during a backup. */
async function bystanders(
  at: ControlPlane,
  environment: Record<string, string>,
  pid: number,
): Promise<string> {
  const reader = await at.addServiceAccount('bench', 'backup');
  const everything = { apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list'] };
  await at.grant({ to: reader, rules: [everything] });
  const user = await at.addUser('bystander');
  await at.grant({ to: { user: user.name }, clusterRole: 'cluster-admin' });
  const { certPem, keyPem } = user;
  const credentials = { server: at.server, caPem: at.caPem, certPem, keyPem };
  const bystander = new Bystander(credentials, '/api/v1/namespaces/team-00000');
  const own = { ...environment, KUBECONFIG: reader.kubeconfig };
  await bystander.during(sleep(1000));
  const alone = await bystander.during(sleep(10_000));
  const beside = await bystander.during(measure([MAIN, 'backup'], own, at.directory, pid));
  bystander.close();
  return `bystander, alone: ${waitsText(alone)}\nbystander, beside a backup: ${waitsText(beside)}\n\n`;
}

/** The collections that a backup lists, as its own `access` names them. */
async function typePaths(at: ControlPlane, environment: Record<string, string>): Promise<string[]> {
  const { stdout } = spawnSync(process.execPath, [MAIN, 'access', '-o', 'json'], {
    env: { ...process.env, ...environment },
    encoding: 'utf8',
    maxBuffer: 1e8,
  });
  const { resourceTypes }: { resourceTypes: Array<{ name: string; outcome: string }> } = JSON.parse(stdout);
  const listed = new Set(resourceTypes.filter(({ outcome }) => outcome === 'listed').map(({ name }) => name));
  const paths: string[] = [];
  const seen = new Set<string>();
  const groups = JSON.parse(JSON.stringify(await at.request('GET', '/apis'))).groups as Array<{
    name: string;
    versions: Array<{ groupVersion: string }>;
  }>;
  for (const root of [
    '/api/v1',
    ...groups.flatMap(({ versions }) => versions.map(({ groupVersion }) => `/apis/${groupVersion}`)),
  ]) {
    const { resources } = JSON.parse(JSON.stringify(await at.request('GET', root))) as {
      resources: Array<{ name: string }>;
    };
    for (const { name } of resources) {
      const group = root.startsWith('/apis/') ? root.split('/')[2] : '';
      const full = group === '' ? name : `${name}.${group}`;
      if (!listed.has(full) || seen.has(full)) continue;
      seen.add(full);
      paths.push(`${root}/${name}`);
    }
  }
  return paths;
}

function print(
  objectSize: Load['objects'],
  objects: number,
  types: number,
  runs: Runs,
  volume: string,
  at: ControlPlane,
  kubectlProjects: number,
): void {
  const [last, bare] = [lastOf(runs.ours), lastOf(runs.bare)];
  const archive: string = last.archive;
  const tree = join(at.directory, 'tree');
  mkdirSync(tree);
  execFileSync('unzip', ['-q', archive, '-d', tree]);
  execFileSync('sh', ['-c', `tar -C ${tree} -cf - . | gzip -6 > ${at.directory}/tree.tar.gz`]);
  const gzip = statSync(join(at.directory, 'tree.tar.gz')).size;
  rmSync(tree, { recursive: true });
  const { bytes } = JSON.parse(runs.floor[0]?.stdout ?? '{}');
  const ratios = runs.ours.map((our, index) => our.wall / (runs.floor[index]?.wall ?? Number.NaN));
  const metadataRatios = runs.ours.map((our, index) => our.wall / (runs.bare[index]?.wall ?? Number.NaN));
  const kubectl = kubectlLoop(at, kubectlProjects);
  process.stdout.write(
    [
      `${objectSize} objects: ${objects} in ${projects} projects, ${(bytes / 1e6).toFixed(0)} MB of JSON, ${types} types, ${rounds} rounds; medians`,
      '',
      tableHead,
      row('floor (bare LISTs, bytes thrown away)', runs.floor),
      row('openshift-backup', runs.ours),
      row('openshift-backup --no-metadata', runs.bare),
      '',
      `ours / floor, round by round: ${ratios.map((ratio) => ratio.toFixed(2)).join(' ')}; median ${median(ratios).toFixed(2)}`,
      `with / without _metadata, round by round: ${metadataRatios.map((ratio) => ratio.toFixed(2)).join(' ')}; median ${median(metadataRatios).toFixed(2)}; archive ${(last.archiveBytes / bare.archiveBytes).toFixed(3)} (${(bare.archiveBytes / 1e6).toFixed(1)} MB without)`,
      `requests: ${last.requests} (types ${types})`,
      `archive: ${(last.archiveBytes / 1e6).toFixed(1)} MB in ${last.files} files; tar | gzip -6 of the same tree: ${(gzip / 1e6).toFixed(1)} MB; ratio ${(last.archiveBytes / gzip).toFixed(2)}`,
      `kubectl get -o json | jq, type by type, ${kubectlProjects} projects: ${kubectl.toFixed(1)} s; all ${projects}, extrapolated: ${((kubectl / kubectlProjects) * projects).toFixed(0)} s`,
      `archives on the volume: ${readdirSync(volume).length}`,
      '',
    ].join('\n'),
  );
}

/** What the last run's closing line tells. */
function lastOf(runs: readonly Measured[]) {
  const lines = runs.at(-1)?.stderr.trim().split('\n') ?? [];
  return JSON.parse(lines.find((line) => line.includes('"Backup finished"')) ?? '{}');
}

/** What the shell scripts do that this replaces: a process per type and project. */
function kubectlLoop(at: ControlPlane, count: number): number {
  if (count === 0) return 0;
  const script = `
    for project in $(kubectl get namespaces -o name | grep team- | head -${count} | cut -d/ -f2); do
      for type in $(kubectl api-resources --namespaced --verbs=list -o name); do
        kubectl get "$type" -n "$project" -o json | jq 'del(.items[].metadata.managedFields, .items[].metadata.uid, .items[].status)' > /dev/null
      done
    done`;
  const began = performance.now();
  const { status } = spawnSync('bash', ['-c', script], {
    env: { ...process.env, KUBECONFIG: at.kubeconfig, PATH: `${at.binaries}:${process.env.PATH}` },
    stdio: 'ignore',
  });
  if (status !== 0) throw new Error(`the kubectl loop ended with ${status}`);
  return (performance.now() - began) / 1000;
}
