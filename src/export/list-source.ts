import { ApiError, BrokenAnswer, WrongAnswer } from '../cluster/api-error.ts';
import type { Client } from '../cluster/client.ts';
import { type ListBounds, Pages } from '../cluster/list-bounds.ts';
import { type ListMetadata, ListMistake, ListReader } from '../json/list-reader.ts';
import { CutOff, INCOMPLETE, JsonError } from '../json/scan.ts';
import type { PlannedList } from '../plan/plan.ts';
import { collectionOf, namespacePath } from '../types/api-paths.ts';
import type { ResourceType } from '../types/resource-type.ts';
import { brief } from '../words/names.ts';
import type { ItemSink } from './item-order.ts';
import { LARGE, type Turn } from './turns.ts';

/** Objects per page. */
const PAGE = 500;
/** Time limit for receiving a large object, in milliseconds, since others wait for their turn. */
const LONGEST_TURN = 120_000;
/** Limit for the names of projects that refused a list. */
const MOST_REFUSED = 10;

/** How lists are requested. */
export interface ListOptions {
  readonly selector: string | null;
  /** In pages: for servers that would build a whole list in memory, and after a whole list broke off. */
  readonly paged: boolean;
  readonly bounds: ListBounds;
  readonly turn: Turn;
}

/** What lists contain in addition to their items. */
export interface Listed {
  /** The resourceVersion of the list; null if there were several lists. */
  readonly resourceVersion: string | null;
  /** Projects that refused the list, with the server's message. */
  readonly refused: readonly string[];
  /** The kind of a list of another type (`SecretList` for configmaps); null if there was none. */
  readonly foreign: string | null;
}

/**
 * Reads all lists of a row of the plan, one after the other, and passes their items to `items`.
 *
 * @throws ApiError, ConnectionError (WrongAnswer if the answer is not a list of the type); whatever `items` throws
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
      // The project or the role binding was deleted during the run.
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
  /** Number of items in the current answer. */
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

  /** Passes items on until more bytes are necessary (false) or the receiver is full (true). */
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

  /** Makes room after handOn() found the receiver full, and continues until more bytes are necessary. */
  async #handOnRest(reader: ListReader): Promise<void> {
    do await this.#items.makeRoom();
    while (this.#handOn(reader));
    this.#giveTurnBack(reader);
  }
}

/**
 * A second request may return the rest of an answer that broke off, but not correct a wrong one.
 *
 * @param passed number of bytes of the answer before offset 0
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
 * Items without apiVersion and kind get them from the list: built-in types have them only
 * in the head of the list.
 *
 * @returns the kind of the list if it belongs to another type
 */
function foreignKind({ kind, apiVersion }: ListMetadata, type: ResourceType): string | null {
  if (kind === null || kind === 'List') return null;
  const group =
    apiVersion === null ? type.group : apiVersion.includes('/') ? apiVersion.replace(/\/.*$/s, '') : '';
  return kind === `${type.kind}List` && group === type.group ? null : brief(kind);
}
