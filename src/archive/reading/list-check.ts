import { createHash } from 'node:crypto';
import { READ } from '../../json/limits.ts';
import { documentMistake, itemsOf, memberOf, textAt } from '../../json/members.ts';
import { compareNames } from '../../json/name-order.ts';
import { OPEN_LIST, OPEN_OBJECT, skipSpace } from '../../json/scan.ts';
import { DELETION, mentionsDeletion } from '../../types/deletion.ts';
import { readHead } from '../../types/identity.ts';
import { brief } from '../../words/names.ts';
import { ListSplitter, UnboundedItem } from './list-splitter.ts';

/** Limit for problems per file: the same one may occur in every object. */
const MOST_PROBLEMS = 5;
const PLACEHOLDER = Buffer.from('0');
const LINE_END = 0x0a;

/**
 * Checks a type file while it is read: valid UTF-8 and JSON, a v1 List, every item with
 * apiVersion, kind and name, sorted by the bytes of the names and, if required, one object per
 * line.
 * One item is in memory at a time, whatever the size of the file.
 *
 * The file is valid JSON exactly if every item is valid, and the envelope with a number in
 * place of each item.
 */
export class ListCheck {
  readonly problems: string[] = [];
  /** Items seen so far. */
  objects = 0;
  /** How many of them are being deleted; counted only where each is on its own line. */
  beingDeleted = 0;
  readonly #oneALine: boolean;
  readonly #splitter = new ListSplitter();
  readonly #names = createHash('sha256');
  #envelope = Buffer.alloc(4096);
  #envelopeBytes = 0;
  #before: string | null = null;
  /** Whether a line has ended since the previous item. */
  #onNewLine = false;
  /** Whether checking has stopped because of a limit. */
  #hopeless = false;

  /** @param oneALine whether each object has to be on its own line, as under `_metadata/` */
  constructor(oneALine = false) {
    this.#oneALine = oneALine;
  }

  /** Of the objects' names, in their order; equal exactly for files of the same objects. Ends the check. */
  namesDigest(): string {
    return this.#names.digest('base64');
  }

  push(chunk: Buffer): void {
    if (this.#hopeless) return;
    try {
      for (const part of this.#splitter.push(chunk)) {
        if (part.kind === 'item') this.#item(part.bytes);
        else {
          this.#onNewLine ||= part.bytes.includes(LINE_END);
          this.#extendEnvelope(part.bytes);
        }
      }
    } catch (error) {
      if (!(error instanceof UnboundedItem)) throw error;
      this.#giveUp(error.message);
    }
  }

  end(): void {
    if (this.#hopeless) return;
    for (const part of this.#splitter.end()) this.#item(part.bytes);
    const envelope = this.#envelope.subarray(0, this.#envelopeBytes);
    const mistake = documentMistake(envelope);
    // An offset in the envelope is not an offset in the file.
    if (mistake !== null) this.#problem(mistake.replace(/ at byte \d+$/, ''));
    else this.#checkEnvelope(envelope);
  }

  #checkEnvelope(envelope: Buffer): void {
    const at = skipSpace(envelope, 0, envelope.length);
    const items = memberOf(envelope, at, 'items');
    if (envelope[at] !== OPEN_OBJECT) this.#problem('the document is not an object');
    else if (textAt(envelope, memberOf(envelope, at, 'kind')) !== 'List') this.#problem('kind is not "List"');
    else if (textAt(envelope, memberOf(envelope, at, 'apiVersion')) !== 'v1') {
      this.#problem('apiVersion is not "v1"');
    } else if (items === null || envelope[items] !== OPEN_LIST) this.#problem('items is not an array');
    // The splitter only recognizes the key without escapes.
    else if (countOf(itemsOf(envelope, items)) !== this.objects)
      this.#problem('writes the key items with escapes');
  }

  #item(bytes: Buffer): void {
    this.#extendEnvelope(PLACEHOLDER);
    const index = this.objects;
    this.objects += 1;
    // When enough problems are known, millions of other items are not checked.
    if (this.problems.length >= MOST_PROBLEMS) return;
    if (this.#oneALine && (!this.#onNewLine || bytes.includes(LINE_END)))
      this.#problem(`items[${index}] is not on its own line`);
    this.#onNewLine = false;
    const head = readHead(bytes, `items[${index}]`);
    if (typeof head === 'string') {
      this.#problem(head);
      return;
    }
    if (this.#oneALine && hasDeletion(bytes)) this.beingDeleted += 1;
    // Equal names are possible: aggregated APIs may serve an object of one name from each of several sources.
    if (this.#before !== null && compareNames(this.#before, head.name) > 0) {
      this.#problem(
        `items[${index}] (${brief(head.name)}) comes after ${brief(this.#before)}: the items are not sorted by name`,
      );
    }
    this.#before = head.name;
    this.#names.update(head.name).update('\0');
  }

  #extendEnvelope(bytes: Buffer): void {
    const end = this.#envelopeBytes + bytes.length;
    if (end > READ.envelopeBytes) {
      this.#giveUp(`has more than ${READ.envelopeBytes / 1024 / 1024} MiB outside its items`);
      return;
    }
    // One buffer: a million items have two million pieces of envelope of a few bytes each.
    if (end > this.#envelope.length) {
      const larger = Buffer.alloc(Math.max(end, 2 * this.#envelope.length));
      this.#envelope.copy(larger, 0, 0, this.#envelopeBytes);
      this.#envelope = larger;
    }
    this.#envelope.set(bytes, this.#envelopeBytes);
    this.#envelopeBytes = end;
  }

  #giveUp(reason: string): void {
    this.#problem(reason);
    this.#hopeless = true;
    this.#envelope = Buffer.alloc(0);
  }

  #problem(text: string): void {
    if (this.problems.length < MOST_PROBLEMS) this.problems.push(text);
  }
}

function countOf(items: Iterable<number>): number {
  let count = 0;
  for (const _ of items) count += 1;
  return count;
}

/** Whether the object has the member, whatever its value. */
function hasDeletion(object: Buffer): boolean {
  if (!mentionsDeletion(object)) return false;
  const metadata = memberOf(object, skipSpace(object, 0, object.length), 'metadata');
  return metadata !== null && memberOf(object, metadata, DELETION) !== null;
}
