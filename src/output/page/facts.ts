import type { Compared, Comparison } from '../../changes/comparison.ts';
import { clockFor } from '../age.ts';
import { gapName, gapReason } from '../comparison-text.ts';
import { count, counted, shown } from './escape.ts';
import type { TimelineArchive } from './timeline-table.ts';

/** What the page tells about an archive besides its changes; a manifest is one of these. */
export interface ArchiveFacts {
  readonly complete: boolean;
  readonly cluster: { readonly server: string; readonly version: string };
  readonly identity: { readonly user: string };
  readonly totals: { readonly projects: number; readonly objects: number };
}

/** What every page tells besides what has changed. */
export interface PageFacts {
  /** All archives of the volume, oldest first. */
  readonly archives: readonly TimelineArchive[];
  /** IANA zone of the times. */
  readonly zone: string;
  /** The values of Secrets are open. */
  readonly showsSecrets: boolean;
  /** Options that decide what is shown of an object, for commands that the page names: `--status`. */
  readonly options: readonly string[];
  /** `openshift-backup 1.0.0` */
  readonly tool: string;
}

interface Both {
  readonly before: ArchiveFacts;
  readonly after: ArchiveFacts;
  readonly isLive: boolean;
  readonly zone: string;
}

/** Both archives as a table. */
export function factsHtml(comparison: Comparison, { before, after, isLive, zone }: Both): string {
  const sides = [
    { compared: comparison.before, facts: before },
    { compared: comparison.after, facts: after },
  ] as const;
  const row = (title: string, own: string, other: string) =>
    `<tr><th scope="row">${title}</th><td>${own}</td><td>${other}</td></tr>`;
  const rowOf = (title: string, cell: (compared: Compared, facts: ArchiveFacts) => string) => {
    const [own, other] = sides.map(({ compared, facts }) => cell(compared, facts));
    return row(title, own ?? '', other ?? '');
  };
  const when = clockFor([comparison.before.time, comparison.after.time], zone);
  const live = isLive ? ' (live)' : '';
  return `<table class="facts"><thead><tr><td></td><th scope="col">Before</th><th scope="col">After</th></tr></thead><tbody>
${row('Archive', shown(comparison.before.name), `${shown(comparison.after.name)}${live}`)}
${rowOf('Exported', ({ time }) => shown(when(time)))}
${rowOf('Cluster', (_, { cluster }) => shown(`${cluster.server}, ${cluster.version}`))}
${rowOf('Read by', (_, { identity }) => shown(identity.user))}
${rowOf('Objects', (_, { totals }) => `${count(totals.objects)} in ${counted(totals.projects, 'project')}`)}
${rowOf('Complete', (_, { complete }) => (complete ? 'yes' : '<b class="warn">no, something failed</b>'))}
</tbody></table>
`;
}

/** Who opens the page has to know what it would give away. */
export function secretsNotice({ showsSecrets }: Pick<PageFacts, 'showsSecrets'>): string {
  return showsSecrets ? '<p class="notice warning">This page holds the values of Secrets.</p>\n' : '';
}

/** What makes the two less alike than they should be. */
export function notesHtml({ notes, notComparable, before, after }: Comparison): string {
  const gaps = notComparable.map(
    (gap) => `<li><b>${shown(gapName(gap))}</b>: ${shown(gapReason(gap, before, after))}</li>`,
  );
  return [
    ...notes.map((note) => `<p class="notice">${shown(note)}</p>\n`),
    ...(gaps.length === 0
      ? []
      : [
          `<details class="notice"><summary>${counted(gaps.length, 'part')} cannot be compared</summary><ul>${gaps.join('')}</ul></details>\n`,
        ]),
  ].join('');
}
