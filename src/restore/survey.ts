import type { ArchiveReader } from '../archive/reading/reader.ts';
import { type ArchiveIndex, ArchiveIndexBuilder, isAsked } from '../restore-rules/archive-index.ts';
import { type Head, headOf } from '../restore-rules/order.ts';
import { choiceOf } from '../restore-rules/selection/choice.ts';
import type { Selection } from '../restore-rules/selection/selection.ts';
import type { KnownType } from '../types/type-words.ts';
import { itemsOf, type SourceFile, sourceFiles } from './archive-items.ts';

/** An object that was chosen: where it stands, and what the order has to know of it. */
export interface Target extends Head {
  readonly file: SourceFile;
  /** Nobody asked for it, but what was asked for depends on it. */
  readonly dependency: boolean;
}

/** What an archive holds, as far as a restore has to know before it begins. */
export interface Survey {
  /** In the order of the archive. */
  readonly targets: readonly Target[];
  readonly archiveIndex: ArchiveIndex;
  /** Number of objects in the archive. */
  readonly contents: number;
}

const NOBODY: Head['owners'] = [];

/**
 * Reads an archive once and chooses. What is kept of an object is its name, its place
 * and its owners; its content is read again when it is its turn.
 *
 * @throws Damage, Unreadable; the signal's reason
 */
export async function surveyArchive(
  archive: ArchiveReader,
  selection: Selection,
  signal: AbortSignal,
): Promise<Survey> {
  const files = await sourceFiles(archive, selection.rebindStorageClasses.length > 0);
  const { resourceTypes } = await archive.manifest();
  const archiveIndex = await archiveIndexOf(archive, files, resourceTypes);
  const choose = choiceOf(selection, archiveIndex);
  const targets: Target[] = [];
  const words = new Map<string, string>();
  // Each object brings its own copy of words that thousands share.
  const interned = (word: string) => {
    const known = words.get(word);
    if (known === undefined) words.set(word, word);
    return known ?? word;
  };
  let contents = 0;
  for (const file of files) {
    for await (const item of itemsOf(archive, file)) {
      signal.throwIfAborted();
      contents += 1;
      const choice = choose(item);
      if (choice.kind === 'omitted') continue;
      const { name } = item;
      const [apiVersion, kind] = [interned(item.apiVersion), interned(item.kind)];
      // Most objects have no owner, so that no values need to be made of them.
      const owners = item.bytes.includes('"ownerReferences"') ? headOf(item).owners : NOBODY;
      targets.push({
        ...file.place,
        apiVersion,
        kind,
        name,
        owners,
        file,
        dependency: choice.kind === 'dependency',
      });
    }
  }
  return { targets, archiveIndex, contents };
}

async function archiveIndexOf(
  archive: ArchiveReader,
  files: readonly SourceFile[],
  types: readonly KnownType[],
): Promise<ArchiveIndex> {
  const builder = new ArchiveIndexBuilder();
  const told = new Map(types.map((row) => [row.name, row]));
  for (const file of files) {
    const { type, project } = file.place;
    builder.seeType(type, project, told.get(type));
    if (isAsked(type)) for await (const item of itemsOf(archive, file)) builder.see(item);
  }
  return builder;
}
