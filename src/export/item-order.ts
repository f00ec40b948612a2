import { WRITTEN } from '../json/limits.ts';
import { ListMistake } from '../json/list-reader.ts';
import { compareNames, NameKey } from '../json/name-order.ts';
import { INCOMPLETE, valueEnd } from '../json/scan.ts';
import { Identity } from '../types/identity.ts';
import { isProjectName } from '../types/project-name.ts';
import { brief } from '../words/names.ts';

/** Receives the items of lists one by one, as bytes. */
export interface ItemSink {
  /**
   * Receives the item that begins at `i`.
   *
   * @returns the offset after it; INCOMPLETE if it has not arrived completely; FULL if it must
   *   be passed again after makeRoom()
   */
  item(src: Buffer, i: number, end: number): number;
  makeRoom(): Promise<void>;
}

/** The items are not sorted by name, so they must be collected and sorted. */
export class OutOfOrder extends Error {}

const NONE = Buffer.alloc(0);

/**
 * Tracks the items of a list: the project of each, and whether they are sorted. API servers
 * list in the order of keys, that is, by project and name; then files can be written while
 * the items arrive.
 */
export class Sequence {
  /** The project of the last item; '' before the first, and for cluster-scoped types. */
  project = '';
  #projectBytes: Buffer = NONE;
  readonly #lastName = new NameKey();
  /** Whether #lastName contains a name of this project. */
  #hasLast = false;
  readonly #seen = new Set<string>();

  /** Whether an item with this identity in `src` belongs to the same project as the previous one. */
  continues(identity: Identity, src: Buffer): boolean {
    const { namespaceStart, namespaceEnd } = identity;
    const known = this.#projectBytes;
    if (namespaceStart < 0) return false;
    if (src.compare(known, 0, known.length, namespaceStart, namespaceEnd) === 0) return true;
    // JSON has several ways to write a name.
    return unquoted(src, namespaceStart, namespaceEnd) === this.project;
  }

  /**
   * Switches to the project of the item.
   *
   * @throws ListMistake if its namespace is missing or invalid; OutOfOrder if the project occurred before
   */
  enter(identity: Identity, src: Buffer): void {
    const { namespaceStart, namespaceEnd } = identity;
    if (namespaceStart < 0) throw new ListMistake('an object in it has no namespace');
    const project = unquoted(src, namespaceStart, namespaceEnd);
    if (!isProjectName(project)) {
      throw new ListMistake(`${JSON.stringify(brief(project))} is not a valid project name`);
    }
    if (this.#seen.has(project)) throw new OutOfOrder();
    this.#seen.add(project);
    this.project = project;
    this.#projectBytes = Buffer.from(src.subarray(namespaceStart, namespaceEnd));
    this.#hasLast = false;
  }

  /** Names must ascend (see compareNames), for files to be the same when nothing has changed. Throws OutOfOrder. */
  checkName({ nameStart, nameEnd }: Identity, src: Buffer): void {
    if (this.#hasLast && this.#lastName.compareTo(src, nameStart, nameEnd) >= 0) throw new OutOfOrder();
    this.#lastName.hold(src, nameStart, nameEnd);
    this.#hasLast = true;
  }
}

/** The text of a JSON string. */
export function unquoted(src: Buffer, start: number, end: number): string {
  return String(JSON.parse(src.toString('utf8', start, end)));
}

/** Memory of an object in addition to its bytes. */
const AROUND = 512;

/**
 * Collects all items of a type and passes them on sorted. Only for servers that do not sort
 * (some aggregated APIs), since all items are kept in memory.
 */
export class SortedItems implements ItemSink {
  readonly #target: ItemSink;
  readonly #namespaced: boolean;
  readonly #identity = new Identity();
  readonly #keys = new Set<string>();
  #bytes = 0;
  #held: Array<{ project: string; name: string; bytes: Buffer }> = [];

  /** @param namespaced whether the type is; the namespace field of cluster-scoped objects is ignored */
  constructor(target: ItemSink, namespaced: boolean) {
    this.#target = target;
    this.#namespaced = namespaced;
  }

  /** @throws ListMistake if an object occurs twice, or if all of them are too large to be kept */
  item(src: Buffer, i: number, end: number): number {
    if (this.#identity.find(src, i, end) === INCOMPLETE) return INCOMPLETE;
    const next = valueEnd(src, i, end);
    if (next === INCOMPLETE) return INCOMPLETE;
    const { namespaceStart, namespaceEnd, nameStart, nameEnd } = this.#identity;
    const project =
      this.#namespaced && namespaceStart >= 0 ? unquoted(src, namespaceStart, namespaceEnd) : '';
    const name = unquoted(src, nameStart, nameEnd);
    const key = `${project}/${name}`;
    if (this.#keys.has(key)) throw new ListMistake(`it holds the same object twice: ${brief(key)}`);
    this.#keys.add(key);
    this.#bytes += next - i + AROUND;
    if (this.#bytes > WRITTEN.sortedBytes) {
      throw new ListMistake(
        `its objects are not sorted, and exceed the ${WRITTEN.sortedBytes / 2 ** 20} MiB that can be sorted`,
      );
    }
    this.#held.push({ project, name, bytes: Buffer.from(src.subarray(i, next)) });
    return next;
  }

  async makeRoom(): Promise<void> {}

  /** Passes everything on. */
  async finish(): Promise<void> {
    this.#held.sort((a, b) => compareNames(a.project, b.project) || compareNames(a.name, b.name));
    for (const { bytes } of this.#held) {
      while (this.#target.item(bytes, 0, bytes.length) < 0) await this.#target.makeRoom();
    }
    this.#held = [];
    this.#keys.clear();
  }
}
