import { type NotComparable, typeGaps } from '../changes/coverage.ts';
import { typePathOf } from '../types/archive-paths.ts';
import type { FilePair } from './file-pairs.ts';
import type { Side } from './side.ts';

/** Which parts of two archives can be compared, and which cannot. */
export interface Comparable {
  readonly has: (pair: FilePair) => boolean;
  readonly notComparable: readonly NotComparable[];
  readonly notes: readonly string[];
}

interface Options {
  /** Null stands for cluster-scoped types. */
  readonly hasProject: (project: string | null) => boolean;
  readonly hasType: (type: string) => boolean;
  readonly status: boolean;
}

/**
 * Excludes what only one of two archives covers: the objects of a type that was denied in
 * one of them are neither added nor removed.
 *
 * @param pairs is walked only if an archive may not cover all projects
 */
export function comparable(
  before: Side,
  after: Side,
  pairs: Iterable<FilePair>,
  options: Options,
): Comparable {
  const isAskedFor = (type: string) =>
    options.hasType(type) &&
    (options.hasProject(null) ||
      type === 'namespaces' ||
      (before.coverage.isNamespaced(type) ?? after.coverage.isNamespaced(type)) !== false);
  const types = typeGaps(before.coverage, after.coverage).filter(
    ({ type }) => type === null || isAskedFor(type),
  );
  const uncovered = new Set(types.map(({ type }) => type));
  const areWhole = [before, after].every(({ coverage }) => coverage.hasAllProjects);
  const gapOf = (pair: FilePair) => (areWhole ? null : projectGap(before, after, pair));
  const gaps = new Map<string, NotComparable>();
  for (const pair of areWhole ? [] : pairs) {
    const gap = uncovered.has(pair.type) ? null : gapOf(pair);
    if (gap !== null) gaps.set(JSON.stringify(gap), gap);
  }
  return {
    has: (pair) => !uncovered.has(pair.type) && gapOf(pair) === null,
    notComparable: [...types, ...gaps.values()],
    notes: notesOf(before, after, options),
  };
}

function projectGap(before: Side, after: Side, pair: FilePair): NotComparable | null {
  const { project, type } = pair;
  if (project === null) return null;
  const [own, other] = [
    before.coverage.projectGap(type, project, pair.before !== null),
    after.coverage.projectGap(type, project, pair.after !== null),
  ];
  if (own === null && other === null) return null;
  // If one of them does not cover a project at all, there is only one row for it.
  const whole =
    (own !== null && before.coverage.lacksWhole(type, project)) ||
    (other !== null && after.coverage.lacksWhole(type, project));
  return { project, type: whole ? null : type, before: own, after: other };
}

function notesOf(before: Side, after: Side, { status }: Options): string[] {
  const differs = (flag: string) => before.manifest.options[flag] !== after.manifest.options[flag];
  const notes: string[] = [];
  const servers = [before.manifest.cluster, after.manifest.cluster] as const;
  if (servers[0].uid !== null && servers[1].uid !== null && servers[0].uid !== servers[1].uid) {
    notes.push(`these are two clusters: ${servers[0].server} and ${servers[1].server}`);
  }
  if (differs('selector'))
    notes.push(
      'made with different --selector values; objects that only one of them includes are not compared',
    );
  if (differs('filter')) notes.push('made with different --filter programs, which may cause differences');
  if (status && differs('no-status'))
    notes.push('the status is not compared: one of them was made with --no-status');
  if (before.mapping !== null) {
    const pairs = [...before.mapping.projects].map(([from, to]) => `${from} with ${to}`);
    return [...notes, `compared by --map: ${pairs.join(', ')}; other projects are not compared`];
  }
  const lacking = [before, after].filter((side) => !hasMetadata(side));
  if (lacking.length === 1) notes.push('one of them has no _metadata: deletions in progress are not shown');
  if (lacking.length === 2 || lacking.includes(after))
    notes.push('the newer archive has no _metadata: it is not known who changed the objects');
  else if (lacking.includes(before))
    notes.push('the older archive has no _metadata: it is not known who removed fields');
  return notes;
}

/** Whether an archive has _metadata; one without objects does not lack any. */
export function hasMetadata({ fingerprints }: Side): boolean {
  let isEmpty = true;
  for (const name of fingerprints.keys()) {
    const view = typePathOf(name)?.view;
    if (view === '_metadata') return true;
    if (view === '') isEmpty = false;
  }
  return isEmpty;
}
