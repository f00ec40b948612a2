import type { ArchiveWriter } from '../archive/writing/writer.ts';
import { ApiError, BrokenAnswer, ConnectionError, hintOf, WrongAnswer } from '../cluster/api-error.ts';
import type { Client } from '../cluster/client.ts';
import { ListBounds } from '../cluster/list-bounds.ts';
import { listField, stringField } from '../cluster/unverified.ts';
import { ListMistake } from '../json/list-reader.ts';
import { JsonError } from '../json/scan.ts';
import type { PlannedList } from '../plan/plan.ts';
import type { Selection } from '../plan/selection.ts';
import { collectionOf, versionPath } from '../types/api-paths.ts';
import { apiVersionOf, type Outcome, type ResourceType } from '../types/resource-type.ts';
import { ChosenItems, type DependencySearch } from './dependencies.ts';
import { FilteredItems, FilterFault, type JqFilter } from './filter.ts';
import { type ItemSink, OutOfOrder, SortedItems } from './item-order.ts';
import { type Listed, type ListOptions, readLists } from './list-source.ts';
import type { Turns } from './turns.ts';
import { type Apart, TypeFiles, type Written } from './type-files.ts';

/** The outcome of a type that was listed. */
export interface TypeResult {
  readonly type: ResourceType;
  readonly outcome: Outcome;
  readonly scope: 'cluster' | 'projects';
  /** Only objects that the projects depend on were taken. */
  readonly dependenciesOnly: boolean;
  readonly reason: string | null;
  readonly resourceVersion: string | null;
  readonly written: Written;
}

/** What exporting a type needs in addition to the type. */
export interface ExportContext {
  readonly client: Client;
  readonly writer: ArchiveWriter;
  readonly selection: Selection;
  readonly selector: string | null;
  readonly apart: Apart;
  readonly filter: JqFilter | null;
  /** Whether lists are read in pages from the first attempt on. */
  readonly paged: boolean;
  /** Finds what the objects of projects depend on; null where that is no part of the backup. */
  readonly dependencies: DependencySearch | null;
  /** Numbers the attempts. */
  readonly nextGroup: () => number;
  readonly largeObjects: Turns;
  /** Unsorted lists are kept in memory, one at a time. */
  readonly sorting: Turns;
}

const TWICE = 'the server lists the same object twice';
const NOTHING: Written = { files: 0, objects: 0, bytes: 0, projects: new Map() };

/**
 * Lists a type and writes its files. A list that breaks off is started again, within the retry
 * budget. The files come from one complete attempt, or there are no files.
 *
 * @throws Failure if the volume fails, which ends the run
 */
export async function exportType(planned: PlannedList, context: ExportContext): Promise<TypeResult> {
  const { type } = planned;
  const ended = (outcome: Outcome, reason: string | null) => endedType(planned, outcome, reason);
  const bounds = new ListBounds();
  let paged = context.paged;
  let sorted = false;
  let firstFailure: number | null = null;
  for (let attempt = 1; ; attempt++) {
    try {
      const { written, listed } = await attemptType(
        planned,
        context,
        // Nothing that is depended on need have the labels of what depends on it.
        { selector: planned.dependenciesOnly === true ? null : context.selector, paged, bounds },
        sorted,
      );
      const reason =
        listed.refused.length === 0
          ? null
          : `refused when listed, though access was granted: ${listed.refused.join('; ')}`;
      return {
        ...ended(written.objects === 0 ? 'empty' : 'exported', reason),
        resourceVersion: listed.resourceVersion,
        written,
      };
    } catch (error) {
      if (error instanceof OutOfOrder) {
        if (sorted) return ended('failed', TWICE);
        sorted = true;
        continue;
      }
      if (error instanceof FilterFault) return ended('failed', error.message);
      if (!(error instanceof ApiError || error instanceof BrokenAnswer)) {
        if (error instanceof ConnectionError) return ended('failed', explained(error));
        throw error;
      }
      if (error instanceof ApiError && error.status === 403)
        return ended('denied', `refused when listed, though access was granted: ${error.message}`);
      if (error instanceof ApiError && error.status === 404 && (await isGone(context.client, type))) {
        return ended('empty', 'its definition was deleted during the run');
      }
      if (error instanceof ApiError && error.status !== 410) return ended('failed', explained(error));
      // The server cuts off a list that takes too long; pages are short. After 410, only a whole list helps.
      paged = !(error instanceof ApiError) || context.paged;
      firstFailure ??= performance.now();
      if (!(await context.client.retryBudget.wait(firstFailure, attempt, null)))
        return ended('failed', explained(error));
    }
  }
}

/** A type that could not be exported. */
export function failedType(planned: PlannedList, reason: string): TypeResult {
  return endedType(planned, 'failed', reason);
}

function endedType(
  { type, scope, dependenciesOnly }: PlannedList,
  outcome: Outcome,
  reason: string | null,
): TypeResult {
  return {
    type,
    outcome,
    scope,
    dependenciesOnly: dependenciesOnly === true,
    reason,
    resourceVersion: null,
    written: NOTHING,
  };
}

async function attemptType(
  planned: PlannedList,
  context: ExportContext,
  options: Omit<ListOptions, 'turn'>,
  sorted: boolean,
): Promise<{ written: Written; listed: Listed }> {
  const { type } = planned;
  const { client, writer, selection, apart, filter } = context;
  const turn = context.largeObjects.turn();
  const sortingTurn = context.sorting.turn();
  const files = new TypeFiles(type, writer, context.nextGroup(), selection, apart, turn);
  try {
    if (sorted) await sortingTurn.take('sorting');
    const search = context.dependencies;
    const target = search === null || !type.namespaced ? files : search.watching(type, files);
    const sorting = sorted ? new SortedItems(target, type.namespaced) : null;
    let items: ItemSink = sorting ?? target;
    const filtering = filter === null ? null : new FilteredItems(filter, type, selection, items, turn);
    items = filtering ?? items;
    if (search !== null && planned.dependenciesOnly === true)
      items = new ChosenItems(items, (name) => search.has(type, name));
    const listed = await readLists(client, planned, { ...options, turn }, items);
    await filtering?.finish();
    await sorting?.finish();
    await files.finish();
    if (listed.foreign !== null && files.sawBare)
      throw new ListMistake(`it is a ${listed.foreign}, and its objects have no apiVersion or kind`);
    return { written: files.written, listed };
  } catch (error) {
    files.discard();
    if (!(error instanceof JsonError || error instanceof ListMistake)) throw error;
    // Most content errors are found while the list is read; these afterwards (see ListSource).
    throw new WrongAnswer('GET', collectionOf(type, null), error.message);
  } finally {
    turn.end();
    sortingTurn.end();
  }
}

/** Whether the type is missing in discovery: a 404 may also be an error of an aggregated API. */
async function isGone(client: Client, type: ResourceType): Promise<boolean> {
  try {
    const known = await client.get(versionPath(apiVersionOf(type)));
    return !listField(known, 'resources').some((row) => stringField(row, 'name') === type.resource);
  } catch (error) {
    return error instanceof ApiError && error.status === 404;
  }
}

/** The message of an error, with its hint. */
export function explained(error: Error): string {
  const hint = hintOf(error);
  return hint === null ? error.message : `${error.message} – ${hint}`;
}
