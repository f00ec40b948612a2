import { jsonText } from './print/json.ts';
import { table } from './print/table.ts';

interface Decision {
  readonly file: string;
  readonly reason: string;
}

/** What a rotation keeps and removes, with reasons; `failed` lists those of `remove` that could not be removed. */
export interface RotationReport {
  readonly keep: readonly Decision[];
  readonly remove: readonly Decision[];
  readonly failed: readonly Decision[];
}

/**
 * A table with a row per archive.
 *
 * @param applied whether archives were removed, or this is a dry run
 */
export function rotationText(report: RotationReport, applied: boolean): string {
  const failed = new Map(report.failed.map(({ file, reason }) => [file, reason]));
  const rows = [
    ...report.keep.map(({ file, reason }) => [file, 'keep', reason]),
    ...report.remove.map(({ file, reason }) => {
      const failure = failed.get(file);
      if (failure !== undefined) return [file, 'failed', failure];
      return [file, applied ? 'removed' : 'remove', reason];
    }),
  ];
  const text = table([{ title: 'ARCHIVE' }, { title: 'ACTION' }, { title: 'REASON' }], rows);
  if (applied || report.remove.length === 0) return text;
  return `${text}\ndry run: nothing was removed; use --apply to remove archives\n`;
}

/**
 * `applied` (true or false) and the lists `keep`, `remove` and `failed`, each
 * of `archive` and `reason`; `failed` is part of `remove`.
 */
export function rotationJson(report: RotationReport, applied: boolean): string {
  const list = (decisions: readonly Decision[]) =>
    decisions.map(({ file, reason }) => ({ archive: file, reason }));
  return jsonText({
    applied,
    keep: list(report.keep),
    remove: list(report.remove),
    failed: list(report.failed),
  });
}
