import pMap from 'p-map';
import type { Access } from '../plan/plan.ts';
import type { ResourceType } from '../types/resource-type.ts';
import type { Client } from './client.ts';
import { mayBeAllowed, mayI } from './reviews.ts';

/** Reviews are small, so more of them than of lists may be under way. */
const AT_ONCE = 16;

/** Which of the types this identity may list over the whole cluster: one SelfSubjectAccessReview each. */
export async function clusterWideAccess(
  client: Client,
  types: readonly ResourceType[],
): Promise<Set<ResourceType>> {
  const allowed = await pMap(types, (type) => mayI(client, 'list', type, null), { concurrency: AT_ONCE });
  return new Set(types.filter((_, index) => allowed[index]));
}

/**
 * Where the other types may be listed, project by project. A rules review a
 * project rules out most types, so that thousands of projects do not become
 * thousands times as many questions; what it leaves is asked for one by one.
 * Namespaces themselves count where they may be read, since listing them one by
 * one is reading them.
 */
export async function accessByProject(
  client: Client,
  types: readonly ResourceType[],
  projects: readonly string[],
): Promise<Map<ResourceType, Access>> {
  const found = new Map<ResourceType, string[]>(types.map((type) => [type, []]));
  const questions = await pMap(
    projects,
    async (project) => {
      const possible = await mayBeAllowed(client, project);
      return types.filter((type) => possible(verbFor(type), type)).map((type) => ({ type, project }));
    },
    { concurrency: AT_ONCE },
  );
  await pMap(
    questions.flat(),
    async ({ type, project }) => {
      const allowed = await mayI(
        client,
        verbFor(type),
        type,
        project,
        type.name === 'namespaces' ? project : undefined,
      );
      if (allowed) found.get(type)?.push(project);
    },
    { concurrency: AT_ONCE },
  );
  return new Map(
    types.map((type) => {
      const allowed = found.get(type) ?? [];
      return [
        type,
        allowed.length === 0 ? { kind: 'denied' } : { kind: 'projects', projects: allowed.sort() },
      ];
    }),
  );
}

function verbFor(type: ResourceType): 'get' | 'list' {
  return type.name === 'namespaces' ? 'get' : 'list';
}
