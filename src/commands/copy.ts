import { isCopied } from '../copies/copier.ts';
import type { Ending } from '../exit.ts';
import { copiesJson, copiesText } from '../output/copy.ts';
import { directoryOf } from '../volume/open-store.ts';
import { resolveArchive } from '../volume/reference.ts';
import { Failure } from '../words/failure.ts';
import { archivesOf } from './archives.ts';
import type { Context } from './context.ts';
import { copyByOptions } from './copying.ts';
import { printDocument } from './printing.ts';
import { checkSealing } from './sealing-check.ts';

const USAGE = 'openshift-backup copy [ARCHIVE...] --to URL';

/**
 * Copies to a place the archives that it lacks; without --apply, reports what would be copied and removed. copiesJson
 * documents `-o json`. Ends `incomplete` if an archive could not be copied, `failed` if the place cannot be reached.
 */
export async function copy(context: Context): Promise<Ending> {
  const { config, print, log } = context;
  const { copyPlace, apply } = config;
  if (copyPlace === null) throw new Failure('copy needs --to URL', USAGE, 'usage');
  const directory = directoryOf(config.volume, 'copy');
  await checkSealing(config);
  const archives = await archivesOf(context);
  const files: string[] = [];
  for (const reference of config.args) files.push((await resolveArchive(archives, reference)).file);
  const named = files.length === 0 ? null : new Set(files);
  const catalogue = await archives.catalogue();
  const unknown = files.find((file) => !catalogue.some(({ archive }) => archive.file === file));
  if (unknown !== undefined)
    throw new Failure(`${unknown} is not an archive in ${directory}`, 'name archives of --volume', 'usage');
  const copying = (file: string) => log.debug('Copying', { archive: file, to: copyPlace.text });
  const what = { directory, catalogue, places: [copyPlace], named, copying };
  const [result] = await copyByOptions(context, what, apply);
  if (result === undefined) throw new Error('a place without a result');
  const { outcome } = result;
  if (outcome.kind === 'unreachable') throw new Failure(outcome.reason, outcome.hint);
  if (config.output === 'text') print(copiesText(outcome.report, apply));
  else printDocument(context, copiesJson(outcome.report, apply));
  return isCopied(result) ? 'done' : 'incomplete';
}
