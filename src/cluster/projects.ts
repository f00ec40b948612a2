import { WRITTEN } from '../json/limits.ts';
import { ListMistake, ListReader } from '../json/list-reader.ts';
import { textAt } from '../json/members.ts';
import { INCOMPLETE, JsonError, valueEnd } from '../json/scan.ts';
import type { LeftOut, ProjectList } from '../plan/plan.ts';
import type { Scope } from '../plan/scope.ts';
import type { Selection } from '../plan/selection.ts';
import { collectionPath } from '../types/api-paths.ts';
import { Identity } from '../types/identity.ts';
import type { ResourceType } from '../types/resource-type.ts';
import { globMatcher, isLiteral } from '../words/glob.ts';
import { ApiError, WrongAnswer } from './api-error.ts';
import type { Client } from './client.ts';

/** The selected projects, and a row if the server failed to list them. */
export interface FoundProjects {
  readonly list: ProjectList;
  readonly broken: LeftOut | null;
  /** Patterns of --project that match no project; a warning, since they may be mistyped. */
  readonly unmatched: readonly string[];
}

/**
 * Finds the projects: all namespaces, if they may be listed; else OpenShift's project list, which has
 * those whose Namespace the caller may read, plus those named by --project and the pod's own, in
 * which the caller may have other permissions; else those named by --project; else the pod's own.
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
    { source: 'namespaces', path: collectionPath('v1', 'namespaces', null) },
    ...(types.some((type) => type.name === 'projects.project.openshift.io')
      ? [
          {
            source: 'projects.project.openshift.io' as const,
            path: collectionPath('project.openshift.io/v1', 'projects', null),
          },
        ]
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

const NAMES_ONLY = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json';

/**
 * The names of the objects of a list. Only one object at a time is in memory: each project may
 * have annotations of a quarter of a megabyte.
 *
 * @throws ApiError, ConnectionError
 */
async function objectNames(client: Client, path: string): Promise<string[]> {
  const reader = new ListReader();
  const identity = new Identity();
  const names: string[] = [];
  const take = () => {
    for (let at = reader.item(); at >= 0; at = reader.item()) {
      const whole = identity.find(reader.bytes, at, reader.end) !== INCOMPLETE;
      const next = whole ? valueEnd(reader.bytes, at, reader.end) : INCOMPLETE;
      if (next === INCOMPLETE) {
        reader.incomplete();
        return;
      }
      if (names.length >= WRITTEN.projects)
        throw new ListMistake(`it has more than ${WRITTEN.projects} objects`);
      names.push(textAt(reader.bytes, identity.nameStart) ?? '');
      reader.taken(next);
    }
  };
  try {
    await client.stream(
      path,
      (chunk) => {
        reader.push(chunk);
        take();
      },
      NAMES_ONLY,
    );
    reader.finish();
    take();
  } catch (error) {
    if (!(error instanceof JsonError || error instanceof ListMistake)) throw error;
    throw new WrongAnswer('GET', path, error.message);
  }
  return names;
}
