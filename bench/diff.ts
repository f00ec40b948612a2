import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Change, type Writers, writeMadeArchive } from './alike-archives.ts';
import { type Measured, measure } from './measure.ts';
import { row, tableHead } from './table.ts';

/**
 * `npm run bench:diff`: compares made-up archives with the program in dist/ and prints one table
 * from one run. 2,500 projects of four types with eight objects each are 80,000 objects in 10,000
 * files. Rounds take turns.
 */
const { values } = parseArgs({
  options: {
    projects: { type: 'string', default: '2500' },
    'objects-per-file': { type: 'string', default: '8' },
    rounds: { type: 'string', default: '3' },
  },
});
/** What an archive of the bench has; see writeMadeArchive. */
type Made = readonly [change: Change, writers: Writers];

const MAIN = join(import.meta.dirname, '..', 'dist', 'main.js');
const size = { projects: Number(values.projects), objectsPerFile: Number(values['objects-per-file']) };
/** Each row: what differs, the older archive, the newer one, the form of the output, and whether anything is shown. */
const ROWS: ReadonlyArray<readonly [name: string, before: Made, after: Made, output: string, status: 0 | 1]> =
  [
    ['nothing differs', ['nothing', 'none'], ['nothing', 'none'], 'text', 0],
    ['only when a tenth of all was written', ['nothing', 'helm'], ['nothing', 'some'], 'text', 0],
    ['a label of every object', ['nothing', 'none'], ['label', 'none'], 'text', 1],
    ['the same, with who did it', ['nothing', 'helm'], ['label', 'all'], 'text', 1],
    ['a label of every object, -o json', ['nothing', 'none'], ['label', 'none'], 'json', 1],
    ['the same, with who did it', ['nothing', 'helm'], ['label', 'all'], 'json', 1],
    ['an annotation of every object as well', ['nothing', 'none'], ['text', 'none'], 'text', 1],
    ['the same, with who did it', ['nothing', 'helm'], ['text', 'all'], 'text', 1],
  ];

const folder = mkdtempSync(join(tmpdir(), 'openshift-backup-bench-'));
try {
  const paths = new Map<string, string>();
  const pathOf = (made: Made): string => {
    const [change, writers] = made;
    const file = `${change}-${writers}.zip`;
    const path = paths.get(file) ?? writeMadeArchive(folder, file, size, change, writers).path;
    paths.set(file, path);
    return path;
  };
  const runs = ROWS.map((row) => ({ row, measured: [] as Measured[] }));
  for (let round = 0; round < Number(values.rounds); round += 1) {
    for (const { row, measured } of runs) {
      const [, before, after, output, status] = row;
      const command = [MAIN, 'diff', pathOf(before), pathOf(after), '-o', output] as const;
      measured.push(await measure(command, {}, folder, process.pid, status));
    }
  }
  const table = [tableHead, ...runs.map(({ row: [name], measured }) => row(name, measured))];
  process.stdout.write(`${table.join('\n')}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
