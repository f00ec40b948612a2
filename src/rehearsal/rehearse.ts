import type { ArchiveReader } from '../archive/reading/reader.ts';
import { ApiError } from '../cluster/api-error.ts';
import { discover } from '../cluster/discovery.ts';
import type { Side } from '../comparison/side.ts';
import { itemsOf, sourceFiles } from '../restore/archive-items.ts';
import { prepareRestore, type Restoration } from '../restore/prepare.ts';
import type { ClusterAccess, RestoreOptions } from '../restore/settings.ts';
import type { Outcome } from '../restore-rules/outcome.ts';
import { NO_OVERRIDES } from '../restore-rules/rule.ts';
import type { Selection } from '../restore-rules/selection/selection.ts';
import { collectionPath } from '../types/api-paths.ts';
import { typePathOf } from '../types/archive-paths.ts';
import { compare } from './comparison.ts';
import type { Rehearsal } from './result.ts';
import { shortened, Tally } from './tally.ts';

/** The archive, and what takes its objects and gives them back. */
export interface Stage {
  readonly archive: ArchiveReader;
  /** An empty cluster that this rehearsal may fill. */
  readonly cluster: ClusterAccess;
  /** Exports the cluster with the pipeline of a backup, opens the result, and removes it after use. */
  readonly exported: <T>(part: Part, use: (after: Side) => Promise<T>) => Promise<T>;
  /** Opens the archive for a comparison, and closes it after use. */
  readonly compared: <T>(use: (before: Side) => Promise<T>) => Promise<T>;
}

/** Who hears how it goes. */
export interface RehearsalListener {
  /** An object has its outcome in the restore. */
  restored(outcome: Outcome, done: number, total: number): void;
  exporting(): void;
}

/** Types by glob. */
export type Part = Pick<Selection, 'resources' | 'excludeResources'>;

const APIS = 'apiservices.apiregistration.k8s.io';
const NAMESPACES = 'namespaces';
/**
 * An APIService takes a group away from the server, and nobody serves it here. So these come last, when all other
 * objects have been exported.
 */
const PARTS: readonly Part[] = [
  { resources: [], excludeResources: [APIS] },
  { resources: [APIS], excludeResources: [] },
];
/** Milliseconds for the server to serve the types of restored definitions. */
const DEFINED = 30_000;

/**
 * Restores a whole archive into an empty cluster, exports it from there, and compares object by object: with the
 * pipelines of `restore` and `backup`, and the comparison of `diff`.
 *
 * @throws Damage, Unreadable; ApiError, ConnectionError; the signal's reason
 */
export async function rehearse(stage: Stage, listener: RehearsalListener): Promise<Rehearsal> {
  const { archive, cluster } = stage;
  const { resourceTypes } = await archive.manifest();
  const types = new Set((await archive.entries()).flatMap(({ name }) => typePathOf(name)?.type ?? []));
  const tally = new Tally(resourceTypes);
  const notes: string[] = [];
  const created = await createNamespaces(archive, cluster);
  if (created > 0)
    notes.push(
      `the archive has no Namespace of ${created === 1 ? '1 project' : `${created} projects`}; empty ones were created`,
    );
  for (const part of PARTS) {
    if (part.resources.length > 0 && !part.resources.some((type) => types.has(type))) continue;
    const options = optionsFor(part);
    const restoration = await prepareRestore(archive, cluster, options, () => {});
    await restoreAll(restoration, cluster, tally, listener);
    listener.exporting();
    const { archiveIndex } = restoration;
    const restored = { cluster, rewriting: options.rewriting, archiveIndex, tally };
    await stage.compared((before) =>
      stage.exported(part, (after) => compare(restored, before, after, (type) => isIn(part, type))),
    );
  }
  return tally.rehearsal(notes);
}

function isIn({ resources, excludeResources }: Part, type: string): boolean {
  return (resources.length === 0 || resources.includes(type)) && !excludeResources.includes(type);
}

/** As a user would restore everything into a new cluster that calls no webhooks. */
function optionsFor(part: Part): RestoreOptions {
  return {
    apply: true,
    selection: {
      projects: [],
      excludeProjects: [],
      ...part,
      selectors: [],
      objects: [],
      clusterResources: 'yes',
      rebindStorageClasses: [],
      storageClasses: new Map(),
      preference: null,
    },
    rewriting: {
      mapping: new Map(),
      overrides: NO_OVERRIDES,
      replacements: [],
      // No other Service can have these ports.
      preserveNodePorts: true,
      suspend: false,
      rebindStorageClasses: [],
      withoutConversion: true,
    },
    preference: null,
    filter: null,
    prune: false,
    // The server creates some objects itself; they are brought to the form of the archive.
    existing: 'update',
    hasStatus: () => false,
    wait: DEFINED,
  };
}

/** A backup of one project may have no permission to list namespaces; without one, nothing could be restored. */
async function createNamespaces(archive: ArchiveReader, { writer }: ClusterAccess): Promise<number> {
  const files = await sourceFiles(archive, false);
  const missing = new Set(files.flatMap(({ typePath }) => typePath.project ?? []));
  const own = files.find(({ typePath }) => typePath.project === null && typePath.type === NAMESPACES);
  if (own !== undefined) for await (const { name } of itemsOf(archive, own)) missing.delete(name);
  let created = 0;
  for (const name of missing) {
    const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
    const collection = collectionPath('v1', NAMESPACES, null);
    try {
      const made = await writer.create(collection, name, Buffer.from(JSON.stringify(body)));
      if (made.kind === 'created') created += 1;
    } catch (error) {
      // A name that no project can have: its objects will say so.
      if (!(error instanceof ApiError)) throw error;
    }
  }
  return created;
}

async function restoreAll(
  { outcomes, selected }: Restoration,
  { client }: ClusterAccess,
  tally: Tally,
  listener: RehearsalListener,
): Promise<void> {
  const failed: Outcome[] = [];
  let done = 0;
  for await (const outcome of outcomes) {
    done += 1;
    listener.restored(outcome, done, selected);
    if (outcome.result === 'failed') failed.push({ ...outcome, reason: shortened(outcome.reason ?? '') });
    else tally.restored(outcome);
  }
  if (failed.length === 0) return;
  const served = new Set((await discover(client)).types.map(({ name }) => name));
  for (const outcome of failed) tally.failed(outcome, served.has(outcome.type));
}
