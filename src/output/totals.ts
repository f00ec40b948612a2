import type { Totals } from '../changes/tally.ts';

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
