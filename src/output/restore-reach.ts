import type { Outcome } from '../restore-rules/outcome.ts';
import type { Reach } from '../restore-rules/reach/reach.ts';
import { CLUSTER } from '../types/archive-paths.ts';
import { printable } from './print/printable.ts';

/** More lines are counted; an archive from anywhere may hold any number. */
const MOST_LINES = 500;

/** Gathers what reaches beyond the restored projects while outcomes are printed. */
export class ReachSummary {
  readonly all: Reach[] = [];

  add({ reach }: Outcome): void {
    this.all.push(...reach);
  }

  /** Its own part of the text report; '' where nothing reaches further. */
  text(dryRun: boolean): string {
    if (this.all.length === 0) return '';
    const left = this.all.filter(({ restored }) => !restored);
    const restored = this.all.filter((each) => each.restored);
    return [
      '\nreaches beyond the restored projects\n',
      ...section('not restored; --cluster-resources yes restores it', left),
      ...section(dryRun ? 'would be restored' : 'restored', restored),
    ].join('');
  }
}

function section(title: string, reach: readonly Reach[]): readonly string[] {
  if (reach.length === 0) return [];
  const lines = reach.flatMap(({ project, type, name, reaches }) =>
    reaches.map((each) => `    ${printable(`${project ?? CLUSTER}/${type}/${name}: ${each}`)}\n`),
  );
  const more = lines.length - MOST_LINES;
  const rest = more > 0 ? [`    and ${more} more; -o json lists all\n`] : [];
  return [`  ${title}\n`, ...lines.slice(0, MOST_LINES), ...rest];
}
