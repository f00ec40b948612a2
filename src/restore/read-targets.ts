import type { ArchiveReader } from '../archive/reader.ts';
import type { Item } from '../restoration/item.ts';
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
  const files = new Map<SourceFile, Map<string, Target>>();
  for (const target of targets) {
    const names = files.get(target.file) ?? new Map<string, Target>();
    files.set(target.file, names);
    names.set(target.name, target);
  }
  for (const [file, names] of files) {
    let left = names.size;
    for await (const item of itemsOf(archive, file)) {
      const target = names.get(item.name);
      if (target === undefined) continue;
      yield { target, item };
      left -= 1;
      if (left === 0) break;
    }
  }
}
