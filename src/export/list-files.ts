import type { Sink } from '../archive/writing/sink.ts';
import { FULL, type PrintForm } from '../json/printer.ts';
import { entryName, type View } from '../types/archive-paths.ts';
import { LARGE } from './turns.ts';

/** Items are two levels deep: in the object of the list and in its array. */
export const ITEM_DEPTH = 2;

/** The text around the items of a file. */
interface Envelope {
  readonly head: Buffer;
  readonly first: Buffer;
  readonly between: Buffer;
  readonly tail: Buffer;
}

/** For people, indented. */
export const INDENTED: Envelope = {
  head: Buffer.from('{\n  "apiVersion": "v1",\n  "kind": "List",\n  "items": ['),
  first: Buffer.from('\n    '),
  between: Buffer.from(',\n    '),
  tail: Buffer.from('\n  ]\n}\n'),
};

/** For programs, one object per line. */
export const ONE_A_LINE: Envelope = {
  head: Buffer.from('{"apiVersion":"v1","kind":"List","items":['),
  first: Buffer.from('\n'),
  between: Buffer.from(',\n'),
  tail: Buffer.from('\n]}\n'),
};

/**
 * Indentation can turn one byte into a hundred. An object that would exceed this limit is written
 * without indentation. Then its size at most doubles, so that every object from a server can be read back.
 */
const LARGEST_INDENTED = 8 * 1024 * 1024 - 4096;

/**
 * Writes files one after the other, each of them a `v1` List. An item is printed first and
 * committed when all its parts have found room, in other files, too. A file begins with its
 * first committed item, so there are no empty files.
 */
export class ListFiles {
  readonly view: View;
  /** The format of its items. */
  readonly form: PrintForm;
  readonly #envelope: Envelope;
  #sink: Sink | null = null;
  #open = false;
  /** Of the open file. */
  #count = 0;
  /** The end of the item that is printed but not committed; -1 if there is none. */
  #next = -1;
  /** Whether the item that is being printed would be too large with indentation. */
  #flat = false;

  constructor(view: View, form: PrintForm, envelope = INDENTED) {
    this.view = view;
    this.form = form;
    this.#envelope = envelope;
  }

  /**
   * Prints an item behind the last committed one, by `print`, which receives the place and whether to indent; what it
   * printed ends at `printer.at`.
   *
   * @returns what `print` returned, or FULL if not even what comes before an item fits
   */
  print(
    printer: { readonly at: number },
    print: (out: Buffer, at: number, indented: boolean) => number,
  ): number {
    this.#next = -1;
    const sink = this.#sink;
    const { head, first, between } = this.#envelope;
    if (sink === null || sink.out.length - sink.at < head.length + between.length) return FULL;
    // A large buffer is used for one object, and sent with it.
    if (sink.isLarge && sink.at > 0) return FULL;
    let at = sink.at;
    if (!this.#open) at += head.copy(sink.out, at);
    at += (this.#open ? between : first).copy(sink.out, at);
    let stop = print(sink.out, at, !this.#flat);
    if (stop >= 0 && !this.#flat && printer.at - at > LARGEST_INDENTED) {
      this.#flat = true;
      stop = print(sink.out, at, false);
    }
    if (stop >= 0) this.#next = printer.at;
    return stop;
  }

  /** Adds the printed item, if there is one, to the file of a type in a project; `counts`: also to its number. */
  commit(project: string | null, type: string, counts = true): void {
    if (this.#next < 0 || this.#sink === null) return;
    if (!this.#open) {
      this.#sink.begin(entryName(project, this.view, type));
      this.#count = 0;
    }
    if (counts) this.#count += 1;
    this.#open = true;
    this.#sink.at = this.#next;
    this.#next = -1;
    this.#flat = false;
  }

  /** Ends the open file. @returns its size in bytes, 0 if no file is open, FULL if the end does not fit */
  end(): number {
    const sink = this.#sink;
    if (sink === null || !this.#open) return 0;
    const { tail } = this.#envelope;
    if (sink.out.length - sink.at < tail.length) return FULL;
    sink.at += tail.copy(sink.out, sink.at);
    this.#open = false;
    return sink.end(this.#count);
  }

  /** After FULL: waits for the volume if necessary. @param open opens the first sink */
  async makeRoom(open: () => Promise<Sink>): Promise<void> {
    if (this.#sink === null) this.#sink = await open();
    else if (this.#outgrows(LARGEST_INDENTED)) this.#flat = true;
    else await this.#sink.makeRoom();
  }

  /** Whether makeRoom() will use a buffer that is larger than the share of a list. */
  get needsTurn(): boolean {
    return this.#outgrows(LARGE);
  }

  /** Whether it has such a buffer. */
  get isLarge(): boolean {
    return (this.#sink?.out.length ?? 0) > LARGE;
  }

  /** Whether one object does not fit into a buffer of this size. */
  #outgrows(bytes: number): boolean {
    const sink = this.#sink;
    return (
      sink !== null &&
      sink.at === 0 &&
      sink.out.length >= bytes &&
      !(this.#flat && bytes === LARGEST_INDENTED)
    );
  }

  /** The sink, if it is open. */
  get sink(): Sink | null {
    return this.#sink;
  }
}
