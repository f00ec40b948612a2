import pMap from 'p-map';
import { ApiError } from '../cluster/api-error.ts';
import { field, stringField } from '../cluster/unverified.ts';
import { keptFromGoing } from '../cluster/waiting.ts';
import type { Item } from '../restore-rules/item.ts';
import type { Outcome } from '../restore-rules/outcome.ts';
import { namespacePath } from '../types/api-paths.ts';
import type { ClusterAccess, RestoreOptions } from './settings.ts';
import type { Target } from './survey.ts';

const DEFINITIONS = 'customresourcedefinitions.apiextensions.k8s.io';
const NO_DRY_RUN = /does not support dry ?run/i;
const NOT_FOUND = /"([^"]+)" not found/;

/** Projects and types that do not exist before a restore, so that a dry run cannot validate objects in them. */
export class DryRunGaps {
  readonly #absent: ReadonlyMap<string, string>;
  readonly #targets: readonly Target[];
  #definitions: ReadonlySet<string> | null = null;
  /** Definitions that are not restored, and why. */
  readonly #unrestored = new Map<string, string>();
  #names: ReadonlySet<string> | null = null;

  private constructor(absent: ReadonlyMap<string, string>, targets: readonly Target[]) {
    this.#absent = absent;
    this.#targets = targets;
  }

  /**
   * Looks at the projects that are restored to. With --apply those that are being
   * deleted and are not restored themselves are waited for.
   *
   * @throws ApiError, ConnectionError
   */
  static async look(
    cluster: ClusterAccess,
    targets: readonly Target[],
    options: RestoreOptions,
    warn: (text: string) => void,
  ): Promise<DryRunGaps> {
    const { mapping } = options.rewriting;
    const projects = new Set(targets.flatMap(({ project }) => project ?? []));
    const names = [...projects].map((project) => mapping.get(project) ?? project);
    const looks = await pMap(names, (name) => absenceOf(cluster, name, options, warn), { concurrency: 16 });
    const absent = new Map(names.map((name, index) => [name, looks[index] ?? '']));
    return new DryRunGaps(new Map([...absent].filter(([, why]) => why !== '')), targets);
  }

  /** Remembers definitions that were not restored: without them, the objects of their types fail. */
  noteDefinition({ result, name, reason }: Pick<Outcome, 'result' | 'name' | 'reason'>): void {
    if (result === 'excluded' || result === 'failed')
      this.#unrestored.set(name, `its CustomResourceDefinition is not restored: ${reason}`);
    else this.#unrestored.delete(name);
  }

  /** Why the server does not have a type, if that is because its definition is not restored. */
  whyUnserved(type: string): string | null {
    return this.#unrestored.get(type) ?? null;
  }

  /** Why the server cannot be asked about an object in a dry run; null where it can. */
  whyUnchecked({ project, type }: Pick<Item, 'project' | 'type'>, isServed: boolean): string | null {
    if (!isServed && this.#unrestored.has(type)) return null;
    const absence = project === null ? undefined : this.#absent.get(project);
    if (absence !== undefined) return absence;
    if (isServed) return null;
    this.#definitions ??= new Set(
      this.#targets.flatMap((target) => (target.type === DEFINITIONS ? [target.name] : [])),
    );
    return this.#definitions.has(type) ? 'its type does not exist yet' : null;
  }

  /** Why a refusal in a dry run has no meaning: an object that would be restored before is missing, or a webhook does not support dry run. */
  whyMissed(refusal: string): string | null {
    if (NO_DRY_RUN.test(refusal)) return 'a webhook that is called for it does not support dry run';
    const name = NOT_FOUND.exec(refusal)?.[1];
    if (name === undefined) return null;
    this.#names ??= new Set(this.#targets.map((target) => target.name));
    return this.#names.has(name) ? `${name} does not exist yet` : null;
  }
}

async function absenceOf(
  { writer, signal }: ClusterAccess,
  name: string,
  { apply, wait }: RestoreOptions,
  warn: (text: string) => void,
): Promise<string | null> {
  const path = namespacePath(name);
  let live: Buffer | null;
  try {
    live = await writer.read(path);
  } catch (error) {
    // Without this permission, the objects show whether the project exists.
    if (error instanceof ApiError && error.status === 403) return null;
    throw error;
  }
  if (live === null) return 'its project does not exist yet';
  const namespace: unknown = JSON.parse(live.toString());
  const metadata = field(namespace, 'metadata');
  if (stringField(metadata, 'deletionTimestamp') === '') return null;
  if (!apply) return 'its project is being deleted; --apply waits for that';
  warn(`Waiting for project ${name}, which is being deleted`);
  const obstacle = await keptFromGoing(writer, path, stringField(metadata, 'uid'), wait, signal);
  if (obstacle !== null)
    warn(`Project ${name} is still being deleted after ${wait / 1000} s (--wait), kept by ${obstacle}`);
  return null;
}
