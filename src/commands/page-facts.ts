import type { Config } from '../config.ts';
import type { ArchiveRow } from '../output/list.ts';
import type { PageFacts } from '../output/page/document.ts';
import type { TimelineArchive } from '../output/page/timeline.ts';
import { rehearsalState } from '../output/verify.ts';
import { TOOL } from '../version.ts';
import type { CatalogueRow } from '../volume/catalogue.ts';
import { rehearsalOf } from '../volume/rehearsals.ts';

/**
 * What a report page shows in addition to the changes.
 *
 * @param rows all archives of the volume, the newest first
 * @param known the same archives, if the results of their rehearsals were already read
 */
export async function pageFacts(
  config: Config,
  rows: readonly CatalogueRow[],
  known: readonly ArchiveRow[] | null = null,
): Promise<PageFacts> {
  const { showStatus, includeNoise, showSecrets, ignored, zone } = config;
  const archives: TimelineArchive[] = [];
  const rehearsals = known === null ? null : new Map(known.map((row) => [row.archive, row.rehearsal]));
  for (const row of rows) {
    const { file, hasRehearsal } = row.archive;
    const read = rehearsals === null && hasRehearsal === true ? await rehearsalOf(row.archive) : null;
    archives.push(timelineArchive(row, rehearsals?.get(file) ?? read));
  }
  return {
    archives: archives.reverse(),
    zone,
    showsSecrets: showSecrets,
    options: [
      ...(showStatus ? ['--status'] : []),
      ...(includeNoise ? ['--include-noise'] : []),
      ...(showSecrets ? ['--show-secrets'] : []),
      ...ignored.flatMap(({ text }) => ['--ignore', text]),
    ],
    tool: `${TOOL.name} ${TOOL.version}`,
  };
}

function timelineArchive(
  { archive, reading, time }: CatalogueRow,
  record: ArchiveRow['rehearsal'],
): TimelineArchive {
  const rehearsal = record === null ? null : `rehearsed: ${rehearsalState(record)}`;
  const facts = { file: archive.file, time: time.toISOString(), rehearsal };
  if (reading.kind !== 'manifest') return { ...facts, state: 'unreadable', previous: null };
  const { complete, previous } = reading.manifest;
  return { ...facts, state: complete ? 'complete' : 'incomplete', previous };
}
