import { isApiVersion, versionPath } from '../types/api-paths.ts';
import { type ResourceType, typeName } from '../types/resource-type.ts';
import { ApiError } from './api-error.ts';
import type { Client } from './client.ts';
import { field, listField, stringField } from './unverified.ts';

/** A type as the server serves it in one version. */
export interface ServedType extends ResourceType {
  readonly verbs: readonly unknown[];
  readonly hasStatus: boolean;
}

/** Whether the server stores objects of a type, unlike reviews and bindings, which are request-only. */
export function isStored({ verbs }: ServedType): boolean {
  return verbs.includes('create') && verbs.includes('get');
}

/** The types of an APIResourceList, which is the discovery document of one version. */
export function typesIn(document: unknown, group: string, version: string): ServedType[] {
  const rows = listField(document, 'resources');
  const names = new Set(rows.map((row) => stringField(row, 'name')));
  return rows
    .filter((row) => !stringField(row, 'name').includes('/'))
    .map((row) => {
      const resource = stringField(row, 'name');
      return {
        name: typeName(group, resource),
        group,
        version,
        resource,
        singular: stringField(row, 'singularName'),
        shortNames: listField(row, 'shortNames').filter((name) => typeof name === 'string'),
        kind: stringField(row, 'kind'),
        namespaced: field(row, 'namespaced') === true,
        verbs: listField(row, 'verbs'),
        hasStatus: names.has(`${resource}/status`),
      };
    });
}

/**
 * The types that the server serves, requested version by version and as late as possible: a type
 * whose definition has just been restored is missing in earlier discovery.
 */
export class ServedTypes {
  readonly #client: Client;
  readonly #known = new Map<string, Promise<readonly ServedType[]>>();

  constructor(client: Client) {
    this.#client = client;
  }

  /**
   * The type of an object, or null if the server does not have it.
   *
   * @param resource plural, as in the URL
   * @throws ApiError or ConnectionError if discovery fails
   */
  async find(apiVersion: string, resource: string): Promise<ServedType | null> {
    return (await this.#types(apiVersion)).find((type) => type.resource === resource) ?? null;
  }

  /** The type of a kind, or null; throws as find. */
  async ofKind(apiVersion: string, kind: string): Promise<ServedType | null> {
    return (await this.#types(apiVersion)).find((type) => type.kind === kind) ?? null;
  }

  /** Clears the cache, since new types are served now. */
  forget(): void {
    this.#known.clear();
  }

  /** Versions come from archives, too: one that cannot exist is not requested. */
  async #types(apiVersion: string): Promise<readonly ServedType[]> {
    if (!isApiVersion(apiVersion)) return [];
    const known = this.#known.get(apiVersion);
    if (known !== undefined) return await known;
    const asked = this.#ask(apiVersion);
    this.#known.set(apiVersion, asked);
    asked.catch(() => this.#known.delete(apiVersion));
    return await asked;
  }

  async #ask(apiVersion: string): Promise<readonly ServedType[]> {
    const slash = apiVersion.indexOf('/');
    try {
      const document = await this.#client.get(versionPath(apiVersion));
      return typesIn(document, apiVersion.slice(0, Math.max(0, slash)), apiVersion.slice(slash + 1));
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return [];
      throw error;
    }
  }
}
