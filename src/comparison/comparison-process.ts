import { text } from 'node:stream/consumers';
import { localArchive } from '../archive/reading/archive-file.ts';
import { parseIgnored } from '../changes/ignored.ts';
import { peakMemoryWithoutFiles } from '../disk/peak-memory.ts';
import { readManifests } from '../volume/catalogue.ts';
import { openStore } from '../volume/open-store.ts';
import { Failure } from '../words/failure.ts';
import { compareArchives } from './compare.ts';
import { Side } from './side.ts';
import type { ComparisonRequest, WithPrevious } from './with-previous.ts';

/**
 * The program of the process that compares a new archive with the previous one. It reads a
 * ComparisonRequest from stdin and writes WithPrevious to stdout (see with-previous.ts). Its
 * argument is the id of the process that started it.
 */

/** What `diff` compares that is given no option but --ignore, so that its numbers are those of the manifest. */
const EVERYTHING = {
  hasProject: () => true,
  hasNamespace: () => true,
  hasType: () => true,
  hasName: () => true,
  labels: null,
  status: false,
  noise: false,
  secrets: false,
  details: false,
} as const;

async function compare(request: ComparisonRequest): Promise<WithPrevious> {
  const { volume, store: options, naming, provided, manifest, ignored } = request;
  const startedAt = Date.parse(manifest.startedAt);
  // The clock was wrong when an archive with a time in the future was made.
  const { signal } = new AbortController();
  const store = await openStore(volume, options, signal);
  const row = (await readManifests(store, naming)).find(({ time }) => time.getTime() <= startedAt);
  if (row === undefined) return { kind: 'first' };
  const previous = row.archive;
  if (row.reading.kind === 'sealed') return { kind: 'sealed', archive: previous.file };
  const after = await Side.open(localArchive(provided), manifest);
  let before: Side | null = null;
  try {
    before = await Side.open(previous);
    const { objects, notComparable, tally } = compareArchives(
      before,
      after,
      { before: previous.file, after: '' },
      { ...EVERYTHING, ignored: ignored.map(parseIgnored) },
      signal,
    );
    for await (const _ of objects);
    return {
      kind: 'compared',
      archive: previous.file,
      totals: tally.totals,
      notShown: tally.notShown.objects,
      notComparable,
      peakMemory: peakMemoryWithoutFiles(),
    };
  } finally {
    before?.close();
    after.close();
  }
}

async function answerTo(request: ComparisonRequest): Promise<WithPrevious> {
  try {
    return await compare(request);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: 'failed', reason, hint: error instanceof Failure ? error.hint : null };
  }
}

// Ctrl-C reaches the whole process group; the parent process ends this one.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
// If the parent was killed, the result is not needed.
const parent = Number(process.argv[2]);
setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
}, 1000).unref();
const request: ComparisonRequest = JSON.parse(await text(process.stdin));
process.stdout.write(JSON.stringify(await answerTo(request)));
