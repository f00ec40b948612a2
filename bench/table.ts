import type { Measured } from './measure.ts';

export const tableHead = `${'|'.padEnd(42)}| wall s | CPU s | peak RSS MiB | API server CPU s |\n|${'-'.repeat(41)}|--------|-------|--------------|------------------|`;

/** A Markdown row of medians. */
export function row(name: string, runs: readonly Measured[]): string {
  const of = (pick: (run: Measured) => number, digits: number, width: number) =>
    median(runs.map(pick)).toFixed(digits).padStart(width);
  return `| ${name.padEnd(40)}| ${of((run) => run.wall, 2, 6)} | ${of((run) => run.cpu, 2, 5)} | ${of((run) => run.rss / 2 ** 20, 0, 12)} | ${of((run) => run.serverCpu, 2, 16)} |`;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low, high] = [sorted[middle - (sorted.length % 2 === 0 ? 1 : 0)], sorted[middle]];
  return low === undefined || high === undefined ? Number.NaN : (low + high) / 2;
}
