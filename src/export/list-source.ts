import { ApiError, BrokenAnswer, ConnectionError } from '../cluster/api-error.ts';
import type { Client } from '../cluster/client.ts';
import { INCOMPLETE, JsonError } from '../snapshot/json.ts';
import { ListReader, NotAList } from '../snapshot/list-reader.ts';
import type { PlannedList } from '../snapshot/plan.ts';
import { collectionPath } from '../snapshot/resource-type.ts';
import type { Items } from './items.ts';

/** Objects a page where a list is read in pages. */
const PAGE = 500;

/** How to ask for lists. */
export interface ListOptions {
  readonly selector: string | null;
  /** In pages, for servers that would have to build a whole list in memory, and after a whole list broke off. */
  readonly paged: boolean;
}

/** What lists tell besides their items. */
export interface Listed {
  /** Of the one consistent list; null where several were made. */
  readonly resourceVersion: string | null;
  /** Projects that could not be listed after all, with the server's message. */
  readonly refused: readonly string[];
}

/**
 * Reads all lists of a plan's row into `items`, one after the other.
 *
 * @throws ApiError, ConnectionError, JsonError; whatever `items` throws
 */
export async function readLists(
  client: Client,
  planned: PlannedList,
  options: ListOptions,
  items: Items,
): Promise<Listed> {
  if (planned.scope === 'cluster') {
    return {
      resourceVersion: await readList(client, collectionPath(planned.type, null), options, items),
      refused: [],
    };
  }
  const refused: string[] = [];
  for (const project of planned.projects) {
    try {
      if (planned.type.name === 'namespaces')
        await readOne(client, `/api/v1/namespaces/${encodeURIComponent(project)}`, items);
      else await readList(client, collectionPath(planned.type, project), options, items);
    } catch (error) {
      // The project was deleted during the run, or the role binding was.
      if (!(error instanceof ApiError && (error.status === 403 || error.status === 404))) throw error;
      if (error.status === 403) refused.push(`${project}: ${error.message}`);
    }
  }
  return { resourceVersion: null, refused };
}

/** @returns the resourceVersion of the list; pages after the first belong to the same one */
async function readList(
  client: Client,
  path: string,
  options: ListOptions,
  items: Items,
): Promise<string | null> {
  let resourceVersion: string | null = null;
  let page: string | null = null;
  do {
    const query = new URLSearchParams();
    if (options.selector !== null) query.set('labelSelector', options.selector);
    if (options.paged) query.set('limit', String(PAGE));
    if (page !== null) query.set('continue', page);
    const reader = new ListReader();
    const search = query.toString();
    await readAnswer(client, search === '' ? path : `${path}?${search}`, reader, items);
    resourceVersion ??= reader.metadata.resourceVersion;
    page = reader.metadata.continue;
  } while (page !== null);
  return resourceVersion;
}

async function readAnswer(client: Client, path: string, reader: ListReader, items: Items): Promise<void> {
  try {
    await client.stream(path, (chunk) => {
      reader.push(chunk);
      return takeItems(reader, items) ? takeRest(reader, items) : undefined;
    });
    reader.finish();
    if (takeItems(reader, items)) await takeRest(reader, items);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    if (error instanceof NotAList)
      throw new ConnectionError('GET', path, 'the answer is no list: it has no items');
    throw new BrokenAnswer('GET', path, `${error.message}, at byte ${reader.passed + error.offset}`);
  }
}

/** Hands items on until more bytes are needed (false) or the receiver is full (true). */
function takeItems(reader: ListReader, items: Items): boolean {
  for (let at = reader.item(); at >= 0; at = reader.item()) {
    const next = items.item(reader.bytes, at, reader.end);
    if (next === INCOMPLETE) {
      reader.incomplete();
      return false;
    }
    if (next < 0) return true;
    reader.taken(next);
  }
  return false;
}

/** After takeItems() was told that the receiver is full: makes room and goes on, until bytes are needed. */
async function takeRest(reader: ListReader, items: Items): Promise<void> {
  do await items.makeRoom();
  while (takeItems(reader, items));
}

/** Reads a single object as if it were the only item of a list. */
async function readOne(client: Client, path: string, items: Items): Promise<void> {
  const object: Buffer[] = [];
  await client.stream(path, (chunk) => {
    object.push(chunk);
  });
  const reader = new ListReader();
  const head = Buffer.from('{"items":[');
  reader.push(Buffer.concat([head, ...object, Buffer.from(']}')]));
  reader.finish();
  try {
    if (takeItems(reader, items)) await takeRest(reader, items);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    throw new BrokenAnswer('GET', path, `${error.message}, at byte ${error.offset - head.length}`);
  }
}
