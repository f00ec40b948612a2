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
import { readManifests } from '../volume/catalogue.ts';
import { checkFreshness, type Freshness } from '../volume/freshness.ts';
import { archiveResolver } from '../volume/reference.ts';
import type { Duration } from '../words/duration.ts';
import { Failure } from '../words/failure.ts';
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
  const verdicts = await verdictsOf(
    context,
    config.args.length > 0 ? await named(context) : await all(config),
  );
  if (config.output !== 'text') printDocument(context, verdictsJson(verdicts));
  return worst(verdicts);
}

/** `-o json`: `archives`, as verdictsJson has them, and `freshness`, as freshnessValue has it. */
async function verifyFresh(context: Context, maxAge: Duration): Promise<Ending> {
  const { config, print } = context;
  const now = context.now();
  const freshness = await checkFreshness(config.volume, config, maxAge.milliseconds, now);
  const verdicts = await verdictsOf(context, await named(context));
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

async function verdictsOf({ config, print, signal }: Context, paths: readonly string[]): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const path of paths) {
    // Large archives take minutes.
    signal.throwIfAborted();
    const verdict = await verifyArchive(path);
    verdicts.push(verdict);
    if (config.output === 'text') print(verdictText(verdict));
  }
  return verdicts;
}

function worst(verdicts: readonly Verdict[]): Ending {
  if (verdicts.some(({ verdict }) => verdict === 'damaged' || verdict === 'unreadable')) return 'failed';
  return verdicts.some(({ verdict }) => verdict === 'incomplete') ? 'incomplete' : 'done';
}

async function named({ config, now }: Context): Promise<string[]> {
  const found = [];
  const resolve = archiveResolver(config.volume, config, now());
  for (const reference of config.args) found.push(await resolve(reference));
  return found.map(({ path }) => path);
}

async function all(config: Config): Promise<string[]> {
  const archives = await readManifests(config.volume, config);
  if (archives.length > 0) return archives.map(({ archive }) => archive.path);
  throw new Failure(
    `nothing to verify: no archive named ${config.name}… in ${config.volume}`,
    'openshift-backup backup creates one; --volume, --name and --stamp decide which archives are found',
  );
}
