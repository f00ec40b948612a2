import { failedTypes } from '../archive/format/manifest-compare.ts';
import type { Ending } from '../exit.ts';
import { type ArchiveRow, archivesJson, archivesText } from '../output/list.ts';
import type { CatalogueRow } from '../volume/catalogue.ts';
import { retentionOf } from '../volume/rotation.ts';
import { archivesOf } from './archives.ts';
import type { Context } from './context.ts';
import { printDocument } from './printing.ts';
import { retentionPolicy } from './retention-policy.ts';

/**
 * Prints a row per archive, the newest first. `-o json` is the list that
 * archivesJson documents, [] if the volume has no archive; `-o yaml` is the same.
 */
export async function list(context: Context): Promise<Ending> {
  const { config, print, now } = context;
  const archives = await archivesOf(context);
  const catalogue = await archives.catalogue();
  const { keep, remove } = retentionOf(catalogue, retentionPolicy(config), now());
  const rulings = new Map<string, ArchiveRow['retention']>();
  for (const { file, reason } of keep) rulings.set(file, { keep: true, reason });
  for (const { file, reason } of remove) rulings.set(file, { keep: false, reason });
  const rows = catalogue.map((row) => rowOf(row, rulings.get(row.archive.file) ?? null));
  const wide = config.output === 'wide';
  if (!wide && config.output !== 'text') printDocument(context, archivesJson(rows));
  else if (rows.length === 0) print(`no archives named ${config.name}… in ${archives.store.location} yet\n`);
  else print(archivesText(rows, { zone: config.zone, now: now(), wide }));
  return 'done';
}

function rowOf({ archive, reading, time }: CatalogueRow, retention: ArchiveRow['retention']): ArchiveRow {
  const facts = { archive: archive.file, path: archive.path, time, bytes: archive.bytes, retention };
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
