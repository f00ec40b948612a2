import { linkSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeMadeArchive } from './alike-archives.ts';
import { type Measured, measure } from './measure.ts';
import { row, tableHead } from './table.ts';

/**
 * `npm run bench:list`: `list` of 30 and of 365 archives of 3,000 projects each, and the `history` of one object in
 * the latter. All archives are one file under many names, so that reading them costs the same and the disk is spared.
 */
const { values } = parseArgs({
  options: { projects: { type: 'string', default: '3000' }, rounds: { type: 'string', default: '3' } },
});
const MAIN = join(import.meta.dirname, '..', 'dist', 'main.js');
const DAY = 24 * 60 * 60 * 1000;
const OBJECT = 'team-00000/configmaps/configmap-000';

const folder = mkdtempSync(join(tmpdir(), 'openshift-backup-bench-'));
try {
  const size = { projects: Number(values.projects), objectsPerFile: 1 };
  const { path } = writeMadeArchive(folder, 'archive.zip', size, 'nothing');
  const [month, year] = [volumeOf(path, 30), volumeOf(path, 365)];
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

/** A directory in which one archive has the names of `nights` archives. */
function volumeOf(archive: string, nights: number): string {
  const directory = join(folder, `${nights}`);
  mkdirSync(directory);
  for (let night = 0; night < nights; night += 1) {
    const time = new Date(Date.UTC(2025, 10, 20) + night * DAY).toISOString();
    linkSync(archive, join(directory, `openshift-backup${time.replace(/\D/g, '').slice(0, 12)}.zip`));
  }
  return directory;
}
