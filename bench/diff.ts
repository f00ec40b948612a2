import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Change, writeMadeArchive } from './alike-archives.ts';
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
const MAIN = join(import.meta.dirname, '..', 'dist', 'main.js');
const size = { projects: Number(values.projects), objectsPerFile: Number(values['objects-per-file']) };
const ROWS: ReadonlyArray<readonly [name: string, change: Change, output: string]> = [
  ['nothing differs', 'nothing', 'text'],
  ['a label of every object', 'label', 'text'],
  ['a label of every object, -o json', 'label', 'json'],
  ['an annotation of every object as well', 'text', 'text'],
];

const folder = mkdtempSync(join(tmpdir(), 'openshift-backup-bench-'));
try {
  const before = writeMadeArchive(folder, 'before.zip', size, 'nothing').path;
  const paths = new Map(
    (['nothing', 'label', 'text'] as const).map((change) => [
      change,
      writeMadeArchive(folder, `${change}.zip`, size, change).path,
    ]),
  );
  const runs = new Map<string, Measured[]>(ROWS.map(([name]) => [name, []]));
  for (let round = 0; round < Number(values.rounds); round += 1) {
    for (const [name, change, output] of ROWS) {
      const command = [MAIN, 'diff', before, paths.get(change) ?? '', '-o', output] as const;
      runs.get(name)?.push(await measure(command, {}, folder, process.pid, change === 'nothing' ? 0 : 1));
    }
  }
  const table = [tableHead, ...[...runs].map(([name, measured]) => row(name, measured))];
  process.stdout.write(`${table.join('\n')}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
