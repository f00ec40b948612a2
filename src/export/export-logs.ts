import pMap from 'p-map';
import type { Sink } from '../archive/writing/sink.ts';
import type { ArchiveWriter } from '../archive/writing/writer.ts';
import { deniedActions } from '../cluster/access.ts';
import { ApiError, ConnectionError } from '../cluster/api-error.ts';
import type { Client } from '../cluster/client.ts';
import { type LogRange, type PodContainer, podContainers, readPodLog } from '../cluster/pod-logs.ts';
import type { Plan } from '../plan/plan.ts';
import type { Selection } from '../plan/selection.ts';
import { canHaveLog, logEntryName } from '../types/archive-paths.ts';

/** What became of the logs. That they are denied, or cannot be read, does not make an archive incomplete. */
export interface LogsResult {
  readonly outcome: 'exported' | 'empty' | 'denied' | 'failed';
  /** Why there are none, or not all; null if there is nothing to say. */
  readonly reason: string | null;
  readonly files: number;
  readonly bytes: number;
  /** Logs that the node did not give: of containers that have not started, or pods that are gone. */
  readonly unavailable: number;
  /** Projects in which pods/log is denied. */
  readonly deniedIn: readonly string[];
}

const PIECE = 64 * 1024;

/** Logs that are read at once; each holds the bytes that are kept in memory. */
const AT_ONCE = 4;

/** All logs together, whatever a cluster has. */
export const LOG_LIMITS = { milliseconds: 15 * 60_000, bytes: 4 * 2 ** 30, requests: 100_000 };

const NOTHING = { reason: null, files: 0, bytes: 0, unavailable: 0, deniedIn: [] };

/**
 * Writes the logs of all pods of the plan into the archive, as far as they may be read.
 *
 * @param group see ArchiveWriter.openSink
 * @throws Failure if the archive cannot be written; the signal's reason
 */
export async function exportLogs(
  client: Client,
  plan: Plan,
  selection: Selection,
  writer: ArchiveWriter,
  group: number,
  range: LogRange,
  limits = LOG_LIMITS,
): Promise<LogsResult> {
  const pods = plan.lists.find(({ type }) => type.name === 'pods');
  const leftOut = plan.leftOut.find(({ name }) => name === 'pods');
  if (pods === undefined) {
    const reason = `pods are ${leftOut?.outcome ?? 'not served'}${leftOut === undefined ? '' : `: ${leftOut.reason}`}`;
    return { ...NOTHING, outcome: leftOut?.outcome === 'denied' ? 'denied' : 'empty', reason };
  }
  const sink = await writer.openSink(group);
  const logs = new LogWriter(client, sink, range, limits);
  try {
    for (const project of pods.scope === 'cluster' ? [null] : pods.projects) {
      for await (const page of podContainers(client, project)) {
        await logs.add(page.filter((each) => selection.hasProject(each.project)));
        if (logs.isFull) break;
      }
    }
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof ConnectionError)) {
      writer.withdraw(group, [sink]);
      throw error;
    }
    logs.reason = `pods cannot be listed: ${error.message}`;
  }
  sink.close();
  return logs.result();
}

class LogWriter {
  reason: string | null = null;
  readonly #client: Client;
  readonly #sink: Sink;
  readonly #range: LogRange;
  readonly #limits: typeof LOG_LIMITS;
  readonly #begun = performance.now();
  /** Whether the logs of a project may be read. */
  readonly #allowed = new Map<string, boolean>();
  readonly #written = new Set<string>();
  #bytes = 0;
  #requests = 0;
  #unavailable = 0;
  /** A sink takes one file after the other. */
  #turn: Promise<void> = Promise.resolve();

  constructor(client: Client, sink: Sink, range: LogRange, limits: typeof LOG_LIMITS) {
    this.#client = client;
    this.#sink = sink;
    this.#range = range;
    this.#limits = limits;
  }

  /** Whether one of the limits is reached. */
  get isFull(): boolean {
    const { milliseconds, bytes, requests } = this.#limits;
    const what =
      this.#bytes >= bytes
        ? `${bytes / 2 ** 20} MiB`
        : this.#requests >= requests
          ? `${requests} requests`
          : performance.now() - this.#begun >= milliseconds
            ? `${milliseconds / 60_000} minutes`
            : null;
    if (what !== null) this.reason = `not all logs were read: the limit of ${what} is reached`;
    return what !== null;
  }

  async add(containers: readonly PodContainer[]): Promise<void> {
    await this.#review([...new Set(containers.map(({ project }) => project))]);
    const readable = containers.filter(
      (each) => canHaveLog(each) && this.#allowed.get(each.project) === true,
    );
    const logs = readable.flatMap((container) =>
      (container.hasPrevious ? [false, true] : [false]).map((previous) => ({ container, previous })),
    );
    await pMap(logs, ({ container, previous }) => this.#read(container, previous), { concurrency: AT_ONCE });
  }

  result(): LogsResult {
    const deniedIn = [...this.#allowed].flatMap(([project, is]) => (is ? [] : [project])).sort();
    const files = this.#written.size;
    const isDenied = files === 0 && deniedIn.length > 0 && deniedIn.length === this.#allowed.size;
    const outcome = isDenied ? 'denied' : files > 0 ? 'exported' : this.reason === null ? 'empty' : 'failed';
    const reason = this.reason ?? (isDenied ? 'verb get of pods/log is denied' : null);
    return { outcome, reason, files, bytes: this.#bytes, unavailable: this.#unavailable, deniedIn };
  }

  /** One review for the whole cluster, and one for each project if that is denied. */
  async #review(projects: readonly string[]): Promise<void> {
    const open = projects.filter((project) => !this.#allowed.has(project));
    if (open.length === 0) return;
    const action = { type: 'pods', apiVersion: 'v1', verb: 'get', subresource: 'log', projects: open };
    const denied = new Set((await deniedActions(this.#client, [action])).map(({ project }) => project));
    for (const project of open) this.#allowed.set(project, !denied.has(project));
  }

  async #read(container: PodContainer, previous: boolean): Promise<void> {
    if (this.isFull) return;
    this.#requests += 1;
    const name = logEntryName({ ...container, previous });
    if (this.#written.has(name)) return;
    let content: Buffer;
    try {
      content = await readPodLog(this.#client, container, previous, this.#range);
    } catch (error) {
      if (!(error instanceof ApiError || error instanceof ConnectionError)) throw error;
      this.#unavailable += 1;
      return;
    }
    if (content.length === 0 || this.#written.has(name)) return;
    this.#written.add(name);
    this.#bytes += content.length;
    this.#turn = this.#turn.then(() => this.#write(name, content));
    await this.#turn;
  }

  async #write(name: string, content: Buffer): Promise<void> {
    this.#sink.begin(name);
    // In pieces, so that no large buffer is needed.
    for (let at = 0; at < content.length; at += PIECE)
      await this.#sink.write(content.subarray(at, at + PIECE));
    this.#sink.end();
  }
}
