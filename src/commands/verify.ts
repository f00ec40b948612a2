import type { ArchiveFile } from '../archive/reading/archive-file.ts';
import { verifyArchive } from '../archive/reading/verify.ts';
import type { Config } from '../config.ts';
import type { Ending } from '../exit.ts';
import { jsonText } from '../output/print/json.ts';
import {
  freshnessText,
  freshnessValue,
  rehearsalFreshnessText,
  rehearsalFreshnessValue,
  type Verdict,
  verdictsJson,
  verdictsValue,
  verdictText,
} from '../output/verify.ts';
import { checkFreshness, type Freshness } from '../volume/freshness.ts';
import { type Archives, resolveArchive } from '../volume/reference.ts';
import { checkRehearsed, type RehearsalFreshness } from '../volume/rehearsals.ts';
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
 * named archives in full: a probe runs every few seconds, and must not read gigabytes each time. With `--rehearsed` it
 * requires a successful rehearsal that is recent enough, in the same way.
 */
export async function verify(context: Context): Promise<Ending> {
  const { maxAge, rehearsed } = context.config;
  return maxAge === null && rehearsed === null
    ? await verifyAll(context)
    : await verifyRecent(context, maxAge, rehearsed);
}

async function verifyAll(context: Context): Promise<Ending> {
  const { config } = context;
  const archives = await archivesOf(context);
  const files = config.args.length > 0 ? await named(archives, config) : await all(archives, config);
  const verdicts = await verdictsOf(context, files);
  if (config.output !== 'text') printDocument(context, verdictsJson(verdicts));
  return worst(verdicts);
}

/**
 * `-o json`: `archives`, as verdictsJson has them, and, as far as they are asked for, `freshness`, as freshnessValue
 * has it, and `rehearsal`, as rehearsalFreshnessValue has it.
 */
async function verifyRecent(context: Context, maxAge: Duration | null, rehearsed: Duration | null) {
  const { config, print } = context;
  const now = context.now();
  const archives = await archivesOf(context);
  const freshness =
    maxAge === null ? null : await checkFreshness(archives.store, config, maxAge.milliseconds, now);
  const rehearsal =
    rehearsed === null ? null : await checkRehearsed(archives.store, config, rehearsed.milliseconds, now);
  const verdicts = await verdictsOf(context, await named(archives, config));
  if (config.output === 'text') {
    if (freshness !== null) print(freshnessText(freshness, maxAge?.text ?? '', now));
    if (rehearsal !== null) print(rehearsalFreshnessText(rehearsal, rehearsed?.text ?? '', now));
  } else {
    printDocument(
      context,
      jsonText({
        archives: verdictsValue(verdicts),
        ...(freshness === null ? {} : { freshness: freshnessValue(freshness, maxAge?.text ?? '', now) }),
        ...(rehearsal === null
          ? {}
          : { rehearsal: rehearsalFreshnessValue(rehearsal, rehearsed?.text ?? '', now) }),
      }),
    );
  }
  return worstOf([
    worst(verdicts),
    freshness === null ? 'done' : ENDINGS[freshness.state],
    rehearsal === null ? 'done' : ENDINGS[rehearsal.state],
  ]);
}

function worstOf(endings: readonly Ending[]): Ending {
  return endings.find((each) => each === 'failed') ?? endings.find((each) => each === 'incomplete') ?? 'done';
}

/** `failed` if nothing is recent enough; `incomplete` if the only recent archive is incomplete, or the only recent rehearsal found something. */
const ENDINGS: Readonly<Record<Freshness['state'] | RehearsalFreshness['state'], Ending>> = {
  fresh: 'done',
  incomplete: 'incomplete',
  failed: 'incomplete',
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
