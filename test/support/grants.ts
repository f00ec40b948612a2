import type { ApiClient } from './api-client.ts';
import type { Applier } from './apply.ts';
import { at, type KubeObject, listAt } from './kube-object.ts';
import { waitFor } from './wait.ts';

/** Who is granted something. */
export type Subject =
  | { readonly serviceAccount: string; readonly namespace: string }
  | { readonly user: string }
  | { readonly group: string };

/** A rule of a Role or ClusterRole. */
export interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
}

/** Either rules of one's own (a role is made for them) or a ClusterRole that exists. */
export interface Grant {
  readonly to: Subject;
  /** Of the role and its bindings; default: a new one. */
  readonly name?: string;
  readonly rules?: readonly PolicyRule[];
  readonly clusterRole?: string;
  /** Where it holds; without, in the whole cluster. */
  readonly namespaces?: readonly string[];
}

let grants = 0;

/** The rule `get, list, watch` for resources of an API group; `*` for all of them. */
export function mayRead(apiGroup: string, ...resources: readonly string[]): PolicyRule {
  return { apiGroups: [apiGroup], resources, verbs: ['get', 'list', 'watch'] };
}

/**
 * Makes role and bindings and waits until the server's authorizer goes by them. Returns the name that the
 * role and the bindings carry, so that a test may take them away. Throws ApiError where one is refused.
 */
export async function grant(client: ApiClient, applier: Applier, wanted: Grant): Promise<string> {
  grants += 1;
  const name = wanted.name ?? `grant-${grants}`;
  const roleName = wanted.clusterRole ?? name;
  const objects: KubeObject[] = [];
  if (wanted.rules !== undefined) {
    objects.push({ ...rbac('ClusterRole', name), rules: wanted.rules });
  }
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: roleName };
  const subjects = [subjectOf(wanted.to)];
  for (const namespace of wanted.namespaces ?? []) {
    objects.push({ ...rbac('RoleBinding', name, namespace), roleRef, subjects });
  }
  if (wanted.namespaces === undefined)
    objects.push({ ...rbac('ClusterRoleBinding', name), roleRef, subjects });
  await applier.apply(objects);
  for (const namespace of wanted.namespaces ?? ['']) await holds(client, wanted.to, roleName, namespace);
  return name;
}

function rbac(kind: string, name: string, namespace?: string): KubeObject {
  const metadata = namespace === undefined ? { name } : { name, namespace };
  return { apiVersion: 'rbac.authorization.k8s.io/v1', kind, metadata };
}

function subjectOf(to: Subject) {
  if ('serviceAccount' in to)
    return { kind: 'ServiceAccount', name: to.serviceAccount, namespace: to.namespace };
  const apiGroup = 'rbac.authorization.k8s.io';
  return 'user' in to
    ? { kind: 'User', apiGroup, name: to.user }
    : { kind: 'Group', apiGroup, name: to.group };
}

/** The authorizer reads roles through watches, some milliseconds behind. */
async function holds(client: ApiClient, to: Subject, role: string, namespace: string): Promise<void> {
  const path = `/apis/rbac.authorization.k8s.io/v1/clusterroles/${role}`;
  const rule = listAt(await client.request('GET', path), 'rules').find(
    (each) => at(each, 'resources') !== undefined,
  );
  if (rule === undefined) return;
  const [resource = '', subresource = ''] = String(at(rule, 'resources', 0)).split('/');
  const attributes = {
    group: at(rule, 'apiGroups', 0),
    resource,
    subresource,
    verb: at(rule, 'verbs', 0),
    name: at(rule, 'resourceNames', 0),
    namespace,
  };
  const spec = { ...asCaller(to), resourceAttributes: attributes };
  await waitFor(`the grant of ${role} to take effect`, async () => {
    const review = { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', spec };
    const answer = await client.request('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', review);
    return at(answer, 'status', 'allowed') === true;
  });
}

function asCaller(to: Subject) {
  if ('serviceAccount' in to) return { user: `system:serviceaccount:${to.namespace}:${to.serviceAccount}` };
  return 'user' in to ? { user: to.user } : { user: 'nobody', groups: [to.group] };
}
