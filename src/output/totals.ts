import type { Totals } from '../changes/tally.ts';

/** How much differs from the archive before. */
export interface Previous {
  readonly archive: string;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  /** Null where a manifest of old does not say. */
  readonly projects: number | null;
  /** Objects that differ, but change by themselves; missing where a manifest of old does not say. */
  readonly notShown?: number;
}

/** `12 objects changed, 3 added, 1 removed in 3 projects`; `no differences` where there are none. */
export function totalsText({ added, changed, removed, projects, clusterScoped }: Totals): string {
  const named: ReadonlyArray<readonly [number, string]> = [
    [changed, 'changed'],
    [added, 'added'],
    [removed, 'removed'],
  ];
  const [first, ...others] = named.filter(([count]) => count > 0);
  if (first === undefined) return 'no differences';
  const counts = [
    `${counted(first[0], 'object')} ${first[1]}`,
    ...others.map(([count, what]) => `${count} ${what}`),
  ];
  const places = [
    ...(projects > 0 ? [counted(projects, 'project')] : []),
    ...(clusterScoped > 0 ? ['cluster-scoped types'] : []),
  ];
  return places.length === 0 ? counts.join(', ') : `${counts.join(', ')} in ${places.join(' and ')}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
