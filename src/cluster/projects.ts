import type { LeftOut, ProjectList } from '../plan/plan.ts';
import type { Scope } from '../plan/scope.ts';
import type { Selection } from '../plan/selection.ts';
import type { ResourceType } from '../types/resource-type.ts';
import { globMatcher, isLiteral } from '../words/glob.ts';
import { ApiError, WrongAnswer } from './api-error.ts';
import type { Client } from './client.ts';
import { objectNames } from './object-names.ts';

/** The projects that the selection lets in, and a row where the server failed to name them. */
export interface FoundProjects {
  readonly list: ProjectList;
  readonly broken: LeftOut | null;
  /** Patterns of --project that match none of the projects there are; worth a warning, for it may be a slip. */
  readonly unmatched: readonly string[];
}

/**
 * Finds the projects: namespaces, where they may be listed; else OpenShift's
 * project list, which holds those whose Namespace the caller may read, and with
 * them those that --project names and the pod's own, of which he may see a part
 * all the same; else those that --project names; else the pod's own.
 */
export async function findProjects(
  client: Client,
  types: readonly ResourceType[],
  scope: Scope,
  selection: Selection,
): Promise<FoundProjects> {
  const chosen = (names: readonly string[]) => names.filter((name) => selection.hasProject(name)).sort();
  const literal = scope.projects.filter(isLiteral);
  const own = client.credentials.namespace === null ? [] : [client.credentials.namespace];
  let broken: LeftOut | null = null;
  const sources = [
    { source: 'namespaces', path: '/api/v1/namespaces' },
    ...(types.some((type) => type.name === 'projects.project.openshift.io')
      ? [{ source: 'projects.project.openshift.io' as const, path: '/apis/project.openshift.io/v1/projects' }]
      : []),
  ] as const;
  for (const { source, path } of sources) {
    try {
      const names = await objectNames(client, path);
      const known = source === 'namespaces' ? names : [...new Set([...names, ...literal, ...own])];
      const unmatched = scope.projects.filter((pattern) => !known.some(globMatcher([pattern])));
      return { list: { names: chosen(known), source }, broken: null, unmatched };
    } catch (error) {
      if (!(error instanceof ApiError || error instanceof WrongAnswer)) throw error;
      if (error instanceof WrongAnswer || (error.status !== 403 && error.status !== 404)) {
        broken = {
          name: source,
          type: null,
          outcome: 'failed',
          reason: `projects cannot be listed: ${error.message}`,
        };
      }
    }
  }
  const list: ProjectList =
    literal.length > 0
      ? { names: chosen(literal), source: 'options' }
      : { names: chosen(own), source: own.length > 0 ? 'own' : 'none' };
  return { list, broken, unmatched: [] };
}
