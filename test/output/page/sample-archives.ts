import type { ArchiveRow } from '../../../src/output/list.ts';
import { type ArchivesFacts, archivesPage } from '../../../src/output/page/archives-page.ts';
import { FACTS } from './sample.ts';

/** A row for a complete archive of which there is no copy and no rehearsal. */
export function archiveRow(archive: string, more: Partial<ArchiveRow> = {}): ArchiveRow {
  return {
    archive,
    path: `/volume/${archive}`,
    time: new Date(timeIn(archive)),
    bytes: 12_345_678,
    state: 'complete',
    reason: null,
    failed: [],
    totals: { projects: 42, objects: 8123, files: 400, bytes: 98_765_432 },
    previous: { archive: 'before.zip', added: 3, changed: 12, removed: 0, projects: 2 },
    origin: null,
    holdUntil: null,
    expires: null,
    note: null,
    rehearsal: null,
    retention: null,
    copies: [],
    onVolume: true,
    ...more,
  };
}

/** `openshift-backup202609110015.zip` → `2026-09-11T00:15:00Z` */
function timeIn(file: string): string {
  const [, year, month, day, hour, minute] = /(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)/.exec(file) ?? [];
  return year === undefined ? '2026-09-01T00:15:00Z' : `${year}-${month}-${day}T${hour}:${minute}:00Z`;
}

/** The page of archives of every kind. */
export function sampleArchivesPage(facts: Partial<ArchivesFacts> = {}): string {
  const counts = { differs: 0, refused: 1, notRehearsed: 12 };
  const rehearsal = {
    finishedAt: '2026-09-11T03:00:00Z',
    kubernetes: 'v1.36.3',
    objects: 100,
    proven: 99,
    counts,
  };
  const rows = [
    archiveRow('openshift-backup202609110015.zip', { copies: ['s3://offsite/production', 'gs://second'] }),
    archiveRow('openshift-backup202609100015.zip', { rehearsal, note: 'before the <upgrade>' }),
    archiveRow('openshift-backup202609090015.zip', {
      state: 'incomplete',
      failed: ['routes.route.openshift.io'],
    }),
    archiveRow('openshift-backup202609080015.zip', {
      state: 'damaged',
      reason: 'End of central directory not found',
      totals: null,
      previous: null,
    }),
    archiveRow('openshift-backup202609070015.zip', { copies: ['gs://second'], onVolume: false }),
  ];
  const { archives, zone, tool } = FACTS;
  return archivesPage({ archives, zone, tool, rows, uncopied: 'none', notices: [], ...facts });
}
