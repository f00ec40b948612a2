import type { ArchiveReader } from '../archive/reading/reader.ts';
import type { Item } from '../restore-rules/item.ts';
import { itemsOf, type SourceFile } from './archive-items.ts';
import type { Target } from './survey.ts';

/** A chosen object with its content. */
export interface Reading {
  readonly target: Target;
  readonly item: Item;
}

/** Reads objects out of their files, file by file, one in memory at a time. Throws Damage, Unreadable. */
export async function* readTargets(
  archive: ArchiveReader,
  targets: readonly Target[],
): AsyncGenerator<Reading> {
  const files = new Map<SourceFile, { left: number; readonly names: Map<string, Target[]> }>();
  for (const target of targets) {
    const wanted = files.get(target.file) ?? { left: 0, names: new Map<string, Target[]>() };
    files.set(target.file, wanted);
    wanted.left += 1;
    // Several objects may have one name; each is told of.
    wanted.names.set(target.name, [...(wanted.names.get(target.name) ?? []), target]);
  }
  for (const [file, wanted] of files) {
    for await (const item of itemsOf(archive, file)) {
      const target = wanted.names.get(item.name)?.shift();
      if (target === undefined) continue;
      yield { target, item };
      wanted.left -= 1;
      if (wanted.left === 0) break;
    }
  }
}
