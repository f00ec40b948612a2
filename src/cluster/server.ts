import { ApiError } from './api-error.ts';
import type { Client } from './client.ts';
import { fields, text } from './fields.ts';

/** What the server says of itself. */
export interface Server {
  /** v1.36.3 */
  readonly version: string;
  /** Uid of the namespace kube-system, which stands for the cluster's identity; null where it may not be read. */
  readonly uid: string | null;
  /** It sends a whole list from its cache, object by object; older ones build it in memory first. */
  readonly streamsLists: boolean;
}

/** Streaming encoding of JSON collections, on by default since then (KEP-5116). */
const STREAMS_SINCE = 33;

/** Asks for version and identity; both may be denied. */
export async function describeServer(client: Client): Promise<Server> {
  const [version, system] = await Promise.all([
    allowed(client, '/version'),
    allowed(client, '/api/v1/namespaces/kube-system'),
  ]);
  const uid = text(fields(system, 'metadata'), 'uid');
  const [major, minor] = [
    Number.parseInt(text(version, 'major'), 10),
    Number.parseInt(text(version, 'minor'), 10),
  ];
  return {
    version: text(version, 'gitVersion'),
    uid: uid === '' ? null : uid,
    streamsLists: major > 1 || (major === 1 && minor >= STREAMS_SINCE),
  };
}

async function allowed(client: Client, path: string): Promise<unknown> {
  try {
    return await client.get(path);
  } catch (error) {
    if (error instanceof ApiError && [401, 403, 404].includes(error.status)) return null;
    throw error;
  }
}
