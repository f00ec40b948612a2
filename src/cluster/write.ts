import { memberOf, textAt } from '../json/members.ts';
import { skipSpace } from '../json/scan.ts';
import { itemPath } from '../types/api-paths.ts';
import { ApiError, ConnectionError } from './api-error.ts';
import type { Answer, Client } from './client.ts';
import type { Throttle } from './throttle.ts';

/** Our field manager, in managedFields and in conflicts. */
export const FIELD_MANAGER = 'openshift-backup';

const JSON_TYPE = 'application/json';
const APPLY = 'application/apply-patch+yaml';
const MERGE = 'application/merge-patch+json';

/** The result of a create. */
export type Created =
  | { readonly kind: 'created'; readonly warnings: readonly string[] }
  /** `ours`: an earlier create of ours broke off, and may have created it. */
  | { readonly kind: 'exists'; readonly ours: boolean };

/**
 * The write requests: bytes in, the object's bytes out. Temporary failures are retried within
 * the retry budget, except those caused by the object, or by a webhook that cannot be called:
 * its backend may be restored later.
 *
 * All throw ApiError or ConnectionError.
 */
export class Writer {
  readonly #client: Client;
  readonly #throttle: Throttle;
  readonly #query: string;
  readonly #isDryRun: boolean;
  #hasChanged = false;

  /** @param dryRun nothing is stored, but the server runs admission and validation */
  constructor(client: Client, throttle: Throttle, dryRun: boolean) {
    this.#client = client;
    this.#throttle = throttle;
    this.#isDryRun = dryRun;
    this.#query = `?fieldManager=${FIELD_MANAGER}${dryRun ? '&dryRun=All' : ''}`;
  }

  /** Whether a request has changed the cluster; false in a dry run. */
  get hasChanged(): boolean {
    return this.#hasChanged;
  }

  /**
   * Creates an object. A create that broke off may have succeeded: the object is looked up
   * before the retry.
   */
  create(collection: string, name: string, body: Uint8Array): Promise<Created> {
    let uncertain = false;
    return this.#changing(async (): Promise<Created> => {
      if (uncertain && (await this.#lookUp(itemPath(collection, name))) !== null)
        return { kind: 'exists', ours: true };
      try {
        const path = `${collection}${this.#query}`;
        const { body: made, warnings } = await this.#client.once('POST', path, body);
        // A proxy in between may also send 200.
        if (nameOf(made) !== name) throw new ConnectionError('POST', path, 'the response is not the object');
        return { kind: 'created', warnings };
      } catch (error) {
        if (error instanceof ApiError && error.reason === 'AlreadyExists')
          return { kind: 'exists', ours: uncertain };
        // After a proxy's 502 or 504, as after no response, it is unknown what the server did.
        uncertain ||= error instanceof ConnectionError || (error instanceof ApiError && error.status >= 500);
        throw error;
      }
    }, isOurs);
  }

  /**
   * Creates an object by server-side apply, so that another manager owns its fields from the beginning.
   * A resourceVersion that no object has makes the server refuse to change one that exists.
   *
   * @param body with such a resourceVersion
   */
  createAs(manager: string, path: string, body: Uint8Array): Promise<Created> {
    let uncertain = false;
    const query = `?fieldManager=${encodeURIComponent(manager)}&force=false`;
    return this.#changing(async (): Promise<Created> => {
      try {
        const { warnings } = await this.#client.once('PATCH', `${path}${query}`, body, APPLY);
        return { kind: 'created', warnings };
      } catch (error) {
        if (error instanceof ApiError && error.status === 409) return { kind: 'exists', ours: uncertain };
        uncertain ||= error instanceof ConnectionError || (error instanceof ApiError && error.status >= 500);
        throw error;
      }
    }, isOurs);
  }

  /** The bytes of the object at a path, or null if there is none. */
  read(path: string): Promise<Buffer | null> {
    return this.#patiently(() => this.#lookUp(path));
  }

  /**
   * Replaces an object by the body, whose resourceVersion must be that of the object. A replacement
   * that broke off may have succeeded: its retry is then a conflict.
   */
  replace(path: string, body: Uint8Array): Promise<Answer> {
    return this.#changing(() => this.#client.once('PUT', `${path}${this.#query}`, body));
  }

  /** Merges a patch into an object or its subresource. */
  async merge(path: string, body: Uint8Array): Promise<void> {
    await this.#changing(() => this.#client.once('PATCH', `${path}${this.#query}`, body, MERGE));
  }

  /** Deletes the object with exactly this uid; it may be gone already. */
  remove(path: string, uid: string): Promise<void> {
    const options = {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      preconditions: { uid },
      // The server takes options from the body alone where a deletion has one.
      ...(this.#isDryRun ? { dryRun: ['All'] } : {}),
      propagationPolicy: 'Background',
    };
    const body = Buffer.from(JSON.stringify(options));
    return this.#changing(async () => {
      try {
        await this.#client.once('DELETE', `${path}${this.#query}`, body, JSON_TYPE);
      } catch (error) {
        if (!(error instanceof ApiError && error.status === 404)) throw error;
      }
    });
  }

  async #lookUp(path: string): Promise<Buffer | null> {
    try {
      return (await this.#client.once('GET', path)).body;
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return null;
      throw error;
    }
  }

  async #changing<T>(attempt: () => Promise<T>, hasChanged: (value: T) => boolean = () => true): Promise<T> {
    const value = await this.#patiently(attempt);
    this.#hasChanged ||= !this.#isDryRun && hasChanged(value);
    return value;
  }

  async #patiently<T>(attempt: () => Promise<T>): Promise<T> {
    const outcome = await this.#client.retry(() =>
      this.#throttle.run(async () => {
        try {
          const value = await attempt();
          this.#throttle.went();
          return { value };
        } catch (error) {
          if (!(error instanceof ApiError)) throw error;
          if (error.status === 429) this.#throttle.refused();
          if (isPermanent(error)) return { error };
          throw error;
        }
      }),
    );
    if ('error' in outcome) throw outcome.error;
    return outcome.value;
  }
}

function isOurs(created: Created): boolean {
  return created.kind === 'created' || created.ours;
}

/**
 * Some errors are not faults of the server: a webhook that cannot be called, an object that is too
 * large, one that cannot be applied.
 */
function isPermanent({ status, serverMessage }: ApiError): boolean {
  return (
    status === 500 &&
    /webhook|failed to create typed patch object|request is too large|larger than max/.test(serverMessage)
  );
}

/** The parsed name, since JSON has several spellings of a string; null if the document is not an object with a name. */
function nameOf(document: Buffer): string | null {
  const metadata = memberOf(document, skipSpace(document, 0, document.length), 'metadata');
  return metadata === null ? null : textAt(document, memberOf(document, metadata, 'name'));
}
