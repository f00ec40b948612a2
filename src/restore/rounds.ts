import { setTimeout as sleep } from 'node:timers/promises';
import type { ArchiveReader } from '../archive/reading/reader.ts';
import { inOrder, type Step, stepOf } from '../restore-rules/order.ts';
import type { Outcome } from '../restore-rules/outcome.ts';
import { isApp } from '../restore-rules/selection/preference.ts';
import { readTargets } from './archive-items.ts';
import { awaitDefinitions } from './definitions.ts';
import type { DryRunGaps } from './dry-run-gaps.ts';
import { type Filtered, filtered } from './filtered.ts';
import type { Owners } from './owners.ts';
import type { Restorer } from './restorer.ts';
import { outcomeOf } from './sending.ts';
import type { ClusterAccess, RestoreOptions } from './settings.ts';
import type { Target } from './survey.ts';
import { awaitClaims } from './volumes.ts';

/** More than the server takes at once, so that none of its places is empty while one object is slow. */
const UNDER_WAY = 40;
/** Milliseconds for controllers to catch up before a round. */
const PAUSE = 1000;
const DEFINITIONS = 'customresourcedefinitions.apiextensions.k8s.io';
const CLAIMS = 'persistentvolumeclaims';

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
   * Each object once; what has failed for good at the end.
   *
   * @throws Damage, Unreadable; ApiError, ConnectionError of what is waited for; the signal's reason
   */
  async *outcomes(targets: readonly Target[]): AsyncGenerator<Outcome> {
    let failed = new Map<Target, Outcome>();
    yield* this.#round(targets, failed);
    while (this.#options.apply && failed.size > 0) {
      await sleep(PAUSE, undefined, { signal: this.#cluster.signal });
      this.#cluster.types.forget();
      const before = failed;
      failed = new Map();
      yield* this.#round([...before.keys()], failed);
      if (failed.size === before.size) break;
    }
    if (this.#options.apply) await this.#owners.linkLate(this.#warn);
    yield* failed.values();
  }

  /** Restores objects step by step; what may go well later is put into `failed` instead of being told. */
  async *#round(targets: readonly Target[], failed: Map<Target, Outcome>): AsyncGenerator<Outcome> {
    const { preference } = this.#options;
    const stages = inOrder(targets, (target) => preference !== null && isApp(preference, target));
    for (const { step, members } of stages) {
      const { filter } = this.#options;
      const readings = filtered(readTargets(this.#archive, members), filter, this.#cluster.signal);
      const attempts = inParallel(readings, UNDER_WAY, (reading) => this.#attempt(reading));
      const done: Outcome[] = [];
      for await (const { target, outcome, again } of attempts) {
        if (outcome.type === DEFINITIONS) this.#gaps.noteDefinition(outcome);
        if (again && this.#options.apply) failed.set(target, outcome);
        else {
          if (isAwaited(outcome)) done.push(outcome);
          yield outcome;
        }
      }
      if (this.#options.apply) await this.#afterStep(step, done);
    }
  }

  async #attempt({ target, item, verdict }: Filtered) {
    this.#cluster.signal.throwIfAborted();
    if (verdict === 'dropped') {
      const details = { rule: 'filter', reason: 'dropped by --filter' };
      return { target, outcome: outcomeOf(item, null, 'excluded', details), again: false };
    }
    if (verdict !== 'restored')
      return { target, outcome: outcomeOf(item, null, 'failed', { reason: verdict.failed }), again: false };
    return { target, ...(await this.#restorer.restore(item, target)) };
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
 * Puts values through a function, so many at a time, and gives the results in the order
 * of the values. Nothing is read ahead beyond those.
 *
 * @throws the first error, of the values or the function; what is under way then ends unheard
 */
async function* inParallel<T, R>(
  values: AsyncIterable<T>,
  most: number,
  map: (value: T) => Promise<R>,
): AsyncGenerator<R> {
  const begun: Array<Promise<R>> = [];
  for await (const value of values) {
    const result = map(value);
    // Heard when it is its turn; until then it must not count as an error that nobody hears.
    result.catch(() => {});
    begun.push(result);
    if (begun.length < most) continue;
    const first = begun.shift();
    if (first !== undefined) yield await first;
  }
  for (const result of begun) yield await result;
}
