import { setTimeout as sleep } from 'node:timers/promises';
import type { ArchiveReader } from '../archive/reading/reader.ts';
import { inOrder, type Step, stepOf } from '../restore-rules/order.ts';
import type { Outcome } from '../restore-rules/outcome.ts';
import { isApp } from '../restore-rules/selection/preference.ts';
import { readTargets } from './archive-items.ts';
import { awaitClaims, awaitDefinitions } from './await-objects.ts';
import type { DryRunGaps } from './dry-run-gaps.ts';
import { type Filtered, filtered } from './filtered.ts';
import type { Owners } from './owners.ts';
import type { Restorer } from './restorer.ts';
import { outcomeOf } from './sending.ts';
import type { ClusterAccess, RestoreOptions } from './settings.ts';
import type { Target } from './survey.ts';

/** More than the server takes at once, so that none of its places is empty while one object is slow. */
const UNDER_WAY = 40;
/** Milliseconds for controllers to catch up before a round. */
const PAUSE = 1000;
const DEFINITIONS = 'customresourcedefinitions.apiextensions.k8s.io';
const CLAIMS = 'persistentvolumeclaims';

/** Bytes of failed objects that are kept for the next round; what exceeds this is read again. */
const MOST_KEPT = 16 * 1024 * 1024;

/** An object that may succeed in a later round. */
interface Failed {
  readonly outcome: Outcome;
  /** Null if it must be read again. */
  readonly reading: Filtered | null;
}

/** Restores objects step by step, and what failed in rounds, as long as these make progress. */
export class Rounds {
  readonly #archive: ArchiveReader;
  readonly #cluster: ClusterAccess;
  readonly #options: RestoreOptions;
  readonly #restorer: Restorer;
  readonly #owners: Owners;
  readonly #gaps: DryRunGaps;
  readonly #warn: (text: string) => void;

  constructor(
    archive: ArchiveReader,
    cluster: ClusterAccess,
    options: RestoreOptions,
    restorer: Restorer,
    owners: Owners,
    gaps: DryRunGaps,
    warn: (text: string) => void,
  ) {
    this.#archive = archive;
    this.#cluster = cluster;
    this.#options = options;
    this.#restorer = restorer;
    this.#owners = owners;
    this.#gaps = gaps;
    this.#warn = warn;
  }

  /**
   * The outcome of each object, failures last.
   *
   * @throws Damage, Unreadable; ApiError, ConnectionError of what is waited for; the signal's reason
   */
  async *outcomes(targets: readonly Target[]): AsyncGenerator<Outcome> {
    let failed: ReadonlyMap<Target, Failed> = new Map();
    failed = yield* this.#round(targets, failed);
    while (this.#options.apply && failed.size > 0) {
      await sleep(PAUSE, undefined, { signal: this.#cluster.signal });
      this.#cluster.types.forget();
      const before = failed;
      failed = yield* this.#round([...before.keys()], before);
      if (failed.size === before.size) break;
    }
    if (this.#options.apply) await this.#owners.linkLate(this.#warn);
    for (const { outcome } of failed.values()) yield outcome;
  }

  /**
   * Restores objects step by step.
   *
   * @param before failures of the previous round
   * @returns the objects that may succeed in a later round; their outcomes are not yielded
   */
  async *#round(
    targets: readonly Target[],
    before: ReadonlyMap<Target, Failed>,
  ): AsyncGenerator<Outcome, ReadonlyMap<Target, Failed>> {
    const { preference } = this.#options;
    const failed = new Map<Target, Failed>();
    let kept = 0;
    const stages = inOrder(targets, (target) => preference !== null && isApp(preference, target));
    for (const { step, members } of stages) {
      const readings = this.#readings(members, before);
      const attempts = inParallel(readings, UNDER_WAY, (reading) => this.#attempt(reading));
      const done: Outcome[] = [];
      for await (const { reading, outcome, again } of attempts) {
        if (outcome.type === DEFINITIONS) this.#gaps.noteDefinition(outcome);
        if (again && this.#options.apply) {
          const { target, item } = reading;
          const fits = kept + item.size <= MOST_KEPT;
          if (fits) kept += item.size;
          failed.set(target, { outcome, reading: fits ? { ...reading, item: item.copy() } : null });
        } else {
          if (isAwaited(outcome)) done.push(outcome);
          yield outcome;
        }
      }
      if (this.#options.apply) await this.#afterStep(step, done);
    }
    return failed;
  }

  /** The content of objects: what the previous round kept, then the rest from the archive. */
  async *#readings(
    members: readonly Target[],
    before: ReadonlyMap<Target, Failed>,
  ): AsyncGenerator<Filtered> {
    const unread: Target[] = [];
    for (const target of members) {
      const reading = before.get(target)?.reading ?? null;
      if (reading === null) unread.push(target);
      else yield reading;
    }
    yield* filtered(readTargets(this.#archive, unread), this.#options.filter, this.#cluster.signal);
  }

  async #attempt(reading: Filtered) {
    const { target, item, verdict } = reading;
    this.#cluster.signal.throwIfAborted();
    if (verdict === 'dropped') {
      const details = { rule: 'filter', reason: 'dropped by --filter' };
      return { reading, outcome: outcomeOf(item, null, 'excluded', details), again: false };
    }
    if (verdict !== 'restored') {
      const outcome = outcomeOf(item, null, 'failed', { reason: verdict.failed });
      return { reading, outcome, again: false };
    }
    return { reading, ...(await this.#restorer.restore(item, target)) };
  }

  /** Waits for what the next steps need: the types of definitions, the volumes of claims. */
  async #afterStep(step: Step, done: readonly Outcome[]): Promise<void> {
    const { wait, rewriting } = this.#options;
    if (step.number === stepOf(DEFINITIONS).number) {
      const names = done.map(({ name }) => name);
      for (const line of await awaitDefinitions(this.#cluster, names, wait)) this.#warn(line);
    }
    if (step.number === stepOf(CLAIMS).number && rewriting.rebindStorageClasses.length > 0) {
      const claims = done.flatMap(({ project, name }) => (project === null ? [] : [{ project, name }]));
      for (const line of await awaitClaims(this.#cluster, claims, wait)) this.#warn(line);
    }
  }
}

function isAwaited({ type, result }: Outcome): boolean {
  return (type === DEFINITIONS || type === CLAIMS) && result !== 'excluded' && result !== 'failed';
}

/**
 * Applies a function to values, a number of them at a time, and yields the results in the order of the
 * values. No more values are read ahead.
 *
 * @throws the first error of the function; an error of the values after the results of those before it
 */
async function* inParallel<T, R>(
  values: AsyncIterable<T>,
  most: number,
  map: (value: T) => Promise<R>,
): AsyncGenerator<R> {
  const begun: Array<Promise<R>> = [];
  let broken: { readonly error: unknown } | null = null;
  try {
    for await (const value of values) {
      const result = map(value);
      // Its error is thrown when it is its turn.
      result.catch(() => {});
      begun.push(result);
      if (begun.length < most) continue;
      const first = begun.shift();
      if (first !== undefined) yield await first;
    }
  } catch (error) {
    broken = { error };
  }
  // Also if no more values can be read: these are sent already.
  for (const result of begun) yield await result;
  if (broken !== null) throw broken.error;
}
