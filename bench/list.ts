import { linkSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { row as typeRow } from '../test/comparison/archives.ts';
import { writeMadeArchive } from './alike-archives.ts';
import { type Measured, measure } from './measure.ts';
import { row, tableHead } from './table.ts';

/**
 * `npm run bench:list`: `list` of 30 and of 365 archives of 3,000 projects each, and the `history` of one object in
 * the latter. A few archives have the names of all nights in turn, which spares the disk. Each differs from the one
 * before: in the number of objects of a tenth of the projects, and in the version of each list.
 */
const { values } = parseArgs({
  options: { projects: { type: 'string', default: '3000' }, rounds: { type: 'string', default: '3' } },
});
const MAIN = join(import.meta.dirname, '..', 'dist', 'main.js');
const DAY = 24 * 60 * 60 * 1000;
const OBJECT = 'team-00000/configmaps/configmap-000';
const DIFFERENT_NIGHTS = 5;
/** Resource types in a manifest, most of which have no objects. */
const TYPES = 100;

const folder = mkdtempSync(join(tmpdir(), 'openshift-backup-bench-'));
try {
  const archives = Array.from({ length: DIFFERENT_NIGHTS }, (_, night) => archiveOf(night));
  const [month, year] = [volumeOf(archives, 30), volumeOf(archives, 365)];
  const rows: ReadonlyArray<readonly [name: string, words: readonly string[]]> = [
    ['version (start and end)', ['version']],
    ['list, 30 archives', ['list', '--volume', month]],
    ['list, 365 archives', ['list', '--volume', year]],
    ['history of an object, 365 archives', ['history', OBJECT, '--volume', year]],
  ];
  const runs = new Map<string, Measured[]>(rows.map(([name]) => [name, []]));
  for (let round = 0; round < Number(values.rounds); round += 1)
    for (const [name, words] of rows)
      runs.get(name)?.push(await measure([MAIN, ...words], {}, folder, process.pid));
  const table = [tableHead, ...[...runs].map(([name, measured]) => row(name, measured))];
  process.stdout.write(`${table.join('\n')}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function archiveOf(night: number): string {
  const projects = Array.from({ length: Number(values.projects) }, (_, at) => ({
    name: `team-${String(at).padStart(5, '0')}`,
    objects: at % 20 === night ? 5 : 4,
  }));
  const resourceVersion = String(1_000_000 + night);
  const resourceTypes = Array.from({ length: TYPES }, (_, at) =>
    at === 0
      ? typeRow('configmaps', { kind: 'ConfigMap', resourceVersion })
      : typeRow(`type${at}s.example.com`, { outcome: 'empty', resourceVersion }),
  );
  const size = { projects: projects.length, objectsPerFile: 1 };
  const manifest = { projects, resourceTypes };
  return writeMadeArchive(folder, `${night}.zip`, size, 'nothing', 'none', manifest).path;
}

/** A directory in which the archives have the names of so many nights. */
function volumeOf(archives: readonly string[], nights: number): string {
  const directory = join(folder, `${nights}`);
  mkdirSync(directory);
  for (let night = 0; night < nights; night += 1) {
    const time = new Date(Date.UTC(2025, 10, 20) + night * DAY).toISOString();
    const name = `openshift-backup${time.replace(/\D/g, '').slice(0, 12)}.zip`;
    linkSync(archives[night % archives.length] ?? '', join(directory, name));
  }
  return directory;
}
