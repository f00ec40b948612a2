import pMap from 'p-map';
import { clusterWideAccess } from '../cluster/access.ts';
import { ApiError, BrokenAnswer, ConnectionError } from '../cluster/api-error.ts';
import { ListBounds } from '../cluster/list-bounds.ts';
import type { PlannedList } from '../plan/plan.ts';
import type { ResourceType } from '../types/resource-type.ts';
import type { DependencySearch } from './dependencies.ts';
import { type ExportContext, explained, failedType, type TypeResult } from './export-type.ts';
import { readLists } from './list-source.ts';

const AT_ONCE = 8;

/** What a backup of some projects has to list of the cluster. */
interface Found {
  readonly lists: readonly PlannedList[];
  /** What could not be read, so that it is not known what the projects depend on. */
  readonly failed: readonly TypeResult[];
}

/**
 * Reads the cluster-scoped types whose objects projects may depend on. What may not be listed in the whole
 * cluster is left out, as the plan says.
 *
 * @param search has seen all objects of the projects
 * @param candidates the cluster-scoped types that the plan leaves out since projects were chosen
 */
export async function findDependencies(
  search: DependencySearch,
  candidates: readonly ResourceType[],
  context: ExportContext,
): Promise<Found> {
  const allowed: ResourceType[] = [];
  const failed: TypeResult[] = [];
  const read = async (type: ResourceType) => {
    const why = await whyUnread(search, type, context);
    if (why === null) allowed.push(type);
    else if (why !== DENIED) failed.push(failedType(plannedList(type), why));
  };
  let open = candidates;
  for (;;) {
    const wanted = search.typesToRead();
    const next = open.filter(({ name }) => wanted.has(name));
    if (next.length === 0) break;
    open = open.filter(({ name }) => !wanted.has(name));
    await pMap(await clusterWideAccess(context.client, next), read, { concurrency: AT_ONCE });
  }
  const unread = open.filter(({ name }) => search.takes(name));
  allowed.push(...(await clusterWideAccess(context.client, unread)));
  return { lists: allowed.map(plannedList), failed };
}

const DENIED = 'denied';

/** Shows all objects of a type to the search; why that is not possible, or null. */
async function whyUnread(
  search: DependencySearch,
  type: ResourceType,
  { client, paged, largeObjects }: ExportContext,
): Promise<string | null> {
  const bounds = new ListBounds();
  let firstFailure: number | null = null;
  for (let attempt = 1; ; attempt++) {
    const turn = largeObjects.turn();
    try {
      // A list that broke off is read in pages, as in an export.
      const options = { selector: null, paged: paged || attempt > 1, bounds, turn };
      await readLists(client, plannedList(type), options, search.reading(type));
      return null;
    } catch (error) {
      if (error instanceof ApiError && error.status === 403) return DENIED;
      const breaksOff = error instanceof BrokenAnswer || (error instanceof ApiError && error.status === 410);
      firstFailure ??= performance.now();
      if (breaksOff && (await client.retryBudget.wait(firstFailure, attempt, null))) continue;
      if (error instanceof ApiError || error instanceof ConnectionError) return explained(error);
      throw error;
    } finally {
      turn.end();
    }
  }
}

function plannedList(type: ResourceType): PlannedList {
  return { type, scope: 'cluster', projects: [], dependenciesOnly: true };
}
