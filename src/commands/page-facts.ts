import type { Config } from '../config.ts';
import type { PageFacts } from '../output/page/document.ts';
import type { TimelineArchive } from '../output/page/timeline.ts';
import { TOOL } from '../version.ts';
import type { CatalogueRow } from '../volume/catalogue.ts';

/**
 * What a report page shows in addition to the changes.
 *
 * @param rows all archives of the volume, the newest first
 */
export function pageFacts(config: Config, rows: readonly CatalogueRow[]): PageFacts {
  const { showStatus, includeNoise, showSecrets, ignored, zone } = config;
  return {
    archives: rows.map(timelineArchive).reverse(),
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

function timelineArchive({ archive, reading, time }: CatalogueRow): TimelineArchive {
  const facts = { file: archive.file, time: time.toISOString() };
  if (reading.kind !== 'manifest') return { ...facts, state: 'unreadable', previous: null };
  const { complete, previous } = reading.manifest;
  return { ...facts, state: complete ? 'complete' : 'incomplete', previous };
}
