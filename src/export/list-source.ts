import { ApiError, BrokenAnswer, WrongAnswer } from '../cluster/api-error.ts';
import type { Client } from '../cluster/client.ts';
import { type ListBounds, Pages } from '../cluster/list-bounds.ts';
import { type ListMetadata, ListMistake, ListReader } from '../json/list-reader.ts';
import { CutOff, INCOMPLETE, JsonError } from '../json/scan.ts';
import type { PlannedList } from '../plan/plan.ts';
import { collectionOf, namespacePath } from '../types/paths.ts';
import type { ResourceType } from '../types/resource-type.ts';
import { brief } from '../words/names.ts';
import type { ItemSink } from './item-order.ts';
import { LARGE, type Turn } from './turns.ts';

/** Objects a page where a list is read in pages. */
const PAGE = 500;
/** Milliseconds that a large object may take to come: others wait for their turn meanwhile. */
const LONGEST_TURN = 120_000;
/** Projects that refused a list are named, but not all of thousands. */
const MOST_REFUSED = 10;

/** How to ask for lists. */
export interface ListOptions {
  readonly selector: string | null;
  /** In pages, for servers that would have to build a whole list in memory, and after a whole list broke off. */
  readonly paged: boolean;
  readonly bounds: ListBounds;
  readonly turn: Turn;
}

/** What lists contain in addition to their items. */
export interface Listed {
  /** Of the one consistent list; null where several were made. */
  readonly resourceVersion: string | null;
  /** Projects that could not be listed after all, with the server's message. */
  readonly refused: readonly string[];
  /** What a list calls itself that is none of this type (`SecretList`, of configmaps); null where none does. */
  readonly foreign: string | null;
}

/**
 * Reads all lists of a plan's row into `items`, one after the other.
 *
 * @throws ApiError, ConnectionError (WrongAnswer where what came is no list of the type); whatever `items` throws
 */
export async function readLists(
  client: Client,
  planned: PlannedList,
  options: ListOptions,
  items: ItemSink,
): Promise<Listed> {
  const source = new ListSource(client, planned.type, options, items);
  if (planned.scope === 'cluster') {
    const resourceVersion = await source.readList(collectionOf(planned.type, null));
    return { resourceVersion, refused: [], foreign: source.foreign };
  }
  const refused: string[] = [];
  let more = 0;
  for (const project of planned.projects) {
    try {
      if (planned.type.name === 'namespaces') await source.readOne(namespacePath(project));
      else await source.readList(collectionOf(planned.type, project));
    } catch (error) {
      // The project was deleted during the run, or the role binding was.
      if (!(error instanceof ApiError && (error.status === 403 || error.status === 404))) throw error;
      if (error.status !== 403) continue;
      if (refused.length < MOST_REFUSED) refused.push(`${project}: ${error.message}`);
      else more += 1;
    }
  }
  if (more > 0) refused.push(`${more} more projects`);
  return { resourceVersion: null, refused, foreign: source.foreign };
}

class ListSource {
  foreign: string | null = null;
  readonly #client: Client;
  readonly #type: ResourceType;
  readonly #options: ListOptions;
  readonly #items: ItemSink;
  /** Items of the answer that is being read. */
  #count = 0;
  #turnSince = 0;

  constructor(client: Client, type: ResourceType, options: ListOptions, items: ItemSink) {
    this.#client = client;
    this.#type = type;
    this.#options = options;
    this.#items = items;
  }

  /** @returns the resourceVersion of the list; pages after the first belong to the same one */
  async readList(path: string): Promise<string | null> {
    const { selector, paged } = this.#options;
    const pages = new Pages();
    let resourceVersion: string | null = null;
    let page: string | null = null;
    do {
      const query = new URLSearchParams();
      if (selector !== null) query.set('labelSelector', selector);
      if (paged) query.set('limit', String(PAGE));
      if (page !== null) query.set('continue', page);
      const search = query.toString();
      const asked = search === '' ? path : `${path}?${search}`;
      const metadata = await this.#readAnswer(asked);
      this.foreign ??= foreignKind(metadata, this.#type);
      resourceVersion ??= metadata.resourceVersion;
      page = metadata.continue;
      if (page !== null) meant(asked, () => pages.follow(page ?? '', this.#count > 0));
    } while (page !== null);
    return resourceVersion;
  }

  /** Reads a single object as if it were the only item of a list. */
  async readOne(path: string): Promise<void> {
    const head = Buffer.from('{"items":[');
    const tail = Buffer.from(']}');
    await this.#read(path, head, tail);
  }

  #readAnswer(path: string): Promise<ListMetadata> {
    const nothing = Buffer.alloc(0);
    return this.#read(path, nothing, nothing);
  }

  async #read(path: string, head: Buffer, tail: Buffer): Promise<ListMetadata> {
    const reader = new ListReader();
    this.#count = 0;
    reader.push(head);
    try {
      await this.#client.stream(path, (chunk) => this.#take(path, reader, chunk));
      reader.push(tail);
      reader.finish();
      if (this.#handOn(reader)) await this.#handOnRest(reader);
    } catch (error) {
      throw explained(path, error, reader.passed - head.length);
    } finally {
      this.#options.turn.give('reading');
    }
    return reader.metadata;
  }

  #take(path: string, reader: ListReader, chunk: Buffer): Promise<void> | undefined {
    const { bounds, turn } = this.#options;
    bounds.came(chunk.length);
    if (reader.sizeWith(chunk.length) <= LARGE) return this.#feed(reader, chunk);
    if (!turn.has('reading')) return this.#takeInTurn(reader, chunk);
    if (performance.now() - this.#turnSince > LONGEST_TURN) {
      const what = `an object of more than ${LARGE / 2} bytes has not come whole in ${LONGEST_TURN / 1000} s`;
      throw new BrokenAnswer('GET', path, what);
    }
    return this.#feed(reader, chunk);
  }

  async #takeInTurn(reader: ListReader, chunk: Buffer): Promise<void> {
    await this.#options.turn.take('reading');
    this.#turnSince = performance.now();
    await this.#feed(reader, chunk);
  }

  #feed(reader: ListReader, chunk: Buffer): Promise<void> | undefined {
    reader.push(chunk);
    if (this.#handOn(reader)) return this.#handOnRest(reader);
    this.#giveTurnBack(reader);
    return undefined;
  }

  #giveTurnBack(reader: ListReader): void {
    const { turn } = this.#options;
    if (!turn.has('reading')) return;
    reader.shrink();
    if (reader.bytes.length <= LARGE) turn.give('reading');
  }

  /** Hands items on until more bytes are needed (false) or the receiver is full (true). */
  #handOn(reader: ListReader): boolean {
    for (let at = reader.item(); at >= 0; at = reader.item()) {
      const next = this.#items.item(reader.bytes, at, reader.end);
      if (next === INCOMPLETE) {
        reader.incomplete();
        return false;
      }
      if (next < 0) return true;
      this.#count += 1;
      reader.taken(next);
    }
    return false;
  }

  /** After handOn() found the receiver full: makes room and goes on, until bytes are needed. */
  async #handOnRest(reader: ListReader): Promise<void> {
    do await this.#items.makeRoom();
    while (this.#handOn(reader));
    this.#giveTurnBack(reader);
  }
}

/**
 * What broke off may come whole when it is asked for again; what is whole and wrong comes as it came.
 *
 * @param passed bytes of the answer before those to which an offset refers
 */
function explained(path: string, error: unknown, passed: number): unknown {
  if (error instanceof CutOff)
    return new BrokenAnswer('GET', path, `${error.message}, at byte ${passed + error.offset}`);
  if (error instanceof JsonError)
    return new WrongAnswer('GET', path, `${error.message}, at byte ${passed + error.offset}`);
  if (error instanceof ListMistake) return new WrongAnswer('GET', path, error.message);
  return error;
}

function meant(path: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    throw explained(path, error, 0);
  }
}

/**
 * The kind of a list applies to items that have none: built-in
 * types leave apiVersion and kind to the head of the list.
 *
 * @returns its kind where it is another type's list
 */
function foreignKind({ kind, apiVersion }: ListMetadata, type: ResourceType): string | null {
  if (kind === null || kind === 'List') return null;
  const group =
    apiVersion === null ? type.group : apiVersion.includes('/') ? apiVersion.replace(/\/.*$/s, '') : '';
  return kind === `${type.kind}List` && group === type.group ? null : brief(kind);
}
