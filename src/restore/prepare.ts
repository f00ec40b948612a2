import type { ArchiveReader } from '../archive/reading/reader.ts';
import { ApiError } from '../cluster/api-error.ts';
import { Pages } from '../cluster/list-bounds.ts';
import { field, listField, stringField } from '../cluster/unverified.ts';
import { parseValue } from '../json/parse-value.ts';
import { isFields } from '../json/value.ts';
import type { ArchiveIndex } from '../restore-rules/archive-index.ts';
import {
  Count,
  type Counters,
  type Extras,
  type MissingVerb,
  type Outcome,
} from '../restore-rules/outcome.ts';
import type { ClusterPowers } from '../restore-rules/reach/powers.ts';
import { collectionPath } from '../types/api-paths.ts';
import { Creator } from './creator.ts';
import { DryRunGaps } from './dry-run-gaps.ts';
import { ExistingObjects } from './existing.ts';
import { findExtras, pruneExtras } from './extras.ts';
import { MissingPermissions, neededPermissions } from './missing-permissions.ts';
import { Owners } from './owners.ts';
import { Replacements } from './replacing.ts';
import { Restorer } from './restorer.ts';
import { Rounds } from './rounds.ts';
import type { ClusterAccess, RestoreOptions } from './settings.ts';
import { surveyArchive } from './survey.ts';
import { stoppedProjects, UnusedOptions, watched } from './warnings.ts';

const RBAC = 'rbac.authorization.k8s.io/v1';
const PAGE = 500;

/** A prepared restore; nothing is written before its outcomes are read. */
export interface Restoration {
  readonly missing: readonly MissingVerb[];
  /** Of the cluster when the restore began; null without the permission to list namespaces. */
  readonly resourceVersion: string | null;
  /** Each object once, in the order of the steps; final failures come last. */
  readonly outcomes: AsyncGenerator<Outcome>;
  /** Of the outcomes so far. */
  readonly counters: () => Counters;
  /** Objects of the restored projects that are not in the archive; to be called after the outcomes. */
  readonly extras: () => Promise<Extras>;
  /** What the rules know about other objects. */
  readonly archiveIndex: ArchiveIndex;
  /** Number of objects that are restored or excluded. */
  readonly selected: number;
}

/**
 * select → order → (exclude → rewrite → send) step by step → rounds → late owners.
 *
 * @param warn receives warnings
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
      `--suspend with --existing ${options.existing} stops what runs in ${stopped.join(', ')}; --map restores a copy instead`,
    );
  const permissions = await MissingPermissions.ask(cluster, targets, options);
  for (const line of permissions.advice) warn(line);
  const gaps = await DryRunGaps.look(cluster, targets, options, warn);
  const replacements = new Replacements(cluster, options, permissions, warn);
  const createdProjects = new Set<string>();
  const existing = new ExistingObjects(
    cluster,
    options,
    permissions,
    replacements,
    survey.reachContext,
    createdProjects,
  );
  const creator = new Creator(cluster, options, permissions, existing, replacements, createdProjects);
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
    creator,
    unused,
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
      const objects = await pruneExtras(cluster, extras, rewriting);
      count.addFailed(objects.filter(({ outcome }) => outcome === 'failed').length);
      return { ...extras, objects };
    },
    archiveIndex,
    selected: targets.length,
  };
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

/**
 * Reads the ClusterRoles of the cluster to which bindings of the archive refer. Existing roles are not changed, so their
 * rules count, not those of the archive. A caller that may not list roles may not bind them either.
 *
 * @throws ApiError, ConnectionError; ListMistake where the pages do not end
 */
async function seeLiveRoles({ client }: ClusterAccess, powers: ClusterPowers): Promise<void> {
  if (powers.boundRoles.size === 0) return;
  const path = `${collectionPath(RBAC, 'clusterroles', null)}?limit=${PAGE}`;
  const pages = new Pages();
  let next = '';
  do {
    let page: unknown;
    try {
      page = await client.get(next === '' ? path : `${path}&continue=${encodeURIComponent(next)}`);
    } catch (error) {
      if (error instanceof ApiError && error.status === 403) return;
      throw error;
    }
    const roles = listField(page, 'items');
    for (const role of roles) {
      const name = stringField(field(role, 'metadata'), 'name');
      const fields = powers.boundRoles.has(name) ? parseValue(Buffer.from(JSON.stringify(role))) : null;
      if (!isFields(fields)) continue;
      powers.see({
        project: null,
        type: 'clusterroles.rbac.authorization.k8s.io',
        apiVersion: RBAC,
        kind: 'ClusterRole',
        name,
        fields,
      });
    }
    next = stringField(field(page, 'metadata'), 'continue');
    if (next !== '') pages.follow(next, roles.length > 0);
  } while (next !== '');
}
