import { readParts } from '../archive/reading/contents.ts';
import { readUid } from '../changes/attribution/managers.ts';
import type { Nouns } from '../changes/noise/row.ts';
import { periodBetween } from './attributor.ts';
import { type FilePair, isSameFile } from './file-pairs.ts';
import { joinObjects, type ObjectSource } from './join-objects.ts';
import { MetadataFile } from './metadata-file.ts';
import type { Side } from './side.ts';

/** What is not shown: an owner that controls an object creates it again from the same spec. */
export const BY_CONTROLLER: Nouns = [
  'object recreated by its controller without a change',
  'objects recreated by their controllers without a change',
];

/**
 * Finds objects that were deleted and created again with the same content: their uid in `_metadata` is
 * another one. Only files that differ are read. Methods throw Damage, Unreadable.
 */
export class Recreations {
  readonly #before: Side;
  readonly #after: Side;

  private constructor(before: Side, after: Side) {
    this.#before = before;
    this.#after = after;
  }

  /** Null for archives whose uids prove nothing: of two clusters, in the wrong order, or of mapped projects. */
  static between(before: Side, after: Side): Recreations | null {
    const [own, other] = [before.manifest.cluster, after.manifest.cluster];
    const isKnown = own.uid === null || other.uid === null ? own.server === other.server : true;
    if (before.mapping !== null || !isKnown) return null;
    return periodBetween(before.manifest, after.manifest) === null ? null : new Recreations(before, after);
  }

  /** Whether any object of a pair of files has another uid. Reads up to the first of these. */
  async hasAny(pair: FilePair): Promise<boolean> {
    const name = this.#differing(pair);
    if (name === null) return false;
    const [own, other] = [await sourceOf(this.#before, name), await sourceOf(this.#after, name)];
    for await (const { before, after } of joinObjects(own, other))
      if (before !== null && after !== null && isOther(before.bytes, after.bytes)) return true;
    return false;
  }

  /** For the objects of a pair of files; null if the file under `_metadata/` is equal in both archives, or missing. Must be closed. */
  in(pair: FilePair): RecreatedObjects | null {
    if (this.#differing(pair) === null) return null;
    const { project, type } = pair;
    return new RecreatedObjects(
      new MetadataFile(this.#before, project, type),
      new MetadataFile(this.#after, project, type),
    );
  }

  /** The name of the file under `_metadata/`; null if it is equal in both archives, or one of them has none. */
  #differing({ before, after }: FilePair): string | null {
    const name = after?.metadata ?? null;
    if (name === null || before?.metadata !== name) return null;
    return isSameFile(this.#before.fingerprints, this.#after.fingerprints, name) ? null : name;
  }
}

/** The objects of one type in one project that were recreated. */
export class RecreatedObjects {
  readonly #before: MetadataFile;
  readonly #after: MetadataFile;

  constructor(before: MetadataFile, after: MetadataFile) {
    this.#before = before;
    this.#after = after;
  }

  /** Whether an object has another uid. Names must be passed in their order. Throws Damage, Unreadable. */
  async has(name: string): Promise<boolean> {
    const [own, other] = [await this.#before.find(name), await this.#after.find(name)];
    return own !== null && other !== null && isOther(own, other);
  }

  async close(): Promise<void> {
    await this.#before.close();
    await this.#after.close();
  }
}

async function sourceOf(side: Side, name: string): Promise<ObjectSource> {
  return { path: side.archive.path, entry: name, parts: readParts(side.archive, await side.entry(name)) };
}

function isOther(before: Buffer, after: Buffer): boolean {
  if (before.equals(after)) return false;
  const [own, other] = [readUid(before), readUid(after)];
  return own !== null && other !== null && own !== other;
}
