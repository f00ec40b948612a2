import { setTimeout as sleep } from 'node:timers/promises';
import type { ArchiveReader } from '../archive/reader.ts';
import { ApiError } from '../cluster/api-error.ts';
import { fields, text } from '../cluster/fields.ts';
import { inOrder, type Step, stepOf } from '../restoration/order.ts';
import { Count, type Counters, type MissingVerb, type Outcome } from '../restoration/outcome.ts';
import { isApp } from '../restoration/preferred.ts';
import { Circumstances } from './circumstances.ts';
import { awaitClaims } from './claims.ts';
import { awaitDefinitions } from './definitions.ts';
import { ExistingObjects } from './existing.ts';
import { inParallel } from './in-parallel.ts';
import { LateOwners } from './late-owners.ts';
import { type Reading, readTargets } from './read-targets.ts';
import { Refusals } from './refusals.ts';
import { Restorer } from './restorer.ts';
import type { Ground, RestoreOptions } from './settings.ts';
import { surveyArchive, type Target } from './survey.ts';

/** A restore that has been prepared; nothing is written before its outcomes are taken. */
export interface Restoration {
  readonly missing: readonly MissingVerb[];
  /** Of the cluster when it began; null where it may not be known. */
  readonly resourceVersion: string | null;
  /** Each object once, in the order of the steps; what has failed for good at the end. */
  readonly outcomes: AsyncGenerator<Outcome>;
  /** Of the outcomes so far. */
  readonly counters: () => Counters;
}

/** More than the server takes at once, so that none of its places is empty while one object is slow. */
const UNDER_WAY = 64;
/** Milliseconds for controllers to catch up before a round. */
const PAUSE = 1000;
const DEFINITIONS = 'customresourcedefinitions.apiextensions.k8s.io';
const CLAIMS = 'persistentvolumeclaims';

/**
 * select → order → (exclude → rewrite → send) step by step → rounds → late owners.
 *
 * @param warn what is worth a line of its own, before or while it happens
 * @throws Damage, Unreadable; ApiError and ConnectionError where the server cannot be used
 *   at all; the signal's reason. So do the outcomes.
 */
export async function prepareRestore(
  archive: ArchiveReader,
  ground: Ground,
  options: RestoreOptions,
  warn: (text: string) => void,
): Promise<Restoration> {
  const { targets, surroundings, contents } = await surveyArchive(archive, options.criteria, ground.signal);
  const refusals = await Refusals.ask(ground.client, targets, options);
  const circumstances = await Circumstances.look(ground, targets, options, warn);
  const existing = new ExistingObjects(ground, options, refusals, warn);
  const owners = new LateOwners(ground, targets);
  const restorer = new Restorer({ ground, options, surroundings, refusals, circumstances, existing, owners });
  const count = new Count();
  const run = new Run(archive, ground, options, restorer, owners, warn);
  return {
    missing: refusals.missing,
    resourceVersion: await resourceVersionOf(ground),
    outcomes: counted(run.outcomes(targets), count),
    counters: () => count.counters(contents),
  };
}

class Run {
  readonly #archive: ArchiveReader;
  readonly #ground: Ground;
  readonly #options: RestoreOptions;
  readonly #restorer: Restorer;
  readonly #owners: LateOwners;
  readonly #warn: (text: string) => void;

  constructor(
    archive: ArchiveReader,
    ground: Ground,
    options: RestoreOptions,
    restorer: Restorer,
    owners: LateOwners,
    warn: (text: string) => void,
  ) {
    this.#archive = archive;
    this.#ground = ground;
    this.#options = options;
    this.#restorer = restorer;
    this.#owners = owners;
    this.#warn = warn;
  }

  async *outcomes(targets: readonly Target[]): AsyncGenerator<Outcome> {
    let failed = new Map<Target, Outcome>();
    yield* this.#round(targets, failed);
    while (this.#options.apply && failed.size > 0) {
      await sleep(PAUSE, undefined, { signal: this.#ground.signal });
      this.#ground.types.forget();
      const before = failed;
      failed = new Map();
      yield* this.#round([...before.keys()], failed);
      if (failed.size === before.size) break;
    }
    if (this.#options.apply) await this.#owners.settle(this.#warn);
    yield* failed.values();
  }

  /** Restores objects step by step; what may go well later is put into `failed` instead of being told. */
  async *#round(targets: readonly Target[], failed: Map<Target, Outcome>): AsyncGenerator<Outcome> {
    const { preference } = this.#options;
    const stages = inOrder(targets, (target) => preference !== null && isApp(preference, target));
    for (const { step, members } of stages) {
      const attempts = inParallel(readTargets(this.#archive, members), UNDER_WAY, (reading) =>
        this.#attempt(reading),
      );
      const done: Outcome[] = [];
      for await (const { target, outcome, again } of attempts) {
        if (again && this.#options.apply) failed.set(target, outcome);
        else {
          if (isAwaited(outcome)) done.push(outcome);
          yield outcome;
        }
      }
      if (this.#options.apply) await this.#afterStep(step, done);
    }
  }

  async #attempt({ target, item }: Reading) {
    this.#ground.signal.throwIfAborted();
    return { target, ...(await this.#restorer.restore(item, target.needed)) };
  }

  /** Waits for what the next steps need: the types of definitions, the volumes of claims. */
  async #afterStep(step: Step, done: readonly Outcome[]): Promise<void> {
    const { wait, rewriting } = this.#options;
    if (step.number === stepOf(DEFINITIONS).number) {
      const names = done.map(({ name }) => name);
      for (const line of await awaitDefinitions(this.#ground, names, wait)) this.#warn(line);
    }
    if (step.number === stepOf(CLAIMS).number && rewriting.rebindStorageClasses.length > 0) {
      const claims = done.flatMap(({ project, name }) => (project === null ? [] : [{ project, name }]));
      for (const line of await awaitClaims(this.#ground, claims, wait)) this.#warn(line);
    }
  }
}

function isAwaited({ type, result }: Outcome): boolean {
  return (type === DEFINITIONS || type === CLAIMS) && result !== 'excluded' && result !== 'failed';
}

async function* counted(outcomes: AsyncGenerator<Outcome>, count: Count): AsyncGenerator<Outcome> {
  for await (const outcome of outcomes) {
    count.add(outcome);
    yield outcome;
  }
}

async function resourceVersionOf({ client }: Ground): Promise<string | null> {
  try {
    const list = await client.get('/api/v1/namespaces?limit=1');
    return text(fields(list, 'metadata'), 'resourceVersion') || null;
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return null;
    throw error;
  }
}
