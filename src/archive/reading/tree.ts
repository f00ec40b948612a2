import { typePathOf } from '../../types/archive-paths.ts';
import { countObjects } from './contents.ts';
import { beingDeleted, countBeingDeleted } from './deletion.ts';
import { inOrderOfData } from './entries.ts';
import type { ArchiveReader } from './reader.ts';

/** A type in a project, with the number of its objects. */
export interface TypeTree {
  readonly type: string;
  readonly objects: number;
  /** How many of them are being deleted; null if the archive does not say. */
  readonly beingDeleted: number | null;
}

/** A project with the number of its objects by type. */
export interface ProjectTree {
  /** Null for cluster-scoped types, which come first. */
  readonly project: string | null;
  readonly objects: number;
  /** As of a type; null if the archive says so for none. */
  readonly beingDeleted: number | null;
  /** Since when the project itself is being deleted; null if it is not, or if that is unknown. */
  readonly beingDeletedSince: string | null;
  readonly types: readonly TypeTree[];
}

/**
 * Counts what is in an archive, by project and type, in the order of their names.
 * The manifest has no such table: of 2,500 projects it would be too large to be read
 * thirty at once. The directory has the numbers; in archives of older versions, every type file is read, and the
 * file that holds its metadata is searched for what is being deleted.
 */
export async function treeOf(archive: ArchiveReader): Promise<ProjectTree[]> {
  const entries = new Map((await archive.entries()).map((entry) => [entry.name, entry]));
  const projects = new Map<string | null, TypeTree[]>();
  for (const entry of inOrderOfData(entries.values())) {
    const typePath = typePathOf(entry.name);
    if (typePath === null || typePath.view !== '') continue;
    const { project, type } = typePath;
    const types = projects.get(project) ?? [];
    types.push({
      type,
      objects: await countObjects(archive, entry),
      beingDeleted: await countBeingDeleted(archive, project, type, entries),
    });
    projects.set(project, types);
  }
  const deletedProjects = new Map<string, string>();
  for await (const { name, since } of beingDeleted(archive, null, 'namespaces'))
    if (projects.has(name)) deletedProjects.set(name, since);
  return [...projects]
    .map(([project, types]) => ({
      project,
      objects: types.reduce((sum, { objects }) => sum + objects, 0),
      beingDeleted: types.reduce(addKnown, null),
      beingDeletedSince: project === null ? null : (deletedProjects.get(project) ?? null),
      types: types.sort((a, b) => (a.type < b.type ? -1 : 1)),
    }))
    .sort((a, b) => ((a.project ?? '') < (b.project ?? '') ? -1 : 1));
}

function addKnown(sum: number | null, { beingDeleted: count }: TypeTree): number | null {
  return count === null ? sum : (sum ?? 0) + count;
}
