import { Damage } from '../archive/format/damage.ts';
import { readParts } from '../archive/reading/contents.ts';
import type { ArchiveEntry } from '../archive/reading/entries.ts';
import { SideFile, withStatus } from '../archive/reading/joined-parts.ts';
import type { ArchiveReader } from '../archive/reading/reader.ts';
import { parseValue } from '../json/parse-value.ts';
import { type Fields, isFields, type List } from '../json/value.ts';
import { listAt } from '../restore-rules/edit.ts';
import type { Item } from '../restore-rules/item.ts';
import { entryName, type TypePath, typePathOf } from '../types/archive-paths.ts';
import { readHead } from '../types/identity.ts';
import type { Target } from './survey.ts';

/** A type file, with the files that have further parts of its objects. */
export interface SourceFile {
  readonly typePath: TypePath;
  readonly entry: ArchiveEntry;
  readonly status: ArchiveEntry | null;
  /** The field managers; null if the archive does not have them. */
  readonly metadata: ArchiveEntry | null;
}

/** An object of an archive. Its values are parsed once, when they are first used. */
export class ArchivedItem implements Item {
  readonly project: string | null;
  readonly type: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly bytes: Buffer;
  readonly #metadata: Buffer | null;
  #fields: Fields | null = null;
  #managedFields: List | null = null;

  /** @param metadata its item under `_metadata/`, or null */
  constructor(
    typePath: TypePath,
    head: { apiVersion: string; kind: string; name: string },
    bytes: Buffer,
    metadata: Buffer | null = null,
  ) {
    this.project = typePath.project;
    this.type = typePath.type;
    this.apiVersion = head.apiVersion;
    this.kind = head.kind;
    this.name = head.name;
    this.bytes = bytes;
    this.#metadata = metadata;
  }

  /** The same object with other content. */
  changedTo(bytes: Buffer, head: { apiVersion: string; kind: string; name: string }): ArchivedItem {
    const { project, type } = this;
    return new ArchivedItem({ project, type, view: '' }, head, bytes, this.#metadata);
  }

  /** Bytes that a copy needs. */
  get size(): number {
    return this.bytes.length + (this.#metadata?.length ?? 0);
  }

  /** A copy of the object: its bytes are usually a view of a larger buffer. */
  copy(): ArchivedItem {
    const { project, type, bytes } = this;
    const metadata = this.#metadata === null ? null : Buffer.from(this.#metadata);
    return new ArchivedItem({ project, type, view: '' }, this, Buffer.from(bytes), metadata);
  }

  get fields(): Fields {
    this.#fields ??= fieldsOf(this.bytes);
    return this.#fields;
  }

  /** Whether a manager may have applied it, judged by bytes: of most objects, managedFields are not parsed. */
  get mayBeApplied(): boolean {
    return this.#metadata?.includes('"Apply"') ?? false;
  }

  get managedFields(): List {
    this.#managedFields ??=
      this.#metadata === null ? [] : listAt(fieldsOf(this.#metadata), 'metadata', 'managedFields');
    return this.#managedFields;
  }
}

/**
 * The type files of an archive, each type in one form.
 *
 * @param bound whether PersistentVolumeClaims are read in the form that names their volumes
 */
export async function sourceFiles(archive: ArchiveReader, bound: boolean): Promise<readonly SourceFile[]> {
  const entries = new Map((await archive.entries()).map((entry) => [entry.name, entry]));
  return [...entries.values()].flatMap((entry) => {
    const typePath = typePathOf(entry.name);
    if (typePath === null || typePath.view !== '') return [];
    const { project, type } = typePath;
    const beside = (view: '_status' | '_bound' | '_metadata') =>
      entries.get(entryName(project, view, type)) ?? null;
    const other = bound ? beside('_bound') : null;
    return [{ typePath, entry: other ?? entry, status: beside('_status'), metadata: beside('_metadata') }];
  });
}

/**
 * The objects of a file in its order, one in memory at a time. Throws Damage if an item is not an object.
 *
 * @param isWhole also read `_metadata/`, which the selection of objects does not need
 */
export async function* itemsOf(
  archive: ArchiveReader,
  { typePath, entry, status, metadata }: SourceFile,
  isWhole = false,
): AsyncGenerator<ArchivedItem> {
  const sides = [status, isWhole ? metadata : null].map((side) =>
    side === null ? null : new SideFile(archive, { typePath, entry: side }),
  );
  const [states, managers] = sides;
  try {
    let index = 0;
    for await (const { kind, bytes } of readParts(archive, entry)) {
      if (kind === 'envelope') continue;
      const head = readHead(bytes, `items[${index}]`);
      if (typeof head === 'string') throw new Damage(archive.path, `${entry.name}: ${head}`);
      index += 1;
      const state = (await states?.find(head.name)) ?? null;
      const whole = state === null ? bytes : withStatus(bytes, state);
      yield new ArchivedItem(typePath, head, whole, (await managers?.find(head.name)) ?? null);
    }
    for (const side of sides) await side?.finish();
  } finally {
    for (const side of sides) await side?.close();
  }
}

/** A chosen object with its content. */
export interface Reading {
  readonly target: Target;
  readonly item: ArchivedItem;
}

/** Reads objects from their files, file by file, one in memory at a time. Throws Damage, Unreadable. */
export async function* readTargets(
  archive: ArchiveReader,
  targets: readonly Target[],
): AsyncGenerator<Reading> {
  const files = new Map<SourceFile, { left: number; readonly names: Map<string, Target[]> }>();
  for (const target of targets) {
    const chosen = files.get(target.file) ?? { left: 0, names: new Map<string, Target[]>() };
    files.set(target.file, chosen);
    chosen.left += 1;
    // Several objects may have one name; each is restored.
    const same = chosen.names.get(target.name);
    if (same === undefined) chosen.names.set(target.name, [target]);
    else same.push(target);
  }
  for (const [file, chosen] of files) {
    for await (const item of itemsOf(archive, file, true)) {
      const target = chosen.names.get(item.name)?.shift();
      if (target === undefined) continue;
      yield { target, item };
      chosen.left -= 1;
      if (chosen.left === 0) break;
    }
  }
}

/** The fields of an object that readHead accepted; empty if it has too many values. */
export function fieldsOf(bytes: Uint8Array): Fields {
  const value = parseValue(bytes);
  return isFields(value) ? value : new Map();
}
