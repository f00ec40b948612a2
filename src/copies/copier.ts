import { join } from 'node:path';
import { systemCode } from '../disk/system-error.ts';
import { sealFile } from '../seal/sealed-file.ts';
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

/** After as many failures in a row, the place is the cause, and the others would fail, too. */
const MOST_FAILURES = 2;

/** What to copy, and where to. */
export interface CopyJob {
  /** The directory of the archives, and what is in it. */
  readonly directory: string;
  readonly catalogue: readonly CatalogueRow[];
  readonly naming: Naming;
  readonly place: { readonly store: ArchiveStore; readonly writer: PlaceWriter };
  /** [] if copies are not sealed. */
  readonly recipients: readonly string[];
  /** Null if copies are never removed. */
  readonly policy: RetentionPolicy | null;
  /** File names that the user gave; null for all that are due. */
  readonly named: ReadonlySet<string> | null;
  readonly now: () => Date;
  /** Ends the run of a place when its time is over. */
  readonly deadline: AbortSignal;
  /** Called before each archive, for the log. */
  readonly copying?: (file: string) => void;
}

export interface Copied {
  readonly file: string;
  /** As it is stored. */
  readonly bytes: number;
  /** Fewer than `bytes` if an earlier run was interrupted. */
  readonly sent: number;
  readonly milliseconds: number;
}

/** What could not be copied; `file` is null if the whole place failed. */
export interface FailedCopy {
  readonly file: string | null;
  readonly reason: string;
  readonly hint: string | null;
}

/** What a run did, or, without `apply`, would do for one place. */
export interface CopyReport {
  readonly place: string;
  readonly plan: CopyPlan;
  /** Archives on the volume that cannot be copied: damaged ones, and files of other origin. */
  readonly unfit: readonly Ruling[];
  readonly copied: readonly Copied[];
  readonly failed: readonly FailedCopy[];
  /** For these the time was too short. */
  readonly late: readonly string[];
  /** File names of interrupted uploads that were ended. */
  readonly ended: readonly string[];
  /** Null if copies are never removed, or, with the reason in `unrotated`, nothing was decided. */
  readonly rotation: CopyRotation | null;
  readonly unrotated: string | null;
}

/**
 * Copies what is due to one place, then removes old copies. What could not be done is in the report; the next run
 * continues.
 *
 * @param apply false only reports
 * @throws Failure if the place cannot be listed
 */
export async function copyTo(job: CopyJob, apply: boolean): Promise<CopyReport> {
  const { place, naming, policy, named } = job;
  const { local, unfit } = copyable(job.catalogue);
  const copies = await findCopies(place.store, place.writer, naming);
  const plan = planCopies(local, copies, policy, job.now(), named);
  const report = { place: place.store.location, plan, unfit };
  const untouched = { copied: [], failed: [], late: [], ended: [] };
  if (!apply) {
    const after = [...copies, ...local.filter(({ file }) => plan.due.includes(file)).map(asCopy)];
    const rotation = policy === null ? null : rotationOf(local, after, policy, job.now());
    return { ...report, ...untouched, rotation, unrotated: null };
  }
  const ended = await endOldUploads(job);
  const results = await copyAll(job, local, plan);
  const failed = [...plan.taken.map(takenFailure), ...results.failed];
  const done = { ...report, ...results, failed, ended };
  if (policy === null || named !== null) return { ...done, rotation: null, unrotated: null };
  if (results.failed.length + results.late.length > 0)
    return { ...done, rotation: null, unrotated: 'not all archives were copied' };
  const expected = [...results.copied, ...copies].map(({ file }) => file);
  return { ...done, ...(await rotateCopies(job, local, policy, expected)) };
}

interface Results {
  readonly copied: readonly Copied[];
  readonly failed: readonly FailedCopy[];
  readonly late: readonly string[];
}

async function copyAll(
  job: CopyJob,
  local: readonly LocalArchive[],
  { due, from }: CopyPlan,
): Promise<Results> {
  const copied: Copied[] = [];
  const failed: FailedCopy[] = [];
  let failures = 0;
  for (const [index, file] of due.entries()) {
    const archive = local.find((each) => each.file === file);
    if (archive === undefined) continue;
    if (job.deadline.aborted || failures === MOST_FAILURES) return { copied, failed, late: due.slice(index) };
    job.copying?.(file);
    const result = await copyOne(job, archive, from);
    if (result === 'late') return { copied, failed, late: due.slice(index) };
    if ('reason' in result) {
      failed.push(result);
      failures += 1;
    } else {
      copied.push(result);
      failures = 0;
    }
  }
  return { copied, failed, late: [] };
}

async function copyOne(
  job: CopyJob,
  archive: LocalArchive,
  from: Date | null,
): Promise<Copied | FailedCopy | 'late'> {
  const { directory, recipients, place, deadline, now } = job;
  const { file } = archive;
  const path = join(directory, file);
  const start = now().getTime();
  try {
    const sealed = recipients.length === 0 ? null : await sealFile(path, recipients, deadline);
    const { name, bytes } = sealed ?? { name: file, bytes: archive.bytes };
    const upload = { name, path: sealed?.path ?? path, bytes, facts: factsOf(archive, from) };
    const stored = await place.writer.store(upload);
    if (stored.kind === 'exists' && !(await isSame(place.writer, name, archive))) {
      return {
        file,
        reason: 'another client is storing an object with this name',
        hint: 'give each cluster its own prefix, or its own --name',
      };
    }
    await sealed?.discard();
    const sent = stored.kind === 'stored' ? stored.sent : 0;
    return { file, bytes, sent, milliseconds: now().getTime() - start };
  } catch (error) {
    if (deadline.aborted) return 'late';
    if (error instanceof Failure) return { file, reason: error.message, hint: error.hint };
    const code = systemCode(error);
    if (code === null) throw error;
    return { file, reason: `cannot read ${path} (${code})`, hint: 'look at the volume' };
  }
}

/**
 * Two jobs at once copy the same archive: the second one finds what it wanted to store. Of an object without facts,
 * the next run compares the size.
 */
async function isSame(writer: PlaceWriter, name: string, archive: LocalArchive): Promise<boolean> {
  const facts = await writer.facts(name);
  if (facts === null) return false;
  const there = parseFacts(facts);
  return there === null || there.time.getTime() === archive.time.getTime();
}

function asCopy({ file, time, bytes, ...known }: LocalArchive): FoundCopy {
  return { file, name: file, time, bytes, from: null, known, hasRehearsal: false };
}

/** Ending them needs permissions that copying does not; without them, a lifecycle rule can do it. */
async function endOldUploads({ place, naming, now }: CopyJob): Promise<readonly string[]> {
  const isOurs = (name: string) => parseName(naming, name) !== null;
  try {
    return await place.writer.endUploads(new Date(now().getTime() - RESUMED_FOR), isOurs);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [];
  }
}

function takenFailure({ file, reason }: Ruling): FailedCopy {
  return { file, reason, hint: 'give each cluster its own prefix, or its own --name' };
}
