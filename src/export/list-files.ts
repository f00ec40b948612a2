import type { Sink } from '../archive/sink.ts';
import { FULL, type Printer } from '../snapshot/printer.ts';
import type { RuleNode } from '../snapshot/rules.ts';

/** Items stand inside the list's object and its items. */
export const ITEM_DEPTH = 2;
const HEAD = Buffer.from('{\n  "apiVersion": "v1",\n  "kind": "List",\n  "items": [');
const TAIL = Buffer.from('\n  ]\n}\n');
const FIRST = Buffer.from('\n    ');
const BETWEEN = Buffer.from(',\n    ');

/**
 * Writes files that are each a `v1` List, one after the other. An item is printed
 * first and committed once all that belongs to it has found room, in other files
 * too; a file begins with its first committed item, so there are no empty ones.
 */
export class ListFiles {
  /** '' for the objects themselves, `_bound/`, `_status/`. */
  readonly folder: string;
  readonly rules: RuleNode | null;
  #sink: Sink | null = null;
  #open = false;
  /** Where the item ends that is printed and not committed; -1 where there is none. */
  #next = -1;

  constructor(folder: string, rules: RuleNode | null) {
    this.folder = folder;
    this.rules = rules;
  }

  /**
   * Prints an item behind the last committed one, by `print`, which is told where.
   *
   * @returns what `print` returned, or FULL where not even what stands before an item fits
   */
  print(printer: Printer, print: (out: Buffer, at: number) => number): number {
    this.#next = -1;
    const sink = this.#sink;
    if (sink === null || sink.out.length - sink.at < HEAD.length + BETWEEN.length) return FULL;
    let at = sink.at;
    if (!this.#open) at += HEAD.copy(sink.out, at);
    at += (this.#open ? BETWEEN : FIRST).copy(sink.out, at);
    const stop = print(sink.out, at);
    if (stop >= 0) this.#next = printer.at;
    return stop;
  }

  /** Makes the printed item, where there is one, part of the file `path`. */
  commit(path: string): void {
    if (this.#next < 0 || this.#sink === null) return;
    if (!this.#open) this.#sink.begin(path);
    this.#open = true;
    this.#sink.at = this.#next;
    this.#next = -1;
  }

  /** Ends the open file. @returns its size in bytes, 0 where none is open, FULL where the end does not fit */
  end(): number {
    const sink = this.#sink;
    if (sink === null || !this.#open) return 0;
    if (sink.out.length - sink.at < TAIL.length) return FULL;
    sink.at += TAIL.copy(sink.out, sink.at);
    this.#open = false;
    return sink.end();
  }

  /** After FULL: waits for the volume where it must. @param open opens the first sink */
  async makeRoom(open: () => Promise<Sink>): Promise<void> {
    if (this.#sink === null) this.#sink = await open();
    else await this.#sink.makeRoom();
  }

  /** The sink that writes them, once there is one. */
  get sink(): Sink | null {
    return this.#sink;
  }
}
