import { resolveArchive } from '../archive/reference.ts';
import { listArchives } from '../archive/store.ts';
import { verifyArchive } from '../archive/verify.ts';
import type { Ending } from '../exit.ts';
import { type Verdict, verdictsJson, verdictText } from '../output/verdict.ts';
import { Failure } from '../snapshot/failure.ts';
import type { Context } from './context.ts';

/**
 * Verifies the archives that are named, or all on the volume, and prints a
 * line per archive with what is wrong. `-o json` is the list that verdictsJson
 * documents. Ends `failed` where one is damaged, else `incomplete` where one is.
 */
export async function verify({ config, print, signal }: Context): Promise<Ending> {
  const verdicts: Verdict[] = [];
  for (const path of await paths(config)) {
    // A volume of big archives takes minutes.
    signal.throwIfAborted();
    const verdict = await verifyArchive(path);
    verdicts.push(verdict);
    if (config.output === 'text') print(verdictText(verdict));
  }
  if (config.output === 'json') print(verdictsJson(verdicts));
  if (verdicts.some(({ verdict }) => verdict === 'damaged')) return 'failed';
  return verdicts.some(({ verdict }) => verdict === 'incomplete') ? 'incomplete' : 'done';
}

async function paths(config: Context['config']): Promise<string[]> {
  if (config.args.length > 0) {
    const found = [];
    for (const reference of config.args) found.push(await resolveArchive(config.volume, config, reference));
    return found.map(({ path }) => path);
  }
  const archives = await listArchives(config.volume, config);
  if (archives.length === 0) {
    throw new Failure(
      `there is nothing to verify: ${config.volume} has no archive named ${config.name}…`,
      'openshift-backup makes one; --volume, --name and --stamp say which are seen',
    );
  }
  return archives.map(({ path }) => path);
}
