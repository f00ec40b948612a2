import { placeOf } from '../format/places.ts';
import { countObjects } from './contents.ts';
import type { ArchiveReader } from './reader.ts';

/** A project with the number of its objects by type. */
export interface ProjectTree {
  /** Null for cluster-scoped types, which come first. */
  readonly project: string | null;
  readonly objects: number;
  readonly types: ReadonlyArray<{ readonly type: string; readonly objects: number }>;
}

/**
 * Counts what is in an archive, by project and type, in the order of their names.
 * The manifest has no such table: of 2,500 projects it would be too large to be read
 * thirty at once. So every type file is read, without the folders beside them.
 */
export async function treeOf(archive: ArchiveReader): Promise<ProjectTree[]> {
  const projects = new Map<string | null, Array<{ type: string; objects: number }>>();
  for (const entry of await archive.entries()) {
    const place = placeOf(entry.name);
    if (place === null || place.view !== '') continue;
    const types = projects.get(place.project) ?? [];
    types.push({ type: place.type, objects: await countObjects(archive, entry) });
    projects.set(place.project, types);
  }
  return [...projects]
    .map(([project, types]) => ({
      project,
      objects: types.reduce((sum, { objects }) => sum + objects, 0),
      types: types.sort((a, b) => (a.type < b.type ? -1 : 1)),
    }))
    .sort((a, b) => ((a.project ?? '') < (b.project ?? '') ? -1 : 1));
}
