import type { LeftOut, Plan } from '../plan/plan.ts';
import type { Outcome, ResourceType } from '../types/resource-type.ts';
import { type Previous, totalsText } from './diff-words.ts';
import type { Log } from './print/log.ts';
import { table } from './print/table.ts';
import { counted, size } from './print/units.ts';

/** A resource type that was listed, with the outcome and what was written. */
export interface TypeRow {
  readonly type: ResourceType;
  readonly outcome: Outcome;
  readonly scope: 'cluster' | 'projects';
  readonly reason: string | null;
  readonly written: { readonly files: number; readonly objects: number; readonly bytes: number };
}

/** What became of the logs of pods. */
export interface LogsRow {
  readonly outcome: string;
  readonly reason: string | null;
  readonly files: number;
  readonly bytes: number;
  readonly unavailable: number;
  readonly deniedIn: readonly string[];
}

/** Output for a person: tables on stdout, and a progress bar if stderr is a terminal. */
export interface People {
  readonly print: (text: string) => void;
  readonly progress: ((text: string) => void) | null;
  /** Width of the terminal; 0 if it is unknown. */
  readonly columns: number;
}

/** What the backup cost. */
export interface Effort {
  readonly milliseconds: number;
  /** Requests that were sent to the API server. */
  readonly requests: number;
  /** Largest resident set in bytes: a memory limit must be higher. */
  readonly peakMemory: number;
}

interface Totals {
  readonly complete: boolean;
  readonly identity: { readonly user: string };
  readonly totals: {
    readonly projects: number;
    readonly objects: number;
    readonly files: number;
    readonly bytes: number;
  };
  readonly previous: Previous | null;
  readonly resourceTypes: ReadonlyArray<{
    readonly name: string;
    readonly outcome: Outcome;
    readonly reason: string | null;
    readonly objects: number;
  }>;
}

const LOGS_HINT = 'grant get on pods/log, or leave out --logs';

const DENIED_HINT =
  'RBAC does not let this identity list it; openshift-backup access prints the rules to add';

/**
 * Reports a backup while it runs. In a pod: a log line per resource type, and one with the totals at
 * the end. At a terminal: a progress bar, then a table.
 */
export class BackupReport {
  readonly #log: Log;
  readonly #people: People | null;

  /** @param people null for log lines */
  constructor(log: Log, people: People | null) {
    this.#log = log;
    this.#people = people;
  }

  /** Warns about the options. */
  warned(text: string): void {
    this.#log.warn(text);
  }

  /** Reports which types will not be listed, before the first list. */
  planned(plan: Plan): void {
    for (const row of plan.leftOut) this.#leftOut(row);
  }

  /**
   * Reports a type that was listed.
   *
   * @param done how many of `total` types have ended
   */
  typeEnded(row: TypeRow, done: number, total: number): void {
    const { type, outcome, scope, reason, written } = row;
    if (this.#people !== null) {
      this.#people.progress?.(
        done === total ? '' : progressLine(done, total, type.name, this.#people.columns || 80),
      );
      if (outcome === 'failed') this.#log.error(`${type.name} failed: ${reason}`);
      return;
    }
    const file = written.files === 0 ? null : `${type.namespaced ? '*/' : ''}${type.name}.json`;
    const fields = {
      type: type.name,
      outcome,
      count: written.objects,
      file,
      files: written.files,
      scope,
      ...(reason === null ? {} : { reason }),
    };
    if (outcome === 'failed') this.#log.error('Exporting', fields);
    else if (outcome === 'denied') this.#log.info('Exporting', { ...fields, hint: DENIED_HINT });
    else this.#log.info('Exporting', fields);
  }

  /** Reports what became of the logs: an outcome, never a failure. */
  logsEnded({ outcome, reason, files, bytes, unavailable, deniedIn }: LogsRow): void {
    const fields = { outcome, files, bytes, unavailable, ...(reason === null ? {} : { reason }) };
    const denied = deniedIn.length === 0 ? {} : { deniedIn: deniedIn.length, hint: LOGS_HINT };
    if (this.#people === null) this.#log.info('Logs', { ...fields, ...denied });
    else if (reason !== null) this.#log.warn(`logs: ${outcome}: ${reason}`, denied);
    else if (deniedIn.length > 0)
      this.#log.warn(`logs: get of pods/log is denied in ${counted(deniedIn.length, 'project')}`, denied);
  }

  /** Reports the archive: what is in it, what failed, and what changed since the one before. */
  published(
    manifest: Totals,
    archive: { file: string; bytes: number },
    { milliseconds, requests, peakMemory }: Effort,
  ): void {
    const { complete, totals, resourceTypes, previous } = manifest;
    const changes = previous === null ? null : changesText(previous);
    const failed = resourceTypes.filter(({ outcome }) => outcome === 'failed').map(({ name }) => name);
    this.#people?.print(`${summary(manifest)}\n`);
    if (totals.objects === 0) {
      this.#log.warn(`The archive is empty: ${emptyReasons(manifest)}`, {
        hint: 'grant it a role or widen the scope; openshift-backup access shows what is denied and excluded',
      });
    }
    const duration = milliseconds / 1000;
    const fields = {
      complete,
      ...(failed.length === 0 ? {} : { failed }),
      ...totals,
      ...(previous === null ? {} : { changes, previous }),
      duration,
      requests,
      peakMemory,
      archive: archive.file,
      archiveBytes: archive.bytes,
    };
    if (this.#people === null) {
      if (complete) this.#log.info('Backup finished', fields);
      else
        this.#log.error('Backup finished, but incomplete', {
          ...fields,
          hint: 'the lines with outcome failed say why; earlier complete archives are kept',
        });
      return;
    }
    this.#people.print(
      `${counted(totals.objects, 'object')} from ${counted(totals.projects, 'project')} in ${counted(totals.files, 'file')}, ${size(archive.bytes)}, ${duration.toFixed(1)} s\n${changes === null ? '' : `${changes}\n`}${archive.file}${complete ? '' : `  INCOMPLETE: ${failed.join(', ')} failed`}\n`,
    );
  }

  #leftOut({ name, outcome, reason }: LeftOut): void {
    if (this.#people !== null) {
      if (outcome === 'failed') this.#log.error(`${name} failed: ${reason}`);
      return;
    }
    const fields = { type: name, outcome, count: 0, file: null, reason };
    if (outcome === 'failed') this.#log.error('Exporting', fields);
    else if (outcome === 'denied') this.#log.info('Exporting', { ...fields, hint: DENIED_HINT });
    else this.#log.debug('Exporting', fields);
  }
}

/** `40 resource types are denied to system:serviceaccount:shop:backup, 2 resource types have no objects`. */
function emptyReasons({ identity, resourceTypes }: Totals): string {
  const count = (of: Outcome) => resourceTypes.filter(({ outcome }) => outcome === of).length;
  const [denied, empty] = [count('denied'), count('empty')];
  const reasons = [
    ...(denied === 0
      ? []
      : [
          `${counted(denied, 'resource type is', 'resource types are')} denied to ${identity.user || 'this identity'}`,
        ]),
    ...(empty === 0
      ? []
      : [`${counted(empty, 'resource type has', 'resource types have')} no objects in this scope`]),
  ];
  return reasons.length === 0 ? 'no resource type could be listed' : reasons.join(', ');
}

/** `12 objects changed, 3 added in 3 projects since openshift-backup202609100015.zip; 205 not shown (…)`. */
function changesText(previous: Previous): string {
  const { archive, projects, notShown = 0 } = previous;
  const totals = totalsText({ ...previous, projects: projects ?? 0, clusterScoped: 0 });
  const more = notShown === 0 ? '' : `; ${notShown} not shown (diff names the reasons)`;
  return `${totals} since ${archive}${more}`;
}

/** A row for each type that is neither empty nor excluded; those are counted. */
function summary({ resourceTypes }: Totals): string {
  const shown = resourceTypes.filter(({ outcome }) => outcome !== 'empty' && outcome !== 'excluded');
  const rows = shown.map(({ name, outcome, objects, reason }) => [
    name,
    outcome,
    objects === 0 ? '' : String(objects),
    reason ?? '',
  ]);
  const count = (of: Outcome) => resourceTypes.filter(({ outcome }) => outcome === of).length;
  const columns = [
    { title: 'RESOURCE TYPE' },
    { title: 'OUTCOME' },
    { title: 'OBJECTS', align: 'right' as const },
    { title: 'REASON' },
  ];
  return `${table(columns, rows)}and ${count('empty')} empty, ${count('excluded')} excluded\n`;
}

const WIDTH = 24;

/**
 * `████████░░░░  12/48  deployments.apps`, without a line end. It is shorter than `columns`: a line that
 * wraps cannot be erased.
 */
export function progressLine(done: number, total: number, label: string, columns: number): string {
  const filled = total === 0 ? WIDTH : Math.round((WIDTH * done) / total);
  const count = `${String(done).padStart(String(total).length)}/${total}`;
  return `${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)}  ${count}  ${label}`.slice(0, columns - 1);
}
