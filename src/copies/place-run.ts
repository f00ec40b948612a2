import { join } from 'node:path';
import { systemCode } from '../disk/system-error.ts';
import type { ArchiveStore } from '../volume/archive-store.ts';
import type { CatalogueRow } from '../volume/catalogue.ts';
import { type Naming, parseName } from '../volume/names.ts';
import type { RetentionPolicy, Ruling } from '../volume/retention.ts';
import { Failure } from '../words/failure.ts';
import { type CopyPlan, type LocalArchive, planCopies } from './copy-plan.ts';
import { type CopyRotation, rotateCopies, rotationOf } from './copy-rotation.ts';
import { factsOf, parseFacts } from './facts.ts';
import { copyable, type FoundCopy, findCopies } from './known-copies.ts';
import { type PlaceWriter, RESUMED_FOR } from './place-writer.ts';
import type { SharedSeal } from './shared-seal.ts';

/** After so many consecutive failures, the cause is the place, and the other archives would fail, too. */
const MOST_FAILURES = 2;

/** What to copy to one place. */
export interface PlaceJob {
  /** The directory of the archives, and its archives. */
  readonly directory: string;
  readonly catalogue: readonly CatalogueRow[];
  readonly naming: Naming;
  readonly place: { readonly store: ArchiveStore; readonly writer: PlaceWriter };
  /** Null if copies are never removed. */
  readonly policy: RetentionPolicy | null;
  /** File names that the user gave; null for all that are due. */
  readonly named: ReadonlySet<string> | null;
  readonly now: () => Date;
  /** Fires when the time of this place is over. */
  readonly deadline: AbortSignal;
  /** Called before each archive, for the log. */
  readonly copying?: (file: string) => void;
}

export interface Copied {
  readonly file: string;
  /** The size of the stored object. */
  readonly bytes: number;
  /** Fewer than `bytes` if an interrupted upload was resumed. */
  readonly sent: number;
  readonly milliseconds: number;
}

/** An archive that could not be copied. */
export interface FailedCopy {
  readonly file: string;
  readonly reason: string;
  readonly hint: string | null;
}

/** What a run did, or, without `apply`, would do for one place. */
export interface CopyReport {
  readonly place: string;
  readonly plan: CopyPlan;
  /** Archives on the volume that cannot be copied: damaged ones, and files of other programs. */
  readonly unfit: readonly Ruling[];
  readonly copied: readonly Copied[];
  readonly failed: readonly FailedCopy[];
  /** Archives for which there was not enough time. */
  readonly late: readonly string[];
  /** File names of interrupted uploads that were deleted. */
  readonly ended: readonly string[];
  /** Null if copies are never removed, or if nothing was decided, for the reason in `unrotated`. */
  readonly rotation: CopyRotation | null;
  readonly unrotated: string | null;
}

/** How copying an archive ended; `resumable` if a later run may continue the upload with the same bytes. */
export type CopyOutcome = 'copied' | 'refused' | 'resumable';

/** The copies to one place, in steps: `begin`, `copy` for each archive of `due`, `end`. */
export class PlaceRun {
  readonly #job: PlaceJob;
  readonly #local: readonly LocalArchive[];
  readonly #copies: readonly FoundCopy[];
  readonly #plan: CopyPlan;
  readonly #unfit: readonly Ruling[];
  readonly #rest: Set<string>;
  readonly #copied: Copied[] = [];
  readonly #failed: FailedCopy[] = [];
  /** Consecutive failures. */
  #failures = 0;
  #ended: readonly string[] = [];

  private constructor(job: PlaceJob, copies: readonly FoundCopy[]) {
    const { local, unfit } = copyable(job.catalogue);
    this.#job = job;
    this.#local = local;
    this.#copies = copies;
    this.#plan = planCopies(local, copies, job.policy, job.now(), job.named);
    this.#unfit = unfit;
    this.#rest = new Set(this.#plan.due);
  }

  /** Lists the place and decides what to copy. Throws Failure if the place cannot be listed. */
  static async begin(job: PlaceJob): Promise<PlaceRun> {
    return new PlaceRun(job, await findCopies(job.place.store, job.place.writer, job.naming));
  }

  /** File names that are still to be copied; none if the time is over or the place keeps failing. */
  get due(): readonly string[] {
    const isOver = this.#job.deadline.aborted || this.#failures >= MOST_FAILURES;
    return isOver ? [] : [...this.#rest];
  }

  /** The report of a dry run. */
  report(): CopyReport {
    const { policy, now } = this.#job;
    const due = this.#local.filter(({ file }) => this.#plan.due.includes(file));
    const after = [...this.#copies, ...due.map(asCopy)];
    const rotation = policy === null ? null : rotationOf(this.#local, after, policy, now());
    return this.#reportOf([], [], rotation, null);
  }

  /** Deletes old interrupted uploads. Without the permissions for it, which copying does not need, a lifecycle rule can. */
  async endOldUploads(): Promise<void> {
    const { place, naming, now } = this.#job;
    const isOurs = (name: string) => parseName(naming, name) !== null;
    try {
      this.#ended = await place.writer.endUploads(new Date(now().getTime() - RESUMED_FOR), isOurs);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
    }
  }

  /** Copies one archive of `due`. @param seal null if copies are not sealed */
  async copy(archive: LocalArchive, seal: SharedSeal | null): Promise<CopyOutcome> {
    const { directory, deadline, copying } = this.#job;
    const { file } = archive;
    copying?.(file);
    try {
      const result = await this.#store(archive, seal);
      this.#rest.delete(file);
      if ('reason' in result) return this.#fail(result, 'refused');
      this.#copied.push(result);
      this.#failures = 0;
      return 'copied';
    } catch (error) {
      if (deadline.aborted) return 'resumable';
      this.#rest.delete(file);
      if (error instanceof Failure)
        return this.#fail({ file, reason: error.message, hint: error.hint }, 'resumable');
      const code = systemCode(error);
      if (code === null) throw error;
      const reason = `cannot read ${join(directory, file)} (${code})`;
      return this.#fail({ file, reason, hint: 'look at the volume' }, 'resumable');
    }
  }

  /** Removes old copies, unless an archive is missing. */
  async end(): Promise<CopyReport> {
    const { policy, named } = this.#job;
    const late = this.#plan.due.filter((file) => this.#rest.has(file));
    const failed = [...this.#plan.taken.map(takenFailure), ...this.#failed];
    const done = (rotation: CopyRotation | null, unrotated: string | null) =>
      this.#reportOf(failed, late, rotation, unrotated);
    if (policy === null || named !== null) return done(null, null);
    if (this.#failed.length + late.length > 0) return done(null, 'not all archives were copied');
    const expected = [...this.#copied, ...this.#copies].map(({ file }) => file);
    const { rotation, unrotated } = await rotateCopies(this.#job, this.#local, policy, expected);
    return done(rotation, unrotated);
  }

  async #store(archive: LocalArchive, seal: SharedSeal | null): Promise<Copied | FailedCopy> {
    const { directory, place, now } = this.#job;
    const { file } = archive;
    const start = now().getTime();
    // Only the first copy in a place says how far back the run goes.
    const facts = factsOf(archive, this.#copied.length === 0 ? this.#plan.from : null);
    const whole = { name: file, path: join(directory, file), bytes: archive.bytes, facts };
    const upload = async () =>
      seal === null ? whole : { ...whole, ...(await seal.file(this.#job.deadline)) };
    const first = await upload();
    const { name, bytes } = first;
    const stored = await place.writer.store(first).catch(async (error: unknown) => {
      if (seal?.isGone() !== true) throw error;
      return await place.writer.store(await upload());
    });
    if (stored.kind === 'exists' && !(await this.#isSame(name, archive))) {
      const reason = 'another client is storing an object with this name';
      return { file, reason, hint: OTHER_PREFIX };
    }
    const sent = stored.kind === 'stored' ? stored.sent : 0;
    return { file, bytes, sent, milliseconds: now().getTime() - start };
  }

  /**
   * Whether an object is a copy of the archive: if two jobs copy it at the same time, the second one finds the copy of the
   * first. If the object has no facts, the next run compares its size.
   */
  async #isSame(name: string, archive: LocalArchive): Promise<boolean> {
    const facts = await this.#job.place.writer.facts(name);
    if (facts === null) return false;
    const there = parseFacts(facts);
    return there === null || there.time.getTime() === archive.time.getTime();
  }

  #fail(failed: FailedCopy, outcome: CopyOutcome): CopyOutcome {
    this.#failed.push(failed);
    this.#failures += 1;
    return outcome;
  }

  #reportOf(
    failed: readonly FailedCopy[],
    late: readonly string[],
    rotation: CopyRotation | null,
    unrotated: string | null,
  ): CopyReport {
    return {
      place: this.#job.place.store.location,
      plan: this.#plan,
      unfit: this.#unfit,
      copied: this.#copied,
      failed,
      late,
      ended: this.#ended,
      rotation,
      unrotated,
    };
  }
}

const OTHER_PREFIX = 'give each cluster its own prefix, or its own --name';

function asCopy({ file, time, bytes, ...known }: LocalArchive): FoundCopy {
  return { file, name: file, hasRehearsal: false, time, bytes, from: null, known };
}

function takenFailure({ file, reason }: Ruling): FailedCopy {
  return { file, reason, hint: OTHER_PREFIX };
}
