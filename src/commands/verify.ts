import type { ArchiveFile } from '../archive/reading/archive-file.ts';
import { verifyArchive } from '../archive/reading/verify.ts';
import type { Config } from '../config.ts';
import type { Ending } from '../exit.ts';
import { jsonText } from '../output/print/json.ts';
import {
  freshnessText,
  freshnessValue,
  type Verdict,
  verdictsJson,
  verdictsValue,
  verdictText,
} from '../output/verify.ts';
import { checkFreshness, type Freshness } from '../volume/freshness.ts';
import { type Archives, resolveArchive } from '../volume/reference.ts';
import type { Duration } from '../words/duration.ts';
import { Failure } from '../words/failure.ts';
import { archivesOf } from './archives.ts';
import type { Context } from './context.ts';
import { printDocument } from './printing.ts';

/**
 * Verifies the named archives, or all on the volume, and prints a line per archive with
 * its problems. `-o json` is the list that verdictsJson documents. Ends `failed` if one is
 * damaged or cannot be read, else `incomplete` if one is incomplete.
 *
 * With `--max-age` it also requires a complete archive that is young enough, and reads only
 * named archives in full: a probe runs every few seconds, and must not read gigabytes each time.
 */
export async function verify(context: Context): Promise<Ending> {
  const { maxAge } = context.config;
  return maxAge === null ? await verifyAll(context) : await verifyFresh(context, maxAge);
}

async function verifyAll(context: Context): Promise<Ending> {
  const { config } = context;
  const archives = await archivesOf(context);
  const files = config.args.length > 0 ? await named(archives, config) : await all(archives, config);
  const verdicts = await verdictsOf(context, files);
  if (config.output !== 'text') printDocument(context, verdictsJson(verdicts));
  return worst(verdicts);
}

/** `-o json`: `archives`, as verdictsJson has them, and `freshness`, as freshnessValue has it. */
async function verifyFresh(context: Context, maxAge: Duration): Promise<Ending> {
  const { config, print } = context;
  const now = context.now();
  const archives = await archivesOf(context);
  const freshness = await checkFreshness(archives.store, config, maxAge.milliseconds, now);
  const verdicts = await verdictsOf(context, await named(archives, config));
  if (config.output === 'text') print(freshnessText(freshness, maxAge.text, now));
  else {
    const details = freshnessValue(freshness, maxAge.text, now);
    printDocument(context, jsonText({ archives: verdictsValue(verdicts), freshness: details }));
  }
  const ending = worst(verdicts);
  return ending === 'done' || freshness.state === 'stale' ? ENDINGS[freshness.state] : ending;
}

/** `failed` if no archive is young enough; `incomplete` if the only young enough one is incomplete. */
const ENDINGS: Readonly<Record<Freshness['state'], Ending>> = {
  fresh: 'done',
  incomplete: 'incomplete',
  stale: 'failed',
};

async function verdictsOf(
  { config, print, signal }: Context,
  files: readonly ArchiveFile[],
): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const file of files) {
    // Large archives take minutes.
    signal.throwIfAborted();
    const verdict = await verifyArchive(file);
    verdicts.push(verdict);
    if (config.output === 'text') print(verdictText(verdict));
  }
  return verdicts;
}

function worst(verdicts: readonly Verdict[]): Ending {
  if (verdicts.some(({ verdict }) => verdict === 'damaged' || verdict === 'unreadable')) return 'failed';
  return verdicts.some(({ verdict }) => verdict === 'incomplete') ? 'incomplete' : 'done';
}

async function named(archives: Archives, { args }: Config): Promise<ArchiveFile[]> {
  const found = [];
  for (const reference of args) found.push(await resolveArchive(archives, reference));
  return found;
}

async function all({ catalogue, store }: Archives, { name }: Config): Promise<ArchiveFile[]> {
  const rows = await catalogue();
  if (rows.length > 0) return rows.map(({ archive }) => archive);
  throw new Failure(
    `nothing to verify: no archive named ${name}… in ${store.location}`,
    'openshift-backup backup creates one; --volume, --name and --stamp decide which archives are found',
  );
}
