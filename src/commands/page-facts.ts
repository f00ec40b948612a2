import type { Config } from '../config.ts';
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
 */
export async function pageFacts(config: Config, rows: readonly CatalogueRow[]): Promise<PageFacts> {
  const { showStatus, includeNoise, showSecrets, ignored, zone } = config;
  const archives: TimelineArchive[] = [];
  for (const row of rows) archives.push(await timelineArchive(row));
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

async function timelineArchive({ archive, reading, time }: CatalogueRow): Promise<TimelineArchive> {
  const record = archive.hasRehearsal === true ? await rehearsalOf(archive) : null;
  const rehearsal = record === null ? null : `rehearsed: ${rehearsalState(record)}`;
  const facts = { file: archive.file, time: time.toISOString(), rehearsal };
  if (reading.kind !== 'manifest') return { ...facts, state: 'unreadable', previous: null };
  const { complete, previous } = reading.manifest;
  return { ...facts, state: complete ? 'complete' : 'incomplete', previous };
}
