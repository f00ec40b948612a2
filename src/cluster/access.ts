import pMap from 'p-map';
import type { Access } from '../plan/plan.ts';
import type { ResourceType } from '../types/resource-type.ts';
import { WrongAnswer } from './api-error.ts';
import type { Client } from './client.ts';
import type {
  V1ResourceAttributes,
  V1ResourceRule,
  V1SelfSubjectAccessReview,
  V1SelfSubjectRulesReview,
} from './client-library.ts';
import { field, listField } from './unverified.ts';

const RULES_REVIEWS = '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews';
/** Reviews are small, so more of them than of lists may run at once. */
const AT_ONCE = 16;

/** Which types this identity may list cluster-wide: one SelfSubjectAccessReview for each. */
export async function clusterWideAccess(
  client: Client,
  types: readonly ResourceType[],
): Promise<Set<ResourceType>> {
  const allowed = await pMap(types, (type) => mayI(client, 'list', type, null), { concurrency: AT_ONCE });
  return new Set(types.filter((_, index) => allowed[index]));
}

/**
 * In which projects the other types may be listed. One rules review per project rules out
 * most types, so that thousands of projects do not need thousands of reviews for each type; the
 * remaining types are reviewed one by one. For namespaces, `get` is enough, since listing a
 * single Namespace means reading it.
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

/** A verb on the objects of a type. */
export interface Action {
  /** `deployments.apps` */
  readonly type: string;
  readonly apiVersion: string;
  readonly verb: string;
  /** `status`, or null for the object itself. */
  readonly subresource: string | null;
  /** The projects; [null] for a cluster-scoped type. */
  readonly projects: readonly (string | null)[];
}

/** A verb that is denied, in a project or (null) in the whole cluster. */
export interface Denied {
  readonly action: Action;
  readonly project: string | null;
}

/**
 * Which verbs are denied: one cluster-wide SelfSubjectAccessReview for each, and if that is denied,
 * one in each project. The server also answers for types that it does not have yet.
 */
export async function deniedActions(client: Client, actions: readonly Action[]): Promise<Denied[]> {
  const everywhere = await pMap(actions, (action) => isAllowed(client, action, null), {
    concurrency: AT_ONCE,
  });
  const questions = actions
    .filter((_, index) => !everywhere[index])
    .flatMap((action) => action.projects.map((project) => ({ action, project })));
  const answers = await pMap(
    questions,
    ({ action, project }) => (project === null ? false : isAllowed(client, action, project)),
    { concurrency: AT_ONCE },
  );
  return questions.filter((_, index) => !answers[index]);
}

function isAllowed(client: Client, action: Action, project: string | null): Promise<boolean> {
  const slash = action.apiVersion.indexOf('/');
  const dot = action.type.indexOf('.');
  const type = {
    group: slash < 0 ? '' : action.apiVersion.slice(0, slash),
    version: action.apiVersion.slice(slash + 1),
    resource: dot < 0 ? action.type : action.type.slice(0, dot),
  };
  // A Namespace is read and changed within itself.
  const name = action.type === 'namespaces' && project !== null ? project : undefined;
  return mayI(client, action.verb, type, project, name, action.subresource ?? undefined);
}

/** SelfSubjectAccessReview: is this allowed, in one project or (null) in all of them? */
export async function mayI(
  client: Client,
  verb: string,
  type: Pick<ResourceType, 'group' | 'version' | 'resource'>,
  project: string | null,
  name?: string,
  subresource?: string,
): Promise<boolean> {
  const resourceAttributes: V1ResourceAttributes = {
    verb,
    group: type.group,
    version: type.version,
    resource: type.resource,
    ...(project === null ? {} : { namespace: project }),
    ...(name === undefined ? {} : { name }),
    ...(subresource === undefined ? {} : { subresource }),
  };
  const review: V1SelfSubjectAccessReview = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes },
  };
  const answer = await client.post('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', review);
  return field(field(answer, 'status'), 'allowed') === true;
}

/**
 * SelfSubjectRulesReview: one request for all permissions of an identity in a project. It only
 * reduces the number of reviews: if an authorizer cannot list its rules (`incomplete`), or the
 * answer is too long, every type is reviewed.
 */
export async function mayBeAllowed(
  client: Client,
  project: string,
): Promise<(verb: string, type: ResourceType) => boolean> {
  const review: V1SelfSubjectRulesReview = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectRulesReview',
    spec: { namespace: project },
  };
  let status: unknown;
  try {
    status = field(await client.post(RULES_REVIEWS, review), 'status');
  } catch (error) {
    // Users who may bind roles in a project can make this answer very long.
    if (error instanceof WrongAnswer) return () => true;
    throw error;
  }
  if (field(status, 'incomplete') === true) return () => true;
  const covers = (rule: unknown, key: keyof V1ResourceRule, value: string) => {
    const values = listField(rule, key);
    return values.includes('*') || values.includes(value);
  };
  const rules = listField(status, 'resourceRules');
  return (verb, type) =>
    rules.some(
      (rule) =>
        covers(rule, 'verbs', verb) &&
        covers(rule, 'apiGroups', type.group) &&
        covers(rule, 'resources', type.resource),
    );
}
