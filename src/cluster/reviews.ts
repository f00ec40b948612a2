import type {
  V1ResourceAttributes,
  V1ResourceRule,
  V1SelfSubjectAccessReview,
  V1SelfSubjectReview,
  V1SelfSubjectRulesReview,
} from '@kubernetes/client-node';
import type { ResourceType } from '../types/resource-type.ts';
import { ApiError, WrongAnswer } from './api-error.ts';
import type { Client } from './client.ts';
import { fields, list, text } from './fields.ts';

const RULES_REVIEWS = '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews';

/** Who the server takes us for. */
export interface Identity {
  readonly user: string;
  readonly groups: readonly string[];
}

/** SelfSubjectReview (KEP-3325); servers before 1.28 do not have it, and then the answer is null. */
export async function whoAmI(client: Client): Promise<Identity | null> {
  const review: V1SelfSubjectReview = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
  try {
    const answer = await client.post('/apis/authentication.k8s.io/v1/selfsubjectreviews', review);
    const info = fields(fields(answer, 'status'), 'userInfo');
    return {
      user: text(info, 'username'),
      groups: list(info, 'groups').filter((group) => typeof group === 'string'),
    };
  } catch (error) {
    if (error instanceof ApiError && (error.status === 404 || error.status === 403)) return null;
    throw error;
  }
}

/** SelfSubjectAccessReview: may we do this, in one project or (null) in all of them? */
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
  return fields(fields(answer, 'status'), 'allowed') === true;
}

/**
 * SelfSubjectRulesReview: one request for all that an identity may do in a
 * project. It only narrows what to ask: an authorizer that cannot tell says so
 * (`incomplete`), and then everything remains possible, as where the answer is too long.
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
    status = fields(await client.post(RULES_REVIEWS, review), 'status');
  } catch (error) {
    // Who may bind roles in a project can make this as long as he likes.
    if (error instanceof WrongAnswer) return () => true;
    throw error;
  }
  if (fields(status, 'incomplete') === true) return () => true;
  const covers = (rule: unknown, key: keyof V1ResourceRule, value: string) => {
    const values = list(rule, key);
    return values.includes('*') || values.includes(value);
  };
  const rules = list(status, 'resourceRules');
  return (verb, type) =>
    rules.some(
      (rule) =>
        covers(rule, 'verbs', verb) &&
        covers(rule, 'apiGroups', type.group) &&
        covers(rule, 'resources', type.resource),
    );
}
