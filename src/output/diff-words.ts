import type { ListingEntry } from '../changes/alike.ts';
import type { ObjectChange } from '../changes/change.ts';
import type { Compared, NotShownCount, Totals } from '../changes/comparison.ts';
import type { NotComparable } from '../changes/coverage.ts';
import { hashedName } from '../changes/hashed-name.ts';
import { counted } from './print/units.ts';

/** What changed since the archive before. */
export interface Previous {
  readonly archive: string;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  /** Null if an old manifest does not have it. */
  readonly projects: number | null;
  /** Objects that differ only in noise or ignored fields; missing from old manifests. */
  readonly notShown?: number;
}

/** `12 objects changed, 3 added, 1 removed in 3 projects`; or `no differences`. */
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

/**
 * What a comparison does not show, by reason: `120 rotated registry tokens, 86 pods and replica sets of
 * controllers (--include-noise), 3 fields by --ignore`; null if it shows everything.
 */
export function notShownText({
  reasons,
  ignoredFields,
}: Pick<NotShownCount, 'reasons' | 'ignoredFields'>): string | null {
  const counts = reasons.map(({ nouns: [one, many], count }) => counted(count, one, many));
  const parts = [
    ...(counts.length === 0 ? [] : [`${counts.join(', ')} (--include-noise)`]),
    ...(ignoredFields === 0 ? [] : [`${counted(ignoredFields, 'field')} by --ignore`]),
  ];
  return parts.length === 0 ? null : parts.join(', ');
}

/** The heading of the objects that changed alike in several projects. */
export const SEVERAL = 'in several projects';

/** Shown where the memory for grouping changes was used up. */
export const LIMIT_TEXT =
  'too many changes to group: from here on, the same change may be shown once per project';

/** An object that changed alike in several projects. */
export type Alike = Extract<ListingEntry, { kind: 'alike' }>;

/** Project names are shown as far as they fit on a line. */
const LONGEST_NAMES = 60;

/** `changed alike in 40 projects: team-00, team-01 and 38 more`. */
export function alikeText({ object, projects }: Alike, longest = LONGEST_NAMES): string {
  let named = 0;
  for (let length = 0; named < projects.length; named += 1) {
    length += (projects[named]?.length ?? 0) + 2;
    if (named > 0 && length > longest) break;
  }
  const more = projects.length - named;
  const names = `${projects.slice(0, named).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return `${object.change} alike in ${projects.length} projects: ${names}`;
}

/** Longer hashes are shortened; those of kustomize have ten characters. */
const LONGEST_HASH = 16;

/** Characters of a shortened hash. */
const CUT_HASH = 8;

/**
 * The name of an object in a listing: `web`, or `app-config-2b4c6dh8k9 → app-config-7h8k9f2m4t` if the
 * hash in its name changed.
 *
 * @param hasOtherNames whether the object was renamed alike in several projects, to different hashes:
 *   `app-config-…`
 */
export function objectTitle({ name, renamedFrom }: ObjectChange, hasOtherNames = false): string {
  if (renamedFrom === undefined) return name;
  if (hasOtherNames) return `${hashedName(name)?.stem ?? ''}…`;
  const [before, after] = [shortened(renamedFrom), shortened(name)];
  return before === after ? `${renamedFrom} → ${name}` : `${before} → ${after}`;
}

function shortened(name: string): string {
  const parts = hashedName(name);
  if (parts === null || parts.hash.length <= LONGEST_HASH) return name;
  return `${parts.stem}${parts.hash.slice(0, CUT_HASH)}…`;
}

/** Why a type or project cannot be compared, on one line. */
export function gapReason(gap: NotComparable, before: Compared, after: Compared): string {
  return [
    ...(gap.before === null ? [] : [`${before.name}: ${gap.before}`]),
    ...(gap.after === null ? [] : [`${after.name}: ${gap.after}`]),
  ].join('; ');
}

/** `shop/secrets`, `secrets`, `shop`. */
export function gapName({ project, type }: NotComparable): string {
  return [project, type].filter((part) => part !== null).join('/');
}
