import type { Location } from '../volume/location.ts';
import { Failure } from '../words/failure.ts';
import { inCopyOrder } from './copy-plan.ts';
import { copyable } from './known-copies.ts';
import type { Place } from './open-place.ts';
import { type CopyReport, type PlaceJob, PlaceRun } from './place-run.ts';
import { SharedSeal } from './shared-seal.ts';
import { type Share, shareTime } from './shared-time.ts';

/** What to copy, and where to. */
export interface CopyJob extends Omit<PlaceJob, 'place' | 'deadline'> {
  readonly places: readonly Location[];
  /** Opens a place; see openPlace. */
  readonly open: (location: Location, signal: AbortSignal) => Promise<Place>;
  /** [] if copies are not sealed. */
  readonly recipients: readonly string[];
  /** Milliseconds for all places together. */
  readonly time: number;
  /** Ends everything. */
  readonly signal: AbortSignal;
}

/** A place, and what was done there, or why nothing could be done. */
export interface PlaceResult {
  readonly place: string;
  readonly outcome:
    | { readonly kind: 'report'; readonly report: CopyReport }
    | { readonly kind: 'unreachable'; readonly reason: string; readonly hint: string | null };
}

/** A place during the run. `run` is null if it is unreachable, `outcome` until everything is done. */
interface Turn {
  readonly location: Location;
  readonly share: Share;
  run: PlaceRun | null;
  outcome: PlaceResult['outcome'] | null;
}

/**
 * Copies archives to places, then removes old copies. Each archive is copied to all places that lack it before the next
 * one, so that it is sealed only once, and the volume needs space for only one sealed archive. What could not be done is in
 * the results; the next run continues.
 *
 * @param apply false only reports
 * @returns a result for each place, in their order
 * @throws Failure (usage) if the options of a place are wrong; the reason of the signal
 */
export async function copyToPlaces(job: CopyJob, apply: boolean): Promise<readonly PlaceResult[]> {
  const turns: Turn[] = [];
  for (const [location, share] of shareTime(job.time, job.places, job.signal)) {
    const turn: Turn = { location, share, run: null, outcome: null };
    turns.push(turn);
    await begin(job, turn, apply);
  }
  if (apply) await copyAll(job, turns);
  return turns.map(({ location: { text: place }, outcome }) => {
    if (outcome === null) throw new Error(`no result for ${place}`);
    return { place, outcome };
  });
}

/** Whether all due archives are copied to the place. */
export function isCopied({ outcome }: PlaceResult): boolean {
  if (outcome.kind === 'unreachable') return false;
  const { failed, late } = outcome.report;
  return failed.length + late.length === 0;
}

async function begin(job: CopyJob, turn: Turn, apply: boolean): Promise<void> {
  const { location, share } = turn;
  try {
    await share.use(async () => {
      const place = await job.open(location, share.signal);
      const run = await PlaceRun.begin({ ...job, place, deadline: share.signal });
      turn.run = run;
      if (apply) await run.endOldUploads();
      else turn.outcome = { kind: 'report', report: run.report() };
    });
  } catch (error) {
    job.signal.throwIfAborted();
    if (error instanceof Failure && error.ending === 'usage') throw error;
    if (!(error instanceof Failure) && !share.signal.aborted) throw error;
    const failure =
      error instanceof Failure && !share.signal.aborted ? error : tooLate(location, share.limit);
    turn.run = null;
    turn.outcome = { kind: 'unreachable', reason: failure.message, hint: failure.hint };
    share.end();
  }
  // An interrupt is not a lack of time: more time would not have helped.
  job.signal.throwIfAborted();
}

async function copyAll(job: CopyJob, turns: readonly Turn[]): Promise<void> {
  const due = new Set(turns.flatMap(({ run }) => run?.due ?? []));
  const { local } = copyable(job.catalogue);
  await endFinished(job, turns);
  for (const archive of inCopyOrder(
    local.filter(({ file }) => due.has(file)),
    job.now(),
  )) {
    const seal = job.recipients.length === 0 ? null : new SharedSeal(job.directory, archive, job.recipients);
    let isResumable = false;
    for (const { run, share } of turns) {
      if (run?.due.includes(archive.file) !== true) continue;
      const outcome = await share.use(() => run.copy(archive, seal));
      job.signal.throwIfAborted();
      isResumable ||= outcome === 'resumable';
    }
    // An upload can be resumed only with the same bytes.
    if (!isResumable) await seal?.discard();
    await endFinished(job, turns);
  }
}

/** Removes old copies in the places that have all archives. Their time is left to the others. */
async function endFinished(job: CopyJob, turns: readonly Turn[]): Promise<void> {
  for (const turn of turns) {
    const { run, share } = turn;
    if (run === null || turn.outcome !== null || run.due.length > 0) continue;
    turn.outcome = { kind: 'report', report: await share.use(() => run.end()) };
    share.end();
    job.signal.throwIfAborted();
  }
}

function tooLate({ text }: Location, milliseconds: number): Failure {
  return new Failure(
    `${text} did not answer within ${Math.ceil(milliseconds / 1000)} s`,
    'look at the endpoint and at the network policies; --copy-for gives more time',
  );
}
