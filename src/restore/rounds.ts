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

/** More than the connections, so that none of them waits for the next object. */
const UNDER_WAY = 40;
/** Results that wait for a slow one before them. */
const MOST_WAITING = 400;
/** Milliseconds for controllers to catch up before a round. */
const PAUSE = 1000;
const DEFINITIONS = 'customresourcedefinitions.apiextensions.k8s.io';
const CLAIMS = 'persistentvolumeclaims';

/** Bytes of failed objects that are kept for the next round; others are read again. */
const MOST_KEPT = 16 * 1024 * 1024;

/** An object that may succeed in a later round. */
interface Failed {
  readonly outcome: Outcome;
  /** Null if it must be read again. */
  readonly reading: Filtered | null;
}

/** What is kept of an attempt until it is its turn to be reported. */
interface Attempted {
  readonly target: Target;
  readonly outcome: Outcome;
  /** Null if the object is not tried again. */
  readonly again: Pick<Failed, 'reading'> | null;
}

/** Restores objects step by step, and tries failed ones again as long as rounds make progress. */
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
   * The outcome of each object, failures last: also those before an error, since some of these objects may have been
   * deleted.
   *
   * @throws Damage, Unreadable; ApiError, ConnectionError of what is waited for; the signal's reason
   */
  async *outcomes(targets: readonly Target[]): AsyncGenerator<Outcome> {
    const failed = new Map<Target, Failed>();
    try {
      yield* this.#round(targets, failed);
      while (this.#options.apply && failed.size > 0) {
        await sleep(PAUSE, undefined, { signal: this.#cluster.signal });
        this.#cluster.types.forget();
        const before = failed.size;
        yield* this.#round([...failed.keys()], failed);
        if (failed.size === before) break;
      }
      if (this.#options.apply) await this.#owners.linkLate(this.#warn);
    } catch (error) {
      for (const { outcome } of failed.values()) yield outcome;
      throw error;
    }
    for (const { outcome } of failed.values()) yield outcome;
  }

  /**
   * Restores objects step by step.
   *
   * @param failed failures of the previous round; becomes those that may succeed in a later one, whose outcomes are not
   *   yielded
   */
  async *#round(targets: readonly Target[], failed: Map<Target, Failed>): AsyncGenerator<Outcome> {
    const { preference } = this.#options;
    let kept = 0;
    const keep = (reading: Filtered): Filtered | null => {
      const { item } = reading;
      if (kept + item.size > MOST_KEPT) return null;
      kept += item.size;
      return { ...reading, item: item.copy() };
    };
    const stages = inOrder(targets, (target) => preference !== null && isApp(preference, target));
    for (const { step, members } of stages) {
      const readings = this.#readings(members, failed);
      const attempts = inParallel(readings, (reading) => this.#attempt(reading, keep));
      const done: Outcome[] = [];
      for await (const { target, outcome, again } of attempts) {
        if (outcome.type === DEFINITIONS) this.#gaps.noteDefinition(outcome);
        if (again !== null) failed.set(target, { outcome, reading: again.reading });
        else {
          failed.delete(target);
          if (isAwaited(outcome)) done.push(outcome);
          yield outcome;
        }
      }
      if (this.#options.apply) await this.#afterStep(step, done);
    }
  }

  /** The content of objects: what the previous round kept, then the rest from the archive. */
  async *#readings(
    members: readonly Target[],
    failed: ReadonlyMap<Target, Failed>,
  ): AsyncGenerator<Filtered> {
    const unread: Target[] = [];
    for (const target of members) {
      const reading = failed.get(target)?.reading ?? null;
      if (reading === null) unread.push(target);
      else yield reading;
    }
    yield* filtered(readTargets(this.#archive, unread), this.#options.filter, this.#cluster.signal);
  }

  /** @param keep the content for a later round, as soon as the attempt ends: its result may wait for those before it */
  async #attempt(reading: Filtered, keep: (reading: Filtered) => Filtered | null): Promise<Attempted> {
    const { target, item, verdict } = reading;
    this.#cluster.signal.throwIfAborted();
    if (verdict === 'dropped') {
      const details = { rule: 'filter', reason: 'dropped by --filter' };
      return { target, outcome: outcomeOf(item, null, 'excluded', details), again: null };
    }
    if (verdict !== 'restored')
      return { target, outcome: outcomeOf(item, null, 'failed', { reason: verdict.failed }), again: null };
    const { outcome, again } = await this.#restorer.restore(item, target);
    const isTriedAgain = again && this.#options.apply;
    return { target, outcome, again: isTriedAgain ? { reading: keep(reading) } : null };
  }

  /** Waits until the next steps can begin: for the types of definitions, and the volumes of claims. */
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
 * Applies a function to values, at most UNDER_WAY at a time, and yields the results in the order of the values.
 * A slow one delays the results of up to MOST_WAITING others, but not their work. (pMapIterable would read up to
 * UNDER_WAY more values ahead, and these take memory.)
 *
 * @throws the first error of the function; an error of the values after the results of those before it
 */
async function* inParallel<T, R>(values: AsyncIterable<T>, map: (value: T) => Promise<R>): AsyncGenerator<R> {
  const begun: Array<{ readonly result: Promise<R>; isDone: boolean }> = [];
  let running = 0;
  let wake = () => {};
  const begin = (value: T) => {
    running += 1;
    const one = { result: map(value), isDone: false };
    const end = () => {
      running -= 1;
      one.isDone = true;
      wake();
    };
    // An error is thrown when it is its turn.
    one.result.then(end, end);
    begun.push(one);
  };
  let broken: { readonly error: unknown } | null = null;
  try {
    for await (const value of values) {
      begin(value);
      for (;;) {
        const [first] = begun;
        if (first !== undefined && (first.isDone || begun.length >= MOST_WAITING)) {
          begun.shift();
          yield await first.result;
        } else if (running < UNDER_WAY) break;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    }
  } catch (error) {
    broken = { error };
  }
  // Also if no more values can be read: these are sent already.
  for (const { result } of begun) yield await result;
  if (broken !== null) throw broken.error;
}
