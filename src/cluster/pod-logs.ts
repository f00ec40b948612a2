import { collectionPath, itemPath } from '../types/api-paths.ts';
import { isProjectName } from '../types/project-name.ts';
import type { Client } from './client.ts';
import { field, listField, stringField } from './unverified.ts';

/** A container of a pod, and whether it ran before its last restart. */
export interface PodContainer {
  readonly project: string;
  readonly pod: string;
  readonly container: string;
  readonly hasPrevious: boolean;
}

/** Pods per page. Pods are large; a page of this size is smaller than the largest answer. */
const PAGE = 100;

/** Lists that go on longer than this do not end. */
const MOST_PAGES = 2000;

/**
 * The containers of all pods that exist, page by page: init containers, containers, ephemeral containers.
 *
 * @param project null for the whole cluster
 * @throws ApiError, ConnectionError
 */
export async function* podContainers(client: Client, project: string | null): AsyncGenerator<PodContainer[]> {
  let token = '';
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const query = new URLSearchParams({ limit: String(PAGE), ...(token === '' ? {} : { continue: token }) });
    const list = await client.get(`${collectionPath('v1', 'pods', project)}?${query}`);
    yield listField(list, 'items').flatMap(containersOf);
    const next = stringField(field(list, 'metadata'), 'continue');
    if (next === '' || next === token) return;
    token = next;
  }
}

function containersOf(pod: unknown): PodContainer[] {
  const [metadata, spec, status] = ['metadata', 'spec', 'status'].map((key) => field(pod, key));
  const project = stringField(metadata, 'namespace');
  if (!isProjectName(project)) return [];
  const states = ['initContainerStatuses', 'containerStatuses', 'ephemeralContainerStatuses'].flatMap((key) =>
    listField(status, key),
  );
  const restarted = new Set(
    states
      .filter((state) => Number(field(state, 'restartCount')) > 0)
      .map((state) => stringField(state, 'name')),
  );
  return ['initContainers', 'containers', 'ephemeralContainers']
    .flatMap((key) => listField(spec, key))
    .map((each) => stringField(each, 'name'))
    .map((container) => ({
      project,
      pod: stringField(metadata, 'name'),
      container,
      hasPrevious: restarted.has(container),
    }));
}

/** Which part of a log is read. */
export interface LogRange {
  readonly sinceSeconds: number;
  /** Keeps only the last bytes, up to this number. */
  readonly bytes: number;
}

/** Average length of a line. Shorter lines are rare, so the requested lines fill the bytes that are kept. */
const SHORT_LINE = 64;
/** The node sends the oldest lines first, up to this multiple of the bytes that are kept. */
const MOST_TRANSFERRED = 8;
/** If the lines are longer than that, fewer are asked for. */
const FEWER = 16;

/**
 * The end of a container's log, with the time of each line, cut at a line. Asked for once: a node that does not
 * answer would otherwise hold up the rest.
 *
 * @throws ApiError, ConnectionError
 */
export async function readPodLog(
  client: Client,
  { project, pod, container }: PodContainer,
  previous: boolean,
  { sinceSeconds, bytes }: LogRange,
): Promise<Buffer> {
  const most = bytes * MOST_TRANSFERRED;
  for (let lines = Math.ceil(bytes / SHORT_LINE); ; lines = Math.ceil(lines / FEWER)) {
    const query = new URLSearchParams({
      container,
      timestamps: 'true',
      sinceSeconds: String(sinceSeconds),
      tailLines: String(lines),
      limitBytes: String(most),
      ...(previous ? { previous: 'true' } : {}),
    });
    const end = new LogEnd(bytes);
    const path = `${itemPath(collectionPath('v1', 'pods', project), pod)}/log?${query}`;
    await client.streamOnce(path, (chunk) => end.push(chunk));
    if (end.seen < most || lines === 1) return end.content();
  }
}

/** Keeps the last bytes of what passes. */
class LogEnd {
  readonly #most: number;
  #chunks: Buffer[] = [];
  #kept = 0;
  seen = 0;

  constructor(most: number) {
    this.#most = most;
  }

  push(chunk: Buffer): void {
    this.seen += chunk.length;
    // Copied, since chunks may be parts of larger buffers.
    this.#chunks.push(Buffer.from(chunk));
    this.#kept += chunk.length;
    while (this.#kept - (this.#chunks[0]?.length ?? 0) >= this.#most) {
      this.#kept -= this.#chunks.shift()?.length ?? 0;
    }
  }

  content(): Buffer {
    const all = Buffer.concat(this.#chunks);
    if (this.seen <= this.#most) return all;
    const end = all.subarray(-this.#most);
    const line = end.indexOf(0x0a);
    // A single line without an end is kept as it is.
    return line < 0 || line === end.length - 1 ? end : end.subarray(line + 1);
  }
}
