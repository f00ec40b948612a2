import { ApiError } from './api-error.ts';
import type { Client } from './client.ts';
import { fields, list, text } from './fields.ts';

/** A type as the server serves it in one version. */
export interface ServedType {
  readonly apiVersion: string;
  readonly resource: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly hasStatus: boolean;
  /** Whether the server keeps its objects: a review or a binding is only sent. */
  readonly isKept: boolean;
}

/**
 * What the server serves, asked version by version and as late as possible: a type
 * whose definition has just been restored is in no discovery that was made before.
 */
export class ServedTypes {
  readonly #client: Client;
  readonly #known = new Map<string, Promise<readonly ServedType[]>>();

  constructor(client: Client) {
    this.#client = client;
  }

  /**
   * The type of an object, or null where the server has none.
   *
   * @param resource plural, as in the URL
   * @throws ApiError or ConnectionError where the server cannot be asked
   */
  async find(apiVersion: string, resource: string): Promise<ServedType | null> {
    return (await this.#types(apiVersion)).find((type) => type.resource === resource) ?? null;
  }

  /** The type of a kind, or null; throws as find. */
  async ofKind(apiVersion: string, kind: string): Promise<ServedType | null> {
    return (await this.#types(apiVersion)).find((type) => type.kind === kind) ?? null;
  }

  /** Forgets what it knows, since types have come. */
  forget(): void {
    this.#known.clear();
  }

  #types(apiVersion: string): Promise<readonly ServedType[]> {
    const known = this.#known.get(apiVersion);
    if (known !== undefined) return known;
    const asked = this.#ask(apiVersion);
    this.#known.set(apiVersion, asked);
    asked.catch(() => this.#known.delete(apiVersion));
    return asked;
  }

  async #ask(apiVersion: string): Promise<readonly ServedType[]> {
    try {
      const answer = await this.#client.get(`${rootOf(apiVersion)}`);
      const rows = list(answer, 'resources');
      const names = new Set(rows.map((row) => text(row, 'name')));
      return rows
        .filter((row) => !text(row, 'name').includes('/'))
        .map((row) => ({
          apiVersion,
          resource: text(row, 'name'),
          kind: text(row, 'kind'),
          namespaced: fields(row, 'namespaced') === true,
          isKept: ['create', 'get'].every((verb) => list(row, 'verbs').includes(verb)),
          hasStatus: names.has(`${text(row, 'name')}/status`),
        }));
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return [];
      throw error;
    }
  }
}

/** The path of a type's collection, in one project or (null) over all. */
export function collectionOf(type: ServedType, project: string | null): string {
  const scope = project === null ? '' : `/namespaces/${encodeURIComponent(project)}`;
  return `${rootOf(type.apiVersion)}${scope}/${type.resource}`;
}

function rootOf(apiVersion: string): string {
  const path = apiVersion.split('/').map(encodeURIComponent).join('/');
  return apiVersion.includes('/') ? `/apis/${path}` : `/api/${path}`;
}
