import { failedTypes } from '../archive/format/manifest-compare.ts';
import type { Ending } from '../exit.ts';
import { type ArchiveRow, archivesJson, archivesText } from '../output/list.ts';
import type { CatalogueRow } from '../volume/catalogue.ts';
import { plainName } from '../volume/names.ts';
import { rehearsalOf } from '../volume/rehearsals.ts';
import { retentionOf } from '../volume/rotation.ts';
import { archivesOf, noArchivesText } from './archives.ts';
import type { Context } from './context.ts';
import { copiesOf } from './list-copies.ts';
import { printDocument } from './printing.ts';
import { retentionPolicy } from './retention-policy.ts';

/**
 * Prints a row per archive, the newest first. `-o json` is the list that
 * archivesJson documents, [] if the volume has no archive; `-o yaml` is the same. With `--copy-to`, it also shows where the
 * copies are; ends `incomplete` if a place cannot be listed.
 */
export async function list(context: Context): Promise<Ending> {
  const { config, print, now, log } = context;
  const archives = await archivesOf(context);
  const catalogue = await archives.catalogue();
  const copies = config.copyTo.length === 0 ? null : await copiesOf(context, catalogue);
  const whereOf = (file: string) => copies?.places.get(plainName(file)) ?? [];
  const isRehearsalShown = config.output !== 'text';
  const rows = (await archiveRows(context, catalogue, isRehearsalShown)).map((row) => ({
    ...row,
    copies: whereOf(row.archive),
  }));
  rows.push(...(copies?.elsewhere ?? []).map((row) => rowOf(row, null, whereOf(row.archive.file), false)));
  const uncopied = copies === null ? null : copies.unlisted.length === 0 ? 'none' : 'unknown';
  const wide = config.output === 'wide';
  if (!wide && config.output !== 'text') printDocument(context, archivesJson(rows));
  else if (rows.length === 0) print(`${noArchivesText(archives)}\n`);
  else print(archivesText(rows, { zone: config.zone, now: now(), wide, uncopied }));
  for (const { message, hint } of copies?.unlisted ?? []) log.error(message, hint === null ? {} : { hint });
  return copies === null || copies.unlisted.length === 0 ? 'done' : 'incomplete';
}

/**
 * A row for each archive, without its copies.
 *
 * @param isRehearsalShown whether the results of rehearsals are read
 */
export async function archiveRows(
  { config, now }: Pick<Context, 'config' | 'now'>,
  catalogue: readonly CatalogueRow[],
  isRehearsalShown: boolean,
): Promise<ArchiveRow[]> {
  const { keep, remove } = retentionOf(catalogue, retentionPolicy(config), now());
  const rulings = new Map<string, ArchiveRow['retention']>();
  for (const { file, reason } of keep) rulings.set(file, { keep: true, reason });
  for (const { file, reason } of remove) rulings.set(file, { keep: false, reason });
  const rows: ArchiveRow[] = [];
  for (const row of catalogue) {
    const { file, hasRehearsal } = row.archive;
    const rehearsal = isRehearsalShown && hasRehearsal === true ? await rehearsalOf(row.archive) : null;
    rows.push({ ...rowOf(row, rulings.get(file) ?? null, [], true), rehearsal });
  }
  return rows;
}

function rowOf(
  { archive, reading, time }: CatalogueRow,
  retention: ArchiveRow['retention'],
  copies: readonly string[],
  onVolume: boolean,
): ArchiveRow {
  const { file, path, bytes } = archive;
  const facts = { archive: file, path, time, bytes, retention, copies, onVolume, rehearsal: null };
  if (reading.kind !== 'manifest') {
    return {
      ...facts,
      state: reading.kind,
      reason: reading.reason,
      failed: [],
      totals: null,
      previous: null,
      origin: null,
      holdUntil: null,
      expires: null,
      note: null,
    };
  }
  const { complete, totals, previous, cluster, identity, startedAt, finishedAt, tool } = reading.manifest;
  const origin = {
    server: cluster.server,
    clusterVersion: cluster.version,
    user: identity.user,
    startedAt,
    finishedAt,
    tool: `${tool.name} ${tool.version}`,
  };
  const failed = failedTypes(reading.manifest).map(({ name }) => name);
  const state = complete ? 'complete' : 'incomplete';
  const { holdUntil = null, expires = null, note = null } = reading.manifest;
  return { ...facts, state, reason: null, failed, totals, previous, origin, holdUntil, expires, note };
}
