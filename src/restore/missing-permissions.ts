import { type Deed, deniedDeeds } from '../cluster/access.ts';
import type { Client } from '../cluster/client.ts';
import type { Item } from '../restore-rules/item.ts';
import type { MissingVerb } from '../restore-rules/outcome.ts';
import type { RestoreOptions } from './settings.ts';
import type { Target } from './survey.ts';

/** What this identity may not do, known before anything is written. */
export class MissingPermissions {
  readonly missing: readonly MissingVerb[];
  readonly #keys: ReadonlySet<string>;

  private constructor(missing: readonly MissingVerb[]) {
    this.missing = missing;
    this.#keys = new Set(missing.map(keyOf));
  }

  /** Asks about every type and, where that is denied, every project. Throws ApiError, ConnectionError. */
  static async ask(
    client: Client,
    targets: readonly Target[],
    options: RestoreOptions,
  ): Promise<MissingPermissions> {
    const denied = await deniedDeeds(client, deedsOf(targets, options));
    const rows = denied.map(({ deed: { type, verb, subresource }, project }) => ({
      type,
      project,
      verb,
      subresource,
    }));
    return new MissingPermissions(rows.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)));
  }

  /** Why something may not be done to an object; null where it may. */
  reason({ project, type }: Pick<Item, 'project' | 'type'>, verb: string, subresource: string | null = null) {
    return this.#keys.has(keyOf({ type, project, verb, subresource }))
      ? missingText({ type, project, verb, subresource })
      : null;
  }
}

/** `the verb create on deployments.apps in project shop is missing` */
export function missingText({ type, project, verb, subresource }: MissingVerb): string {
  const what = subresource === null ? type : `${type}/${subresource}`;
  const where = project === null ? 'in the cluster' : `in project ${project}`;
  return `the verb ${verb} on ${what} ${where} is missing`;
}

function keyOf({ type, project, verb, subresource }: MissingVerb): string {
  return `${type} ${project ?? ''} ${verb} ${subresource ?? ''}`;
}

const VERBS_OF = { skip: [], fail: [], update: ['update'], replace: ['delete'] } as const;

function deedsOf(targets: readonly Target[], options: RestoreOptions): Deed[] {
  const { mapping } = options.rewriting;
  const types = new Map<string, { apiVersion: string; changes: boolean; projects: Set<string | null> }>();
  for (const { type, apiVersion, project, dependency } of targets) {
    const row = types.get(type) ?? { apiVersion, changes: false, projects: new Set() };
    // Dependencies change only for a copy of a project, which is added to them.
    row.changes ||= !dependency || mapping.size > 0;
    types.set(type, row);
    row.projects.add(project === null ? null : (mapping.get(project) ?? project));
  }
  return [...types].flatMap(([type, { apiVersion, changes, projects }]): Deed[] => {
    const deed = { type, apiVersion, subresource: null, projects: [...projects] };
    const verbs = ['create', 'get', ...(changes ? VERBS_OF[options.existing] : [])];
    return [
      ...verbs.map((verb) => ({ ...deed, verb })),
      ...(options.hasStatus(type) ? [{ ...deed, verb: 'patch', subresource: 'status' }] : []),
    ];
  });
}
