import { type ApiClient, ApiError } from './api-client.ts';
import { pathOf, type ServedType, servedTypes } from './discovery.ts';
import { at, type KubeObject, listAt, textAt } from './kube-object.ts';
import { waitFor } from './wait.ts';

/** How many objects are on their way at a time. */
export interface ApplyOptions {
  /** Default 1: one after the other, in order. With more, namespaces go first and the rest in any order. */
  readonly concurrency?: number;
}

const CRD = 'CustomResourceDefinition';

/** Puts objects of any kind onto the server; remembers which types it serves. */
export class Applier {
  readonly #client: ApiClient;
  #types: readonly ServedType[] = [];

  constructor(client: ApiClient) {
    this.#client = client;
  }

  /**
   * Creates each object, or replaces the one that is there. A `status` goes through the subresource where there
   * is one. CRDs go first, until the server serves their types, also in discovery. Throws ApiError for the first
   * object that the server refuses, and Error for a kind that it does not serve.
   */
  async apply(objects: readonly KubeObject[], options: ApplyOptions = {}): Promise<void> {
    const concurrency = options.concurrency ?? 1;
    const put = (object: KubeObject) => this.#put(object);
    const [definitions, others] = divide(objects, (object) => object.kind === CRD);
    await inParallel(definitions, concurrency, put);
    // A type that was deleted in between is not there yet just because it once was.
    if (definitions.length > 0) this.#types = [];
    // Together, since discovery follows some two seconds behind whatever their number.
    await Promise.all(definitions.map((definition) => this.#served(definition)));
    const [namespaces, rest] = divide(others, (object) => concurrency > 1 && object.kind === 'Namespace');
    await inParallel(namespaces, concurrency, put);
    await inParallel(rest, concurrency, put);
  }

  async #put(object: KubeObject): Promise<void> {
    const type = await this.#find(object.apiVersion, object.kind);
    const collection = pathOf(type, object.metadata.namespace);
    const item = `${collection}/${encodeURIComponent(object.metadata.name)}`;
    try {
      await this.#client.request('POST', collection, object);
    } catch (error) {
      if (!(error instanceof ApiError) || error.reason !== 'AlreadyExists') throw error;
      await this.#replace(item, object);
    }
    if (object.status !== undefined && type.hasStatus) {
      await this.#client.request('PATCH', `${item}/status`, { status: object.status });
    }
  }

  async #replace(item: string, object: KubeObject): Promise<void> {
    await waitFor(`${item} to be replaced`, async () => {
      const current = await this.#client.request('GET', item);
      const metadata = {
        ...object.metadata,
        resourceVersion: textAt(current, 'metadata', 'resourceVersion'),
      };
      try {
        return await this.#client.request('PUT', item, { ...object, metadata });
      } catch (error) {
        // Somebody wrote between the two requests: read again.
        if (error instanceof ApiError && error.reason === 'Conflict') return undefined;
        throw error;
      }
    });
  }

  async #served(definition: KubeObject): Promise<void> {
    const path = `/apis/${definition.apiVersion}/customresourcedefinitions/${definition.metadata.name}`;
    await waitFor(`${definition.metadata.name} to be established`, async () => {
      const current = await this.#client.request('GET', path);
      return listAt(current, 'status', 'conditions').some(isEstablished);
    });
    for (const version of listAt(definition.spec, 'versions')) {
      if (at(version, 'served') !== true) continue;
      const apiVersion = `${textAt(definition.spec, 'group')}/${textAt(version, 'name')}`;
      await this.#find(apiVersion, textAt(definition.spec, 'names', 'kind'));
    }
  }

  /** Discovery follows a new CRD with a delay, so a miss asks again. */
  async #find(apiVersion: string, kind: string): Promise<ServedType> {
    const wanted = (type: ServedType) => type.apiVersion === apiVersion && type.kind === kind;
    const known = this.#types.find(wanted);
    if (known !== undefined) return known;
    return await waitFor(`${apiVersion} ${kind} in discovery`, async () => {
      this.#types = await servedTypes(this.#client);
      return this.#types.find(wanted);
    });
  }
}

function isEstablished(condition: unknown): boolean {
  return at(condition, 'type') === 'Established' && at(condition, 'status') === 'True';
}

function divide(objects: readonly KubeObject[], first: (object: KubeObject) => boolean) {
  return [objects.filter(first), objects.filter((object) => !first(object))] as const;
}

async function inParallel(
  objects: readonly KubeObject[],
  concurrency: number,
  work: (object: KubeObject) => Promise<void>,
): Promise<void> {
  const queue = objects.values();
  const workers = Array.from({ length: concurrency }, async () => {
    for (const object of queue) await work(object);
  });
  await Promise.all(workers);
}
