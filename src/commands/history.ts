import type { History } from '../changes/history.ts';
import { readHistory } from '../comparison/history.ts';
import { objectReference } from '../comparison/object-address.ts';
import type { Ending } from '../exit.ts';
import { historyJson, historyMarkdown, historyText } from '../output/history.ts';
import { historyPage } from '../output/page/history-page.ts';
import { clockFor } from '../output/print/units.ts';
import { parseAddress } from '../types/archive-paths.ts';
import type { CatalogueRow } from '../volume/catalogue.ts';
import { startOf } from '../words/duration.ts';
import { Failure } from '../words/failure.ts';
import { archivesOf, existingRows } from './archives.ts';
import type { Context } from './context.ts';
import { pageFacts } from './page-facts.ts';
import { printPieces } from './printing.ts';

const USAGE = 'openshift-backup history PROJECT/TYPE/NAME; cluster-scoped types are under _cluster';

/**
 * Prints each version of an object with the archives that have it, and the changes between
 * versions, the newest first.
 */
export async function history(context: Context): Promise<Ending> {
  const { config, now, signal } = context;
  const [what, ...more] = config.args;
  if (what === undefined) throw new Failure('history needs an object', USAGE, 'usage');
  const address = parseAddress(what);
  if (more.length > 0 || address === null || address.type === null || address.name === null) {
    throw new Failure(`invalid argument for history: ${[what, ...more].join(' ')}`, USAGE, 'usage');
  }
  if (address.view !== '') {
    throw new Failure(
      `history cannot show ${address.view} alone`,
      'name the object; --status also shows its status',
      'usage',
    );
  }
  const rows = await existingRows(await archivesOf(context));
  const place = await objectReference(rows, { ...address, type: address.type, name: address.name }, signal);
  const scope = {
    noise: config.includeNoise,
    secrets: config.showSecrets,
    ignored: config.ignored,
    status: config.showStatus,
    from: config.since === null ? null : startOf(config.since, now(), config.zone),
  };
  const found = await readHistory(rows, place, scope, signal);
  await printPieces(context, rendered(found, rows, context));
  return 'done';
}

function rendered(
  found: History,
  rows: readonly CatalogueRow[],
  { config, columns, environment }: Context,
): AsyncGenerator<string> {
  if (config.output === 'json') return historyJson(found);
  const clock = clockFor(
    rows.map(({ time }) => time.toISOString()),
    config.zone,
  );
  if (config.output === 'markdown') return historyMarkdown(found, { clock, zone: config.zone });
  if (config.output === 'html') return page(found, rows, config);
  const colour = columns > 0 && (environment.NO_COLOR ?? '') === '';
  return historyText(found, { clock, zone: config.zone }, { colour });
}

async function* page(
  found: History,
  rows: readonly CatalogueRow[],
  config: Context['config'],
): AsyncGenerator<string> {
  yield* historyPage(found, await pageFacts(config, rows));
}
