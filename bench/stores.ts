import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { StoreProxy } from '../test/stores/store-proxy.ts';
import { startS3, startTestStores } from '../test/stores/test-stores.ts';
import { writeNight } from './alike-archives.ts';
import { type Measured, measure } from './measure.ts';
import { median } from './table.ts';

/**
 * `npm run bench:stores`: reads generated nights from a real S3 server through a proxy that delays each answer, and from the
 * directory that they were copied from, in turn. Prints the two targets: `list` and `diff` of two nights. With `--all`, runs
 * more commands, and also uses real servers for Azure and Google Cloud.
 */
const { values } = parseArgs({
  options: {
    nights: { type: 'string', default: '30' },
    projects: { type: 'string', default: '400' },
    'objects-per-file': { type: 'string', default: '8' },
    changes: { type: 'string', default: '5' },
    latency: { type: 'string', default: '20' },
    rounds: { type: 'string', default: '5' },
    all: { type: 'boolean', default: false },
  },
});
const MAIN = join(import.meta.dirname, '..', 'dist', 'main.js');
const size = { projects: Number(values.projects), objectsPerFile: Number(values['objects-per-file']) };
const latency = Number(values.latency);
/** The commands with targets, in seconds of wall clock. */
const LIST = { words: ['list'], code: 0, target: 1 };
const DIFF = { words: ['diff', 'previous', 'latest'], code: 1, target: 2 };
const MORE = [
  { words: ['diff', 'previous', 'latest', '-o', 'html'], code: 1 },
  { words: ['show', 'latest'], code: 0 },
  { words: ['show', 'latest', 'team-00000/deploy/deployment-001'], code: 0 },
  { words: ['history', 'team-00000/deployments/deployment-000'], code: 0 },
  // The generated manifests do not match the content.
  { words: ['verify', 'latest'], code: 4 },
];
const COMMANDS = values.all ? [LIST, DIFF, ...MORE] : [LIST, DIFF];

interface Row {
  readonly where: string;
  readonly command: string;
  readonly runs: Measured[];
  requests: number;
  bytes: number;
}

const folder = mkdtempSync(join(tmpdir(), 'openshift-backup-bench-'));
const stores = values.all ? await startTestStores() : [await startS3()];
const proxies = await Promise.all(stores.map(({ server }) => StoreProxy.start(server)));
try {
  for (let night = 0; night < Number(values.nights); night += 1)
    writeNight(folder, size, night, Number(values.changes));
  const files = readdirSync(folder);
  const [first = ''] = files;
  process.stdout.write(`${files.length} archives of ${statSync(join(folder, first)).size} bytes\n`);
  for (const store of stores)
    for (const file of files) await store.put(file, readFileSync(join(folder, file)));
  const rows: Row[] = [];
  const places = [
    { where: 'directory', location: folder, environment: {}, proxy: null },
    ...stores.map((store, at) => ({
      where: store.scheme,
      location: store.location,
      environment: store.environment(proxies[at]?.url),
      proxy: proxies[at] ?? null,
    })),
  ];
  for (let round = 0; round < Number(values.rounds); round += 1) {
    for (const { words, code } of COMMANDS) {
      for (const { where, location, environment, proxy } of places) {
        proxy?.reset();
        if (proxy !== null) proxy.latency = latency;
        const command = words.join(' ');
        const found = rows.find((row) => row.where === where && row.command === command);
        const row = found ?? { where, command, runs: [], requests: 0, bytes: 0 };
        if (found === undefined) rows.push(row);
        row.runs.push(
          await measure([MAIN, ...words, '--volume', location], environment, folder, process.pid, code),
        );
        row.requests = proxy?.requests.length ?? 0;
        row.bytes = proxy?.bytes ?? 0;
      }
    }
  }
  const table = rows.map(({ where, command, runs, requests, bytes }) => {
    const of = (pick: (run: Measured) => number) => median(runs.map(pick));
    return `| ${command} | ${where} | ${requests} | ${(bytes / 1e6).toFixed(1)} | ${of(({ wall }) => wall).toFixed(2)} | ${of(({ cpu }) => cpu).toFixed(2)} | ${(of(({ rss }) => rss) / 2 ** 20).toFixed(0)} |`;
  });
  process.stdout.write(
    '| command | where | requests | MB | wall s | CPU s | peak RSS MiB |\n|---|---|---|---|---|---|---|\n',
  );
  process.stdout.write(`${table.join('\n')}\n`);
  for (const { words, target } of [LIST, DIFF])
    for (const { where, runs } of rows.filter(({ command }) => command === words.join(' '))) {
      if (where === 'directory') continue;
      const seconds = median(runs.map(({ wall }) => wall)).toFixed(2);
      const what = `${words.join(' ')} of ${files.length} archives from ${where}, ${latency} ms latency`;
      process.stdout.write(`${what}: ${seconds} s (target: ${target} s)\n`);
    }
} finally {
  await Promise.all(proxies.map((proxy) => proxy.close()));
  await Promise.all(stores.map((store) => store.stop()));
  rmSync(folder, { recursive: true, force: true });
}
