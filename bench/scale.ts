import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeKubeconfig } from '../test/support/kubeconfig-file.ts';
import { startListServer } from './list-server.ts';
import { type Measured, measure } from './measure.ts';
import { row, tableHead } from './table.ts';

/**
 * `npm run bench:scale`: backs up, verifies and compares the largest cluster that etcd can hold, from a list server
 * that makes its objects while it sends them; and a twentieth of it, to show that memory does not grow with it.
 * `--latency 20 --rate 50` is a line with 20 ms of latency and 50 MB/s. `--node-defaults` adds a backup without the
 * settings of V8 and malloc in the first line of dist/main.js. Fails if an object is missing.
 */
const { values } = parseArgs({
  options: {
    projects: { type: 'string', default: '10000' },
    'objects-per-project': { type: 'string', default: '100' },
    'object-bytes': { type: 'string', default: '4500' },
    latency: { type: 'string' },
    rate: { type: 'string' },
    'node-defaults': { type: 'boolean', default: false },
  },
});
const MAIN = join(import.meta.dirname, '..', 'dist', 'main.js');
const projects = Number(values.projects);
const latency = values.latency === undefined ? {} : { latency: Number(values.latency) };
const bytesPerSecond = values.rate === undefined ? null : Number(values.rate) * 1e6;

/** The peak memory of both backups of a cluster, in bytes. */
interface Peaks {
  readonly first: number;
  readonly second: number;
}

const part = await run(Math.ceil(projects / 20));
const whole = await run(projects);
const growth = (of: keyof Peaks) => (whole[of] / part[of]).toFixed(2);
process.stdout.write(
  `peak RSS of the whole / of a twentieth: first backup ${growth('first')}, compared backup ${growth('second')}\n`,
);

async function run(count: number): Promise<Peaks> {
  const folder = mkdtempSync(join(tmpdir(), 'openshift-backup-bench-'));
  const server = await startListServer(
    {
      projects: count,
      objectsPerProject: Number(values['objects-per-project']),
      objectBytes: Number(values['object-bytes']),
    },
    { ...latency, ...(bytesPerSecond === null ? {} : { bytesPerSecond }) },
  );
  try {
    const environment = {
      KUBECONFIG: await writeKubeconfig(folder, 'bench', server.credentials),
      OPENSHIFT_BACKUP_VOLUME: folder,
      OPENSHIFT_BACKUP_LOG_FORMAT: 'json',
    };
    const ours = (expected: number, ...words: readonly string[]) =>
      measure([MAIN, ...words], environment, folder, process.pid, expected);
    writeFileSync(join(folder, 'credentials.json'), JSON.stringify(server.credentials));
    writeFileSync(join(folder, 'paths.json'), JSON.stringify(server.paths));
    const program = join(import.meta.dirname, 'floor.ts');
    const files = [join(folder, 'credentials.json'), join(folder, 'paths.json')];
    const floor = await measure([process.execPath, program, ...files], environment, folder, process.pid);
    const byDefault = values['node-defaults']
      ? [await measure([process.execPath, MAIN, 'backup'], environment, folder, process.pid)]
      : [];
    for (const name of readdirSync(folder)) if (name.endsWith('.zip')) rmSync(join(folder, name));
    const first = await ours(0, 'backup');
    server.night = 2;
    const before = server.requests;
    const second = await ours(0, 'backup');
    const requests = server.requests - before;
    const verified = await ours(0, 'verify', 'latest');
    const compared = await ours(1, 'diff', 'previous', 'latest', '-o', 'json');
    const { bytes }: { bytes: number } = JSON.parse(floor.stdout);
    const changed = Number(/"changed":\s*(\d+)/.exec(compared.stdout)?.[1]);
    const { objects } = closingLine(second);
    if (second.stderr.includes('comparison with the previous archive failed'))
      process.stdout.write(`the comparison failed: ${second.stderr}\n`);
    if (objects !== server.objects) throw new Error(`${objects} objects of ${server.objects}`);
    if (changed !== server.changed)
      throw new Error(`${changed} changed objects, should be ${server.changed}`);
    const limit =
      bytesPerSecond === null ? '' : `; the line alone takes ${(bytes / bytesPerSecond).toFixed(1)} s`;
    process.stdout.write(
      [
        `${server.objects} objects in ${count} projects, ${(bytes / 1e6).toFixed(0)} MB of JSON${limit}`,
        '',
        tableHead,
        row('floor (bare LISTs, answers discarded)', [floor]),
        ...byDefault.map((run) => row('backup with the defaults of Node.js', [run])),
        row('backup, the first', [first]),
        row('backup, compared with the first', [second]),
        row('verify', [verified]),
        row('diff', [compared]),
        '',
        `requests: ${requests} (types: ${server.paths.length + 1}); changed objects found: ${changed}`,
        '',
        '',
      ].join('\n'),
    );
    return { first: first.rss, second: second.rss };
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the closing line of a backup says. */
function closingLine({ stderr }: Measured): { readonly objects: number } {
  const line = stderr.split('\n').find((each) => each.includes('"Backup finished"'));
  return JSON.parse(line ?? '{}');
}
