import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { type CopyReport, copyTo } from '../copies/copier.ts';
import { openPlace } from '../copies/open-place.ts';
import { sweepSealed } from '../seal/sealed-file.ts';
import type { CatalogueRow } from '../volume/catalogue.ts';
import type { Location } from '../volume/location.ts';
import { Failure } from '../words/failure.ts';
import { storeOptions } from './archives.ts';
import type { Context } from './context.ts';
import { copyRetentionPolicy } from './retention-policy.ts';

/** A place and what was done there, or why it could not be reached. */
export interface PlaceResult {
  readonly place: string;
  readonly outcome:
    | { readonly kind: 'report'; readonly report: CopyReport }
    | { readonly kind: 'unreachable'; readonly reason: string; readonly hint: string | null };
}

/** What to copy. */
export interface CopyRequest {
  /** The directory of the archives, and what is in it. */
  readonly directory: string;
  readonly catalogue: readonly CatalogueRow[];
  readonly places: readonly Location[];
  /** File names that the user gave; null for all that are due. */
  readonly named: ReadonlySet<string> | null;
  readonly copying?: (file: string) => void;
}

/**
 * Copies archives to places, one after another. Each has its share of the time that is left, so that one that does
 * not answer leaves time for the others.
 *
 * @param apply false only reports
 * @throws Failure (usage); the reason of the context's signal
 */
export async function copyToPlaces(
  context: Context,
  request: CopyRequest,
  apply: boolean,
): Promise<readonly PlaceResult[]> {
  const { config, now } = context;
  const { places, ...what } = request;
  const policy = copyRetentionPolicy(config);
  for (const place of places) checkPlace(place, request.directory);
  const end = Date.now() + config.copyFor;
  const results: PlaceResult[] = [];
  for (const [index, location] of places.entries()) {
    const share = Math.max(1, (end - Date.now()) / (places.length - index));
    const timeout = AbortSignal.timeout(share);
    const deadline = AbortSignal.any([context.signal, timeout]);
    try {
      const place = await openPlace(location, storeOptions(config), deadline);
      const job = { ...what, naming: config, place, recipients: config.sealTo, policy, now, deadline };
      results.push({ place: location.text, outcome: { kind: 'report', report: await copyTo(job, apply) } });
    } catch (error) {
      context.signal.throwIfAborted();
      if (error instanceof Failure && error.ending === 'usage') throw error;
      const known = error instanceof Failure ? error : null;
      if (known === null && !deadline.aborted) throw error;
      const failure = deadline.aborted ? tooLate(location, share) : known;
      const { message: reason, hint } = failure ?? tooLate(location, share);
      results.push({ place: location.text, outcome: { kind: 'unreachable', reason, hint } });
    }
    // What an interrupt left is not late: more time would not have helped.
    context.signal.throwIfAborted();
  }
  if (apply) await sweep(context, request.directory);
  return results;
}

/** What was copied counts, even if files that earlier runs left stay. */
async function sweep({ config, log, now }: Context, directory: string): Promise<void> {
  try {
    await sweepSealed(directory, config, now());
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    log.warn('Files of a killed run could not be removed', { reason: error.message, hint: error.hint });
  }
}

/** A copy in the same directory is none; and the retention of copies would apply to the archives. */
function checkPlace(place: Location, directory: string): void {
  if (place.kind !== 'directory' || realPath(place.text) !== realPath(directory)) return;
  throw new Failure(
    `${place.text} is the directory of the archives itself`,
    'copy to another place',
    'usage',
  );
}

/** The path itself if it cannot be read, which is found out later. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}

/** Whether everything that was due is copied. */
export function isCopied({ outcome }: PlaceResult): boolean {
  if (outcome.kind === 'unreachable') return false;
  const { failed, late } = outcome.report;
  return failed.length + late.length === 0;
}

function tooLate({ text }: Location, milliseconds: number): Failure {
  return new Failure(
    `${text} did not answer within ${Math.ceil(milliseconds / 1000)} s`,
    'look at the endpoint and at the network policies; --copy-for gives more time',
  );
}
