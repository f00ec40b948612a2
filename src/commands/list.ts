import type { Ending } from '../exit.ts';
import { archivesJson, archivesText } from '../output/list.ts';
import type { CatalogueRow } from '../volume/catalogue.ts';
import type { Archives } from '../volume/reference.ts';
import { type ArchiveRows, archiveRows } from './archive-rows.ts';
import { archivesOf, noArchivesText } from './archives.ts';
import type { Context } from './context.ts';
import { printDocument } from './printing.ts';

/**
 * Prints a row per archive, the newest first. `-o json` is the list that archivesJson documents, [] if the volume has no
 * archive; `-o yaml` is the same, `-o html` a page. With `--copy-to`, it also shows where the copies are; ends
 * `incomplete` if a place cannot be listed.
 */
export async function list(context: Context): Promise<Ending> {
  const { config, print, now, log } = context;
  const archives = await archivesOf(context);
  const catalogue = await archives.catalogue();
  const found = await archiveRows(context, catalogue, config.output !== 'text');
  const { rows, uncopied, unlisted } = found;
  const wide = config.output === 'wide';
  if (config.output === 'html') print(await page(context, archives, catalogue, found));
  else if (!wide && config.output !== 'text') printDocument(context, archivesJson(rows));
  else if (rows.length === 0) print(`${noArchivesText(archives)}\n`);
  else print(archivesText(rows, { zone: config.zone, now: now(), wide, uncopied }));
  for (const { message, hint } of unlisted) log.error(message, hint === null ? {} : { hint });
  return unlisted.length === 0 ? 'done' : 'incomplete';
}

/** Most lists are tables, which start faster without the code of pages. */
async function page(
  { config }: Context,
  archives: Archives,
  catalogue: readonly CatalogueRow[],
  found: ArchiveRows,
): Promise<string> {
  const { archivesPage } = await import('../output/page/archives-page.ts');
  const { pageFacts } = await import('./page-facts.ts');
  const notices = [
    ...(found.rows.length === 0 ? [noArchivesText(archives)] : []),
    ...found.unlisted.map(({ message }) => message),
  ];
  return archivesPage({ ...(await pageFacts(config, catalogue, found.rows)), ...found, notices });
}
