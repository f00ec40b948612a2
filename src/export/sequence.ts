import { WRITTEN } from '../json/limits.ts';
import { ListMistake } from '../json/list-mistake.ts';
import { NameKey } from '../json/name-order.ts';
import type { Identity } from '../types/identity.ts';
import { brief } from '../words/brief.ts';

/** The items did not come in the order of their names, so they have to be gathered and sorted. */
export class OutOfOrder extends Error {}

const PROJECT_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const NONE = Buffer.alloc(0);

/**
 * Follows the items of a list: which project each belongs to, and whether they
 * come in order. API servers list by key, that is, project by project and by
 * name; files can then be written as the items come.
 */
export class Sequence {
  /** Of the last item that was entered; '' before the first, and for cluster-scoped types. */
  project = '';
  #projectBytes: Buffer = NONE;
  readonly #lastName = new NameKey();
  /** Whether #lastName holds a name of this project. */
  #hasLast = false;
  readonly #seen = new Set<string>();

  /** Whether an item, whose identity was found in `src`, belongs to the project of the one before. */
  continues(identity: Identity, src: Buffer): boolean {
    const { namespaceStart, namespaceEnd } = identity;
    const known = this.#projectBytes;
    if (namespaceStart < 0) return false;
    if (src.compare(known, 0, known.length, namespaceStart, namespaceEnd) === 0) return true;
    // JSON has several ways to write a name.
    return unquoted(src, namespaceStart, namespaceEnd) === this.project;
  }

  /**
   * Goes on to the item's project.
   *
   * @throws ListMistake where it names none that can be one; OutOfOrder where that project was left already
   */
  enter(identity: Identity, src: Buffer): void {
    const { namespaceStart, namespaceEnd } = identity;
    if (namespaceStart < 0) throw new ListMistake('an object in it has no namespace');
    const project = unquoted(src, namespaceStart, namespaceEnd);
    if (project.length > WRITTEN.projectName || !PROJECT_NAME.test(project)) {
      throw new ListMistake(`${JSON.stringify(brief(project))} is no name of a project`);
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
