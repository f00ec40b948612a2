import { at, isJsonObject, listAt, textAt } from './kube-object.ts';

/** Below it is everything that an API server keeps. */
const PREFIX = '/registry/';
/** The first key behind all of them, since "0" follows "/". */
const BEHIND = '/registry0';
/** etcd accepts no more operations in one transaction. */
const MOST_OPERATIONS = 128;
/** What the API server renews by itself, whatever tests do. */
const RENEWED = /^\/registry\/(leases\/kube-system\/apiserver-|masterleases\/)/;

interface Entry {
  /** In base64, as etcd's JSON has it. */
  readonly value: string;
  /** Changes with each write. */
  readonly revision: string;
}

type Entries = ReadonlyMap<string, Entry>;

/**
 * What an API server keeps in etcd, to which etcd can be put back: then the API server has again what it had, whatever
 * tests have created, changed and deleted. It follows through its watches.
 */
export class EtcdSnapshot {
  readonly #url: string;
  readonly #entries: Map<string, Entry>;

  private constructor(url: string, entries: Map<string, Entry>) {
    this.#url = url;
    this.#entries = entries;
  }

  /** Reads all that the etcd at this URL has. Throws an Error if it does not answer. */
  static async take(url: string): Promise<EtcdSnapshot> {
    return new EtcdSnapshot(url, await entriesIn(url, 'with values'));
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /** Whether nothing was written since. Throws an Error if etcd does not answer. */
  async isCurrent(): Promise<boolean> {
    const now = await entriesIn(this.#url, 'keys only');
    return this.#hasJustTheKeys(now) && [...this.#entries].every(([key, entry]) => isAsIn(now, key, entry));
  }

  /** Whether etcd has the keys of the snapshot and no others. Throws an Error if etcd does not answer. */
  async isRestored(): Promise<boolean> {
    return this.#hasJustTheKeys(await entriesIn(this.#url, 'keys only'));
  }

  /** Removes from etcd what was added, and writes what was changed or removed. Throws an Error if etcd refuses. */
  async restore(): Promise<void> {
    const now = await entriesIn(this.#url, 'keys only');
    const removed = this.#addedRanges([...now.keys()]).map(([from, to]) => ({
      request_delete_range: { key: base64(from), range_end: base64(to) },
    }));
    for (const some of batches(removed)) await ask(this.#url, 'kv/txn', { success: some });
    for (const some of batches([...this.#entries].filter(([key, entry]) => !isAsIn(now, key, entry)))) {
      const success = some.map(([key, { value }]) => ({ request_put: { key: base64(key), value } }));
      // All of a transaction has its revision. Whatever has a later one was written by somebody else.
      const revision = textAt(await ask(this.#url, 'kv/txn', { success }), 'header', 'revision');
      for (const [key, { value }] of some) this.#entries.set(key, { value, revision });
    }
  }

  #hasJustTheKeys(now: Entries): boolean {
    const keys = [...now.keys()].filter((key) => !RENEWED.test(key));
    const known = [...this.#entries.keys()].filter((key) => !RENEWED.test(key));
    return keys.length === known.length && keys.every((key) => this.#entries.has(key));
  }

  /** Runs of neighbouring keys that the snapshot does not have: the first one, and the first key behind them. */
  #addedRanges(keys: readonly string[]): Array<[from: string, behind: string]> {
    const isAdded = (key: string) => !this.#entries.has(key) && !RENEWED.test(key);
    return keys.flatMap((key, index): Array<[string, string]> => {
      const before = keys[index - 1];
      if (!isAdded(key) || (before !== undefined && isAdded(before))) return [];
      return [[key, keys.slice(index).find((each) => !isAdded(each)) ?? BEHIND]];
    });
  }
}

/** Bytes of an etcd's file, with all the versions that it has not removed. Throws an Error if etcd does not answer. */
export async function etcdSize(url: string): Promise<number> {
  return Number((await ask(url, 'maintenance/status', {})).dbSize);
}

function* batches<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < all.length; from += MOST_OPERATIONS)
    yield all.slice(from, from + MOST_OPERATIONS);
}

function isAsIn(now: Entries, key: string, { revision }: Entry): boolean {
  return RENEWED.test(key) || now.get(key)?.revision === revision;
}

/** In the order of the keys. */
async function entriesIn(url: string, extent: 'with values' | 'keys only'): Promise<Map<string, Entry>> {
  const range = { key: base64(PREFIX), range_end: base64(BEHIND), keys_only: extent === 'keys only' };
  return new Map(
    listAt(await ask(url, 'kv/range', range), 'kvs').map((pair) => [
      Buffer.from(textAt(pair, 'key'), 'base64').toString('latin1'),
      { value: String(at(pair, 'value') ?? ''), revision: textAt(pair, 'mod_revision') },
    ]),
  );
}

async function ask(url: string, method: string, body: object): Promise<Readonly<Record<string, unknown>>> {
  const answer = await fetch(`${url}/v3/${method}`, { method: 'POST', body: JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`etcd: ${method}: HTTP ${answer.status}: ${text.slice(0, 500)}`);
  const value: unknown = JSON.parse(text);
  return isJsonObject(value) ? value : {};
}

function base64(key: string): string {
  return Buffer.from(key, 'latin1').toString('base64');
}
