import { jsonText } from './print/json.ts';
import { printable } from './print/printable.ts';
import { table } from './print/table.ts';
import { size } from './print/units.ts';

interface Ruling {
  readonly file: string;
  readonly reason: string;
}

/** What a run did, or, in a dry run, would do for one place. */
export interface CopyReport {
  readonly place: string;
  readonly plan: {
    readonly due: readonly string[];
    readonly present: readonly string[];
    readonly leftOut: readonly Ruling[];
    readonly taken: readonly Ruling[];
  };
  readonly unfit: readonly Ruling[];
  readonly copied: readonly {
    readonly file: string;
    readonly bytes: number;
    readonly sent: number;
    readonly milliseconds: number;
  }[];
  readonly failed: readonly {
    readonly file: string;
    readonly reason: string;
    readonly hint: string | null;
  }[];
  readonly late: readonly string[];
  readonly ended: readonly string[];
  readonly rotation: {
    readonly keep: readonly Ruling[];
    readonly remove: readonly Ruling[];
    readonly hidden: readonly string[];
    readonly refused: readonly Ruling[];
  } | null;
  readonly unrotated: string | null;
}

export const LATE_HINT = 'the next run continues; --copy-for gives more time';
const HIDDEN =
  'the bucket keeps versions: a lifecycle rule for noncurrent versions has to delete their bytes';

/** A row per archive that was, or would be, copied, left out or removed; and what else a person has to know. */
export function copiesText(report: CopyReport, applied: boolean): string {
  const { plan, copied, failed, late, unfit, rotation, unrotated, ended } = report;
  const rows: [string, string, string][] = [
    ...(applied ? [] : plan.due.map((file): [string, string, string] => [file, 'copy', ''])),
    ...copied.map((each): [string, string, string] => [each.file, 'copied', sizeText(each)]),
    ...failed.map(({ file, reason, hint }): [string, string, string] => [
      file,
      'failed',
      hint === null ? reason : `${reason}; ${hint}`,
    ]),
    ...(applied ? [] : plan.taken.map((each) => rowOf(each, 'failed'))),
    ...late.map((file): [string, string, string] => [file, 'not copied', `out of time; ${LATE_HINT}`]),
    ...unfit.map((each) => rowOf(each, 'not copied')),
    ...plan.leftOut.map((each) => rowOf(each, 'not copied')),
    ...plan.present.map((file): [string, string, string] => [file, 'is there', '']),
    ...(rotation === null ? [] : rotation.remove.map((each) => removalRow(each, report, applied))),
  ];
  const notes = [
    ...(rotation !== null && rotation.hidden.length > 0 ? [HIDDEN] : []),
    ...(unrotated === null ? [] : [`no old copies were removed: ${unrotated}`]),
    ...(ended.length === 0 ? [] : [`interrupted uploads that were deleted: ${ended.join(', ')}`]),
    ...(applied || plan.due.length + (rotation?.remove.length ?? 0) === 0
      ? []
      : ['dry run: nothing was copied or removed; use --apply to do it']),
  ];
  const columns = [{ title: 'ARCHIVE' }, { title: 'ACTION' }, { title: 'DETAILS' }];
  const head = rows.length === 0 ? `nothing to copy to ${report.place}\n` : table(columns, rows);
  return notes.length === 0 ? head : `${head}\n${notes.map((note) => `${printable(note)}\n`).join('')}`;
}

/**
 * `place`, `applied`, and lists: `copy` (file names that are due), `copied` (`archive`, `bytes`, `sent`: fewer than
 * `bytes` if an interrupted upload was resumed, `seconds`), `failed` (`archive`, `reason`, `hint`), `late` (file names
 * for which the time was too short), `present` (file names), `leftOut` (`archive`, `reason`), `keep` and `remove`
 * (copies: `archive`, `reason`; null if nothing was decided, with the reason in `notRemoved`), `hidden` (file names whose
 * versions the bucket keeps), `refused` (`archive`, `reason`).
 */
export function copiesJson(report: CopyReport, applied: boolean): string {
  const { plan, rotation } = report;
  const list = (rulings: readonly Ruling[]) => rulings.map(({ file, reason }) => ({ archive: file, reason }));
  return jsonText({
    place: report.place,
    applied,
    copy: plan.due,
    copied: report.copied.map(({ file, bytes, sent, milliseconds }) => ({
      archive: file,
      bytes,
      sent,
      seconds: milliseconds / 1000,
    })),
    failed: (applied
      ? report.failed
      : plan.taken.map((each): CopyReport['failed'][number] => ({ ...each, hint: null }))
    ).map(({ file, reason, hint }) => ({ archive: file, reason, hint })),
    late: report.late,
    present: plan.present,
    leftOut: list([...report.unfit, ...plan.leftOut]),
    keep: rotation === null ? null : list(rotation.keep),
    remove: rotation === null ? null : list(rotation.remove),
    hidden: rotation?.hidden ?? [],
    refused: list(rotation?.refused ?? []),
    notRemoved: report.unrotated,
  });
}

function rowOf({ file, reason }: Ruling, action: string): [string, string, string] {
  return [file, action, reason];
}

function removalRow(
  { file, reason }: Ruling,
  { rotation }: CopyReport,
  applied: boolean,
): [string, string, string] {
  const refused = rotation?.refused.find((each) => each.file === file);
  if (refused !== undefined) return [file, 'kept', refused.reason];
  return [file, applied ? 'removed' : 'remove', reason];
}

function sizeText({ bytes, sent }: CopyReport['copied'][number]): string {
  if (sent === 0) return 'another run has copied it';
  return sent < bytes ? `${size(bytes)}, resumed: ${size(sent)} sent` : size(bytes);
}
