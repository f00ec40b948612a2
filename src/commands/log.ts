import type { ChangeLog } from '../changes/change-log.ts';
import { readChangeLog } from '../comparison/change-log.ts';
import type { Ending } from '../exit.ts';
import { type LogForm, logJson, logMarkdown, logText } from '../output/log.ts';
import { shortTypes } from '../output/log-words.ts';
import { logPage } from '../output/page/log-page.ts';
import { type CatalogueRow, noneReadable } from '../volume/catalogue.ts';
import { startOf } from '../words/duration.ts';
import { archiveRows } from './archive-rows.ts';
import { archivesOf, existingRows } from './archives.ts';
import { comparisonScope, LOG_USAGE, objectsOfWords } from './comparison-scope.ts';
import type { Context } from './context.ts';
import { emptyWords } from './empty-words.ts';
import { pageFacts } from './page-facts.ts';
import { printPaged } from './pager.ts';
import { printPieces } from './printing.ts';

/** Width of the text where it is not printed to a terminal. */
const COLUMNS = 100;

/** On narrower terminals, lines wrap. */
const FEWEST_COLUMNS = 60;

/** Prints every change over all archives, the newest first. */
export async function log(context: Context): Promise<Ending> {
  const { config, now, signal } = context;
  const rows = await existingRows(await archivesOf(context));
  const unreadable = noneReadable(rows);
  if (unreadable !== null) throw unreadable;
  const manifests = rows.flatMap(({ reading }) => (reading.kind === 'manifest' ? [reading.manifest] : []));
  const time = (since: typeof config.since) => (since === null ? null : startOf(since, now(), config.zone));
  const scope = {
    ...comparisonScope(config, [], manifests, LOG_USAGE),
    objectsIn: objectsOfWords(config.args, manifests),
    from: time(config.since),
    to: time(config.until),
    groups: config.output !== 'json',
  };
  const projects = manifests.flatMap((manifest) => manifest.projects);
  const resourceTypes = manifests.flatMap((manifest) => manifest.resourceTypes);
  for (const line of emptyWords(config, { projects, resourceTypes }, 'these archives'))
    context.log.warn(line);
  const found = readChangeLog(rows, scope, signal);
  const texts =
    config.output === 'html'
      ? page(context, found, rows, resourceTypes)
      : rendered(context, found, resourceTypes);
  if (config.output === 'text') await printPaged(context, texts);
  else await printPieces(context, texts);
  return 'done';
}

async function* page(
  context: Context,
  found: ChangeLog,
  catalogue: readonly CatalogueRow[],
  types: readonly { readonly name: string }[],
): AsyncGenerator<string> {
  const { unlisted, ...archives } = await archiveRows(context, catalogue, true);
  for (const { message, hint } of unlisted) context.log.warn(message, { hint });
  const typeName = shortTypes(types.map(({ name }) => name));
  yield* logPage(found, {
    ...(await pageFacts(context.config, catalogue, archives.rows)),
    ...archives,
    typeName,
  });
}

function rendered(
  { config, columns, environment }: Context,
  found: ChangeLog,
  types: readonly { readonly name: string }[],
): AsyncGenerator<string> {
  if (config.output === 'json') return logJson(found);
  const form: LogForm = {
    zone: config.zone,
    columns: columns > 0 ? Math.max(columns, FEWEST_COLUMNS) : COLUMNS,
    colour: columns > 0 && (environment.NO_COLOR ?? '') === '',
    typeName: shortTypes(types.map(({ name }) => name)),
  };
  if (config.output === 'markdown') return logMarkdown(found, form);
  return logText(found, form);
}
