import type { ControlPlane } from '../support/control-plane.ts';
import { at, type KubeObject, listAt } from '../support/kube-object.ts';

const PATH = '/apis/rbac.authorization.k8s.io/v1/clusterroles';

/**
 * What the cluster's controller makes of ClusterRoles with an aggregationRule: their rules are those of all roles
 * whose labels a selector matches, also where these are aggregated themselves (admin gathers edit, edit view).
 * Returns all roles. Throws an Error for a selector that is more than matchLabels.
 */
export function aggregate(roles: readonly KubeObject[]): readonly KubeObject[] {
  const next = roles.map((role) => {
    if (role.aggregationRule === undefined) return role;
    const gathered = roles.filter((each) => each !== role && selects(role, each));
    const rules = new Map(
      gathered.flatMap((each) => listAt(each, 'rules')).map((r) => [JSON.stringify(r), r]),
    );
    return { ...role, rules: [...rules.values()] };
  });
  return JSON.stringify(next) === JSON.stringify(roles) ? next : aggregate(next);
}

/** Does the controller's work once, as the admin of a control plane that has no controllers. */
export async function aggregateOn(control: ControlPlane): Promise<void> {
  const before = listAt(await control.request('GET', PATH), 'items') as readonly KubeObject[];
  const changed = aggregate(before).filter(
    (role, index) => JSON.stringify(role) !== JSON.stringify(before[index]),
  );
  for (const role of changed) await control.request('PUT', `${PATH}/${role.metadata.name}`, role);
}

function selects(role: KubeObject, other: KubeObject): boolean {
  return listAt(role, 'aggregationRule', 'clusterRoleSelectors').some((selector) => {
    if (at(selector, 'matchExpressions') !== undefined)
      throw new Error(`matchExpressions in the aggregation of ${role.metadata.name} are not known here`);
    const labels = Object.entries(at(selector, 'matchLabels') ?? {});
    return labels.every(([key, value]) => other.metadata.labels?.[key] === value);
  });
}
