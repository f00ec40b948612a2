import type { TypeFile } from '../archive/reading/contents.ts';
import { beingDeleted, projectDeletion } from '../archive/reading/deletion.ts';
import type { ArchiveReader } from '../archive/reading/reader.ts';
import { clock } from '../output/print/units.ts';
import { brief } from '../words/names.ts';
import type { Context } from './context.ts';

/** Objects that are named; of more only the number is told. */
const MOST_NAMED = 10;

/**
 * Warns of what `show` printed and what is being deleted. It is a warning, since a program may
 * read stdout.
 *
 * @throws Damage, Unreadable
 */
export async function warnOfProject(
  { config, log }: Pick<Context, 'config' | 'log'>,
  archive: ArchiveReader,
  project: string | null,
): Promise<void> {
  const since = project === null ? null : await projectDeletion(archive, project);
  if (since !== null)
    log.warn(`project ${project} is being deleted since ${clock(new Date(since), config.zone)}`);
}

/**
 * The same of a type file, or of one object in it.
 *
 * @param name null for all objects
 * @throws as warnOfProject
 */
export async function warnOfObjects(
  { config, log }: Pick<Context, 'config' | 'log'>,
  archive: ArchiveReader,
  { place: { project, type } }: TypeFile,
  name: string | null,
): Promise<void> {
  const named: string[] = [];
  let count = 0;
  for await (const each of beingDeleted(archive, project, type)) {
    if (name !== null && each.name !== name) continue;
    count += 1;
    if (named.length === MOST_NAMED) continue;
    named.push(`${brief(each.name)} is being deleted since ${clock(new Date(each.since), config.zone)}`);
  }
  for (const text of named) log.warn(text);
  if (count > named.length) log.warn(`${count - named.length} more objects are being deleted`);
}
