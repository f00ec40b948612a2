import { type CatalogueRow, readManifests } from '../archive/catalogue.ts';
import { failedTypes } from '../archive/manifest-compare.ts';
import type { Ending } from '../exit.ts';
import { type ArchiveRow, archivesJson, archivesText } from '../output/archives.ts';
import type { Context } from './context.ts';

/**
 * Prints a row per archive, the newest first. `-o json` is the list that
 * archivesJson documents, [] where the volume has no archive.
 */
export async function list({ config, print, now }: Context): Promise<Ending> {
  const rows = (await readManifests(config.volume, config)).map(rowOf);
  if (config.output === 'json') print(archivesJson(rows));
  else if (rows.length === 0) print(`no archives named ${config.name}… in ${config.volume} yet\n`);
  else print(archivesText(rows, config.zone, now()));
  return 'done';
}

function rowOf({ archive, reading }: CatalogueRow): ArchiveRow {
  const facts = { archive: archive.file, path: archive.path, time: archive.time, bytes: archive.bytes };
  if (reading.kind !== 'manifest') {
    return {
      ...facts,
      state: reading.kind,
      reason: reading.reason,
      failed: [],
      totals: null,
      previous: null,
    };
  }
  const { complete, totals, previous } = reading.manifest;
  const failed = failedTypes(reading.manifest).map(({ name }) => name);
  return { ...facts, state: complete ? 'complete' : 'incomplete', reason: null, failed, totals, previous };
}
