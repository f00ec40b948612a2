import { FieldMistake, Fields } from './fields.ts';
import { ListSplitter, OversizedItem } from './items.ts';
import { parseJson } from './json.ts';

/** What identifies an object. */
export interface ObjectHead {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
}

/** A file says the same of each of a thousand objects; the first few tell enough. */
const MOST_PROBLEMS = 5;
/** White space and commas between the items, six bytes each, of a million of them. */
const LARGEST_FRAME = 16 * 1024 * 1024;
const PLACEHOLDER = Buffer.from('0');

/**
 * Checks a type file while it is read: valid UTF-8 and JSON, a v1 List, every
 * item with apiVersion, kind and name, in ascending byte order of the names.
 * One item is in memory at a time, whatever the size of the file.
 *
 * The whole is valid JSON exactly if every item is and if the frame is, with a
 * number in the place of each item.
 */
export class ListCheck {
  readonly problems: string[] = [];
  /** Items seen so far. */
  objects = 0;
  readonly #splitter = new ListSplitter();
  readonly #frame: Buffer[] = [];
  #frameBytes = 0;
  #before: string | null = null;
  /** Nothing more is looked at, so that a limit holds. */
  #hopeless = false;

  push(chunk: Buffer): void {
    if (this.#hopeless) return;
    try {
      for (const part of this.#splitter.push(chunk)) {
        if (part.kind === 'item') this.#item(part.bytes);
        else this.#extendFrame(part.bytes);
      }
    } catch (error) {
      if (!(error instanceof OversizedItem)) throw error;
      this.#giveUp(error.message);
    }
  }

  end(): void {
    if (this.#hopeless) return;
    for (const part of this.#splitter.end()) this.#item(part.bytes);
    const parsed = parseJson(Buffer.concat(this.#frame));
    if (parsed.kind === 'invalid') {
      // A position in the frame is none in the file.
      this.#problem(parsed.reason.replace(/ at character \d+$/, ''));
      return;
    }
    try {
      const list = new Fields(parsed.value, '');
      list.oneOf('kind', ['List']);
      list.oneOf('apiVersion', ['v1']);
      const items = list.value('items');
      if (!Array.isArray(items)) this.#problem('items is not a list');
      // The splitter knows the key only as it is written by everybody, without escapes.
      else if (items.length !== this.objects) this.#problem('has items in an unknown form');
    } catch (error) {
      if (!(error instanceof FieldMistake)) throw error;
      this.#problem(error.message);
    }
  }

  #item(bytes: Buffer): void {
    this.#extendFrame(PLACEHOLDER);
    const index = this.objects;
    this.objects += 1;
    const head = readHead(bytes, `items[${index}]`);
    if (typeof head === 'string') {
      this.#problem(head);
      return;
    }
    // Equal names are possible: aggregated APIs may serve an object of one name from each of several sources.
    if (this.#before !== null && Buffer.compare(Buffer.from(this.#before), Buffer.from(head.name)) > 0) {
      this.#problem(`items[${index}] (${head.name}) stands after ${this.#before}, out of the order of names`);
    }
    this.#before = head.name;
  }

  #extendFrame(bytes: Buffer): void {
    this.#frameBytes += bytes.length;
    if (this.#frameBytes > LARGEST_FRAME) {
      this.#giveUp(`has more than ${LARGEST_FRAME / 1024 / 1024} MiB outside its items`);
      return;
    }
    // A copy: the frame is a few bytes, the chunk that it would keep alive is many.
    this.#frame.push(Buffer.from(bytes));
  }

  #giveUp(reason: string): void {
    this.#problem(reason);
    this.#hopeless = true;
    this.#frame.length = 0;
  }

  #problem(text: string): void {
    if (this.problems.length < MOST_PROBLEMS) this.problems.push(text);
  }
}

/** Reads what identifies an object from its bytes, or says what is wrong with it, beginning with `path`. */
export function readHead(bytes: Uint8Array, path: string): ObjectHead | string {
  const parsed = parseJson(bytes);
  if (parsed.kind === 'invalid') return `${path} ${parsed.reason}`;
  try {
    const item = new Fields(parsed.value, path);
    const name = item.object('metadata').text('name');
    return { apiVersion: item.text('apiVersion'), kind: item.text('kind'), name };
  } catch (error) {
    if (error instanceof FieldMistake) return error.message;
    throw error;
  }
}
