import { isLiteral } from '../snapshot/glob.ts';
import type { LeftOut, ProjectList } from '../snapshot/plan.ts';
import type { ResourceType } from '../snapshot/resource-type.ts';
import type { Scope } from '../snapshot/scope.ts';
import type { Selection } from '../snapshot/selection.ts';
import { ApiError } from './api-error.ts';
import type { Client } from './client.ts';
import { fields, list, text } from './fields.ts';

const NAMES_ONLY = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json';

/** The projects that the selection lets in, and a row where the server failed to name them. */
export interface FoundProjects {
  readonly list: ProjectList;
  readonly broken: LeftOut | null;
}

/**
 * Finds the projects: namespaces, where they may be listed; else OpenShift's
 * project list, which holds what the caller may see; else those that --project
 * names; else the pod's own.
 */
export async function findProjects(
  client: Client,
  types: readonly ResourceType[],
  scope: Scope,
  selection: Selection,
): Promise<FoundProjects> {
  const chosen = (names: readonly string[]) => names.filter((name) => selection.hasProject(name)).sort();
  let broken: LeftOut | null = null;
  const sources = [
    { source: 'namespaces', path: '/api/v1/namespaces' },
    ...(types.some((type) => type.name === 'projects.project.openshift.io')
      ? [{ source: 'projects.project.openshift.io' as const, path: '/apis/project.openshift.io/v1/projects' }]
      : []),
  ] as const;
  for (const { source, path } of sources) {
    try {
      const names = list(await client.get(path, NAMES_ONLY), 'items').map((item) =>
        text(fields(item, 'metadata'), 'name'),
      );
      return { list: { names: chosen(names), source }, broken: null };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status !== 403 && error.status !== 404) {
        broken = {
          name: source,
          type: null,
          outcome: 'failed',
          reason: `projects cannot be listed: ${error.message}`,
        };
      }
    }
  }
  const literal = scope.projects.filter(isLiteral);
  if (literal.length > 0) return { list: { names: chosen(literal), source: 'options' }, broken };
  const own = client.credentials.namespace;
  return {
    list: own === null ? { names: [], source: 'none' } : { names: chosen([own]), source: 'own' },
    broken,
  };
}
