import type { ArchiveReader } from '../archive/reading/reader.ts';
import { ApiError } from '../cluster/api-error.ts';
import { field, stringField } from '../cluster/unverified.ts';
import type { ArchiveIndex } from '../restore-rules/archive-index.ts';
import {
  Count,
  type Counters,
  type Extras,
  type MissingVerb,
  type Outcome,
} from '../restore-rules/outcome.ts';
import { DryRunGaps } from './dry-run-gaps.ts';
import { ExistingObjects } from './existing.ts';
import { findExtras } from './extras.ts';
import { seeLiveRoles } from './live-roles.ts';
import { MissingPermissions } from './missing-permissions.ts';
import { neededPermissions } from './needed-permissions.ts';
import { Owners } from './owners.ts';
import { pruneExtras } from './pruning.ts';
import { Replacements } from './replacing.ts';
import { Restorer } from './restorer.ts';
import { Rounds } from './rounds.ts';
import type { ClusterAccess, RestoreOptions } from './settings.ts';
import { surveyArchive, type Target } from './survey.ts';
import { UnusedOptions } from './unused-options.ts';

/** A restore that has been prepared; nothing is written before its outcomes are taken. */
export interface Restoration {
  readonly missing: readonly MissingVerb[];
  /** Of the cluster when it began; null where it may not be known. */
  readonly resourceVersion: string | null;
  /** Each object once, in the order of the steps; what has failed for good at the end. */
  readonly outcomes: AsyncGenerator<Outcome>;
  /** Of the outcomes so far. */
  readonly counters: () => Counters;
  /** What the restored projects hold that the archive does not; after the outcomes. */
  readonly extras: () => Promise<Extras>;
  /** What the rules had to know of the other objects. */
  readonly archiveIndex: ArchiveIndex;
  /** Number of objects that are restored or excluded. */
  readonly selected: number;
}

/**
 * select → order → (exclude → rewrite → send) step by step → rounds → late owners.
 *
 * @param warn what is worth a line of its own, before or while it happens
 * @throws Damage, Unreadable; ApiError and ConnectionError where the server cannot be used
 *   at all; the signal's reason. So do the outcomes.
 */
export async function prepareRestore(
  archive: ArchiveReader,
  cluster: ClusterAccess,
  options: RestoreOptions,
  warn: (text: string) => void,
): Promise<Restoration> {
  const survey = await surveyArchive(archive, options.selection, cluster.signal);
  const { targets, archiveIndex, contents } = survey;
  await seeLiveRoles(cluster, survey.reachContext.powers);
  if (survey.gitOps !== null) warn(survey.gitOps);
  const stopped = stoppedProjects(targets, options);
  if (stopped.length > 0)
    warn(
      `--suspend with --existing ${options.existing} stops what runs in ${stopped.join(', ')}; --map restores beside it`,
    );
  const permissions = await MissingPermissions.ask(cluster, targets, options);
  for (const line of permissions.advice) warn(line);
  const gaps = await DryRunGaps.look(cluster, targets, options, warn);
  const replacements = new Replacements(cluster, options, permissions, warn);
  const created = new Set<string>();
  const existing = new ExistingObjects(
    cluster,
    options,
    permissions,
    replacements,
    survey.reachContext,
    created,
  );
  const owners = new Owners(cluster, targets);
  const unused = new UnusedOptions(options.rewriting);
  const restorer = new Restorer({
    cluster,
    options,
    archiveIndex,
    reachContext: survey.reachContext,
    permissions,
    gaps,
    owners,
    existing,
    replacements,
    unused,
    created,
  });
  const count = new Count();
  const rounds = new Rounds(archive, cluster, options, restorer, owners, gaps, warn);
  return {
    missing: await neededPermissions(
      permissions.missing,
      archive,
      targets,
      { rewriting: options.rewriting, archiveIndex },
      cluster.signal,
    ),
    resourceVersion: await resourceVersionOf(cluster),
    outcomes: watched(rounds.outcomes(targets), count, unused, warn),
    counters: () => count.counters(contents),
    extras: async () => {
      const { selection, rewriting } = options;
      const manifest = await archive.manifest();
      const extras = await findExtras(cluster, {
        targets,
        selection,
        rewriting,
        manifest,
        prune: options.prune,
      });
      if (!options.prune) return extras;
      const objects = await pruneExtras(cluster, extras.objects, { manifest, rewriting });
      count.addFailed(objects.filter(({ outcome }) => outcome === 'failed').length);
      return { ...extras, objects };
    },
    archiveIndex,
    selected: targets.length,
  };
}

/** The outcomes as they come; at the end what is easily missed among them. */
async function* watched(
  outcomes: AsyncGenerator<Outcome>,
  count: Count,
  unused: UnusedOptions,
  warn: (text: string) => void,
): AsyncGenerator<Outcome> {
  let emptied = 0;
  const unheld = new Set<string>();
  for await (const outcome of outcomes) {
    count.add(outcome);
    if (outcome.result === 'created' && outcome.notes.some(({ rule }) => rule === 'claim-volume')) emptied++;
    if (outcome.notes.some(({ rule }) => rule === 'suspend-unheld')) unheld.add(outcome.type);
    yield outcome;
  }
  for (const line of unused.lines()) warn(line);
  if (emptied > 0)
    warn(
      `Claims with new, EMPTY volumes: ${emptied}; if the old volumes still exist, --rebind-storage-class CLASS attaches them`,
    );
  if (unheld.size > 0)
    warn(`--suspend does not hold ${[...unheld].sort().join(', ')}: their controllers may start pods`);
}

/** What is put to sleep is meant to be a copy; in its own project it is what runs. */
function stoppedProjects(
  targets: readonly Target[],
  { existing, rewriting }: RestoreOptions,
): readonly string[] {
  if (!rewriting.suspend || (existing !== 'update' && existing !== 'replace')) return [];
  const projects = new Set(targets.flatMap(({ project }) => project ?? []));
  return [...projects].filter((project) => !rewriting.mapping.has(project));
}

async function resourceVersionOf({ client }: ClusterAccess): Promise<string | null> {
  try {
    const list = await client.get('/api/v1/namespaces?limit=1');
    return stringField(field(list, 'metadata'), 'resourceVersion') || null;
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return null;
    throw error;
  }
}
