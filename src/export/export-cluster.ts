import pMap from 'p-map';
import type { Manifest } from '../archive/format/manifest.ts';
import { ArchiveWriter, type Published } from '../archive/writing/writer.ts';
import type { Client } from '../cluster/client.ts';
import type { Connection, Server } from '../cluster/connect.ts';
import { makePlan } from '../cluster/planning.ts';
import type { LogRange } from '../cluster/pod-logs.ts';
import type { Plan, PlannedList } from '../plan/plan.ts';
import type { Scope } from '../plan/scope.ts';
import { NOT_OF_PROJECTS, selectionOf } from '../plan/selection.ts';
import type { ResourceType } from '../types/resource-type.ts';
import { TOOL } from '../version.ts';
import type { Naming } from '../volume/names.ts';
import { DependencySearch } from './dependencies.ts';
import { exportLogs, type LogsResult } from './export-logs.ts';
import { exportType, type TypeResult } from './export-type.ts';
import type { JqFilter } from './filter.ts';
import { findDependencies } from './find-dependencies.ts';
import { manifestOf, narrowingOptions } from './manifest-of.ts';
import { Turns } from './turns.ts';
import type { Apart } from './type-files.ts';

/** When an export began, and a clock for its end. */
export interface Span {
  readonly startedAt: Date;
  readonly now: () => Date;
}

/** Receives the progress. */
export interface Listener {
  warned(text: string): void;
  planned(plan: Plan): void;
  typeEnded(...row: Parameters<OnResult>): void;
  logsEnded?(logs: LogsResult): void;
}

/**
 * discover → access → plan → list → prune → archive: exports everything in scope that may be
 * listed into an archive that is not published yet.
 *
 * @param filterText the filter as the user wrote it, for the manifest
 * @returns the manifest, not compared with another archive
 * @throws ApiError, ConnectionError; Failure if the archive cannot be written
 */
export async function exportCluster(
  { client, server, identity }: Connection,
  options: ExportOptions,
  filterText: string | null,
  writer: ArchiveWriter,
  { startedAt, now }: Span,
  listener: Listener,
): Promise<Manifest> {
  const { scope } = options;
  const { plan, warnings } = await makePlan(client, scope);
  for (const warning of warnings) listener.warned(warning);
  listener.planned(plan);
  const results = await exportPlan(client, server, plan, options, writer, (...row) =>
    listener.typeEnded(...row),
  );
  const logs =
    options.logs === undefined || options.logs === null
      ? null
      : await exportLogs(client, plan, selectionOf(scope, []), writer, LOGS_GROUP, options.logs);
  if (logs !== null) listener.logsEnded?.(logs);
  const details = {
    tool: TOOL,
    cluster: { server: client.credentials.server.origin, version: server.version, uid: server.uid },
    identity,
    startedAt: startedAt.toISOString(),
    finishedAt: now().toISOString(),
  };
  return manifestOf(details, plan, results, narrowingOptions(scope, options, filterText), logs);
}

/** Behind the groups of all lists. */
const LOGS_GROUP = 2 ** 30;

/** Concurrent lists: enough to keep two cores busy without overloading the API server. */
export const LISTS_AT_ONCE = 8;
/** A list writes objects, status and metadata, each to its own sink. */
const SINKS_A_LIST = 3;
/** One list, of PersistentVolumeClaims, also writes them with their binding. */
const SINKS_FOR_BINDING = 1;

export interface ExportOptions extends Apart {
  readonly scope: Scope;
  readonly filter: JqFilter | null;
  /** Which part of the logs of pods is taken; none if it is missing or null. */
  readonly logs?: LogRange | null;
  /** Of a backup of some projects: also the cluster-scoped objects that they depend on, as far as they may be read. */
  readonly withDependencies: boolean;
}

/** Called when a type is complete. */
export type OnResult = (result: TypeResult, done: number, total: number) => void;

/** Begins an archive; see ArchiveWriter. */
export function beginArchive(volume: string, naming: Naming, startedAt: Date): ArchiveWriter {
  return ArchiveWriter.begin(volume, naming, startedAt, LISTS_AT_ONCE * SINKS_A_LIST + SINKS_FOR_BINDING);
}

/** Begins an archive without a name; see ArchiveWriter. */
export function beginNamelessArchive(directory: string, startedAt: Date): ArchiveWriter {
  return ArchiveWriter.beginNameless(directory, startedAt, LISTS_AT_ONCE * SINKS_A_LIST);
}

/** list → prune → archive, for every list of a plan. */
export async function exportPlan(
  client: Client,
  server: Server,
  plan: Plan,
  options: ExportOptions,
  writer: ArchiveWriter,
  onResult: OnResult,
): Promise<TypeResult[]> {
  let groups = 0;
  let done = 0;
  let total = plan.lists.length;
  const candidates = options.withDependencies ? notOfProjects(plan) : [];
  const dependencies = candidates.length === 0 ? null : new DependencySearch(options.scope, candidates);
  const context = {
    client,
    writer,
    selection: selectionOf(
      options.scope,
      plan.lists.map(({ type }) => type),
    ),
    dependencies,
    selector: options.scope.selector,
    apart: options,
    filter: options.filter,
    paged: !server.streamsLists,
    nextGroup: () => groups++,
    largeObjects: new Turns(),
    sorting: new Turns(),
  };
  const exportOne = async (planned: PlannedList) => {
    const result = await exportType(planned, context);
    done++;
    onResult(result, done, total);
    return result;
  };
  const results = await pMap(plan.lists, exportOne, { concurrency: LISTS_AT_ONCE });
  if (dependencies === null) return results;
  const { lists, failed } = await findDependencies(dependencies, candidates, context);
  total += lists.length;
  return [...results, ...failed, ...(await pMap(lists, exportOne, { concurrency: LISTS_AT_ONCE }))];
}

/** The cluster-scoped types that the plan leaves out since projects were chosen. */
function notOfProjects({ leftOut }: Plan): readonly ResourceType[] {
  return leftOut.flatMap(({ type, reason }) => (type !== null && reason === NOT_OF_PROJECTS ? [type] : []));
}

/** publish, with the manifest as the last file. */
export function publish(writer: ArchiveWriter, manifest: Manifest): Promise<Published> {
  return writer.publish(Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`));
}
