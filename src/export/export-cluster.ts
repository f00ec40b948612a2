import type { Manifest } from '../archive/format/manifest.ts';
import type { ArchiveWriter } from '../archive/writing/writer.ts';
import type { Connection } from '../cluster/connect.ts';
import { makePlan } from '../cluster/planning.ts';
import type { Plan } from '../plan/plan.ts';
import { TOOL } from '../version.ts';
import { manifestOf, narrowingOptions } from './manifest-of.ts';
import { type ExportOptions, exportPlan, type OnResult } from './run.ts';

/** When an export began, and the clock that tells when it ended. */
export interface Span {
  readonly startedAt: Date;
  readonly now: () => Date;
}

/** Who hears how it goes. */
export interface Listener {
  warned(text: string): void;
  planned(plan: Plan): void;
  typeEnded(...row: Parameters<OnResult>): void;
}

/**
 * discover → access → plan → list → prune → archive: everything of a cluster that is in
 * scope and may be listed goes into an archive that is not published yet.
 *
 * @param filterText the filter as somebody wrote it, for the manifest
 * @returns the manifest, not compared with another archive
 * @throws ApiError, ConnectionError; Failure where the archive cannot be written
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
  const details = {
    tool: TOOL,
    cluster: { server: client.credentials.server.origin, version: server.version, uid: server.uid },
    identity,
    startedAt: startedAt.toISOString(),
    finishedAt: now().toISOString(),
  };
  return manifestOf(details, plan, results, narrowingOptions(scope, options, filterText));
}
