import type { ArchiveWriter } from '../archive/writer.ts';
import { ApiError, BrokenAnswer, ConnectionError, hintOf } from '../cluster/api-error.ts';
import type { Client } from '../cluster/client.ts';
import { list, text } from '../cluster/fields.ts';
import { JsonError } from '../snapshot/json.ts';
import type { PlannedList } from '../snapshot/plan.ts';
import { apiVersionOf, collectionPath, type Outcome, type ResourceType } from '../snapshot/resource-type.ts';
import type { Selection } from '../snapshot/selection.ts';
import { FilteredItems, type JqFilter } from './filter.ts';
import type { Items } from './items.ts';
import { type Listed, type ListOptions, readLists } from './list-source.ts';
import { Disorder } from './sequence.ts';
import { SortedItems } from './sorted-items.ts';
import { type Apart, TypeFiles, type Written } from './type-files.ts';

/** What became of a type that was listed. */
export interface TypeResult {
  readonly type: ResourceType;
  readonly outcome: Outcome;
  readonly scope: 'cluster' | 'projects';
  readonly reason: string | null;
  readonly resourceVersion: string | null;
  readonly written: Written;
}

/** What exporting a type needs, besides the type. */
export interface ExportContext {
  readonly client: Client;
  readonly writer: ArchiveWriter;
  readonly selection: Selection;
  readonly selector: string | null;
  readonly apart: Apart;
  readonly filter: JqFilter | null;
  /** Read in pages from the first attempt on. */
  readonly paged: boolean;
  /** Gives each attempt a number of its own. */
  readonly nextGroup: () => number;
}

const NOTHING: Written = { files: 0, objects: 0, bytes: 0, projects: new Map() };

/**
 * Lists a type and writes its files. What broke off in the middle is begun again,
 * for as long as patience lasts; the files are those of one whole attempt, or none.
 *
 * @throws Failure where the volume or the filter fails, which ends the run
 */
export async function exportType(planned: PlannedList, context: ExportContext): Promise<TypeResult> {
  const { type, scope } = planned;
  const ended = (outcome: Outcome, reason: string | null): TypeResult => ({
    type,
    outcome,
    scope,
    reason,
    resourceVersion: null,
    written: NOTHING,
  });
  let paged = context.paged;
  let sorted = false;
  let firstFailure: number | null = null;
  for (let attempt = 1; ; attempt++) {
    try {
      const { written, listed } = await attemptType(
        planned,
        context,
        { selector: context.selector, paged },
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
      if (error instanceof Disorder) {
        if (sorted) return ended('failed', 'the server lists the same object twice');
        sorted = true;
        continue;
      }
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
      // A list that takes too long is cut off by the server; pages are short. After 410 only a whole list helps.
      paged = !(error instanceof ApiError) || context.paged;
      firstFailure ??= performance.now();
      if (!(await context.client.patience.wait(firstFailure, attempt, null)))
        return ended('failed', explained(error));
    }
  }
}

async function attemptType(
  planned: PlannedList,
  context: ExportContext,
  options: ListOptions,
  sorted: boolean,
): Promise<{ written: Written; listed: Listed }> {
  const files = new TypeFiles(
    planned.type,
    context.writer,
    context.nextGroup(),
    context.selection,
    context.apart,
  );
  try {
    const sorting = sorted ? new SortedItems(files, planned.type.namespaced) : null;
    let items: Items = sorting ?? files;
    const filtering =
      context.filter === null
        ? null
        : new FilteredItems(context.filter, planned.type, context.selection, items);
    items = filtering ?? items;
    const listed = await readLists(context.client, planned, options, items);
    await filtering?.finish();
    await sorting?.finish();
    await files.finish();
    return { written: files.written, listed };
  } catch (error) {
    files.discard();
    if (!(error instanceof JsonError)) throw error;
    // Most are met while the list is read; this one when its items were handed on (see readAnswer).
    throw new BrokenAnswer('GET', collectionPath(planned.type, null), error.message);
  }
}

/** Whether discovery no longer knows the type: a 404 may also be a fault of an aggregated API. */
async function isGone(client: Client, type: ResourceType): Promise<boolean> {
  try {
    const known = await client.get(
      type.group === '' ? `/api/${type.version}` : `/apis/${apiVersionOf(type)}`,
    );
    return !list(known, 'resources').some((row) => text(row, 'name') === type.resource);
  } catch (error) {
    return error instanceof ApiError && error.status === 404;
  }
}

function explained(error: Error): string {
  const hint = hintOf(error);
  return hint === null ? error.message : `${error.message} – ${hint}`;
}
