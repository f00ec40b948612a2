import { jsonText } from './print/json.ts';
import { table } from './print/table.ts';

interface Ruling {
  readonly file: string;
  readonly reason: string;
}

/** What a rotation keeps and removes, with reasons; `failed` are those of `remove` that resisted. */
export interface RotationReport {
  readonly keep: readonly Ruling[];
  readonly remove: readonly Ruling[];
  readonly failed: readonly Ruling[];
}

/** A table with a row per archive; `applied` tells whether it was done or would be. */
export function rotationText(report: RotationReport, applied: boolean): string {
  const failed = new Map(report.failed.map(({ file, reason }) => [file, reason]));
  const rows = [
    ...report.keep.map(({ file, reason }) => [file, 'keep', reason]),
    ...report.remove.map(({ file, reason }) => {
      const mistake = failed.get(file);
      if (mistake !== undefined) return [file, 'failed', mistake];
      return [file, applied ? 'removed' : 'remove', reason];
    }),
  ];
  const text = table([{ title: 'ARCHIVE' }, { title: 'RULING' }, { title: 'REASON' }], rows);
  if (applied || report.remove.length === 0) return text;
  return `${text}\nnothing was removed; --apply removes\n`;
}

/**
 * `applied` (true or false) and the lists `keep`, `remove` and `failed`, each
 * of `archive` and `reason`; `failed` is part of `remove`.
 */
export function rotationJson(report: RotationReport, applied: boolean): string {
  const list = (rulings: readonly Ruling[]) => rulings.map(({ file, reason }) => ({ archive: file, reason }));
  return jsonText({
    applied,
    keep: list(report.keep),
    remove: list(report.remove),
    failed: list(report.failed),
  });
}
