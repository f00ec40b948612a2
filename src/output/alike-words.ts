import type { ListingEntry } from '../changes/alike.ts';

/** The heading over what has changed in several projects alike. */
export const SEVERAL = 'in several projects';
/** What stands behind the objects for which there was no room to look for their like. */
export const LIMIT_TEXT =
  'too many changes to group: from here on, the same change may be shown once per project';

/** An object that changed alike in several projects. */
export type Alike = Extract<ListingEntry, { kind: 'alike' }>;

/** Names are given as far as they fit on a line. */
const LONGEST = 60;

/** `changed alike in 40 projects: team-00, team-01 and 38 more`. */
export function alikeText({ object, projects }: Alike, longest = LONGEST): string {
  let named = 0;
  for (let length = 0; named < projects.length; named += 1) {
    length += (projects[named]?.length ?? 0) + 2;
    if (named > 0 && length > longest) break;
  }
  const more = projects.length - named;
  const names = `${projects.slice(0, named).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return `${object.change} alike in ${projects.length} projects: ${names}`;
}
