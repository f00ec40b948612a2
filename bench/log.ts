import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Size, writeNight } from './alike-archives.ts';
import { type Measured, measure } from './measure.ts';
import { row, tableHead } from './table.ts';

/**
 * `npm run bench:log`: the log over made-up nights with the program in dist/. 2,500 projects of four types with
 * eight objects each are 80,000 objects in 10,000 files, and as many of server metadata. From night to night, one
 * manager changes 100 objects in as many files.
 */
const { values } = parseArgs({
  options: {
    projects: { type: 'string', default: '2500' },
    'objects-per-file': { type: 'string', default: '8' },
    nights: { type: 'string', default: '30' },
    changes: { type: 'string', default: '100' },
    rounds: { type: 'string', default: '3' },
  },
});
const MAIN = join(import.meta.dirname, '..', 'dist', 'main.js');
const size: Size = { projects: Number(values.projects), objectsPerFile: Number(values['objects-per-file']) };
const nights = Number(values.nights);
const changes = Number(values.changes);

const folder = mkdtempSync(join(tmpdir(), 'openshift-backup-bench-'));
try {
  const volume = join(folder, 'volume');
  mkdirSync(volume);
  for (let night = 0; night < nights; night += 1) writeNight(volume, size, night, changes);
  const rows: ReadonlyArray<readonly [name: string, ...words: string[]]> = [
    [`log of ${nights} nights`],
    [`log of ${nights} nights, -o json`, '-o', 'json'],
    ['log of one project', 'team-00000'],
  ];
  const runs = new Map<string, Measured[]>(rows.map(([name]) => [name, []]));
  for (let round = 0; round < Number(values.rounds); round += 1) {
    for (const [name, ...words] of rows) {
      const command = [MAIN, 'log', '--volume', volume, ...words] as const;
      runs.get(name)?.push(await measure(command, {}, folder, process.pid, 0));
    }
  }
  const table = [tableHead, ...[...runs].map(([name, measured]) => row(name, measured))];
  process.stdout.write(`${table.join('\n')}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
