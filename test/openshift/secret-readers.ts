import { at, type KubeObject, listAt } from '../support/kube-object.ts';
import { aggregate } from './aggregation.ts';

type Objects = readonly KubeObject[];

/**
 * A ClusterRole that gathers the rules of another one named `-true` becomes what the chart makes: the rules in the
 * role itself, always there, and a binding only where the rules are gathered.
 */
export function clusterSecretReader(objects: Objects): Objects {
  const switches = objects.filter(({ aggregationRule }) => aggregationRule !== undefined);
  return switches.reduce((settling, { metadata: { name } }) => {
    const source = settling.find(({ metadata }) => metadata.name === `${name}-true`);
    const gathered = listAt(
      aggregate(settling).find((each) => isRole(each, name)),
      'rules',
    );
    const rules = gathered.length > 0 ? gathered : listAt(source, 'rules');
    return settling.flatMap((object) => {
      if (object === source) return [];
      if (isRole(object, name)) {
        const { aggregationRule: _, ...role } = object;
        return [{ ...role, rules } as KubeObject];
      }
      return at(object, 'roleRef', 'name') === name && gathered.length === 0 ? [] : [object];
    });
  }, objects);
}

/**
 * Of the Roles named for each answer, the bound one gets the name without the answer, and the other goes; both go,
 * and the binding too, where the bound one has no rules.
 */
export function projectSecretReader(objects: Objects): Objects {
  const answers = objects.filter((role) => role.kind === 'Role' && /-(true|false)$/.test(role.metadata.name));
  const bound = (role: KubeObject) => objects.find((binding) => bindsTo(binding, role));
  const granting = answers.filter((role) => bound(role) !== undefined && listAt(role, 'rules').length > 0);
  const plain = (name: unknown) => String(name).replace(/-(true|false)$/, '');
  return objects.flatMap((object) => {
    if (answers.includes(object)) {
      const metadata = { ...object.metadata, name: plain(object.metadata.name) };
      return granting.includes(object) ? [{ ...object, metadata }] : [];
    }
    if (!answers.some((role) => bindsTo(object, role))) return [object];
    if (!granting.some((role) => bindsTo(object, role))) return [];
    const roleRef = { ...Object(object.roleRef), name: plain(at(object, 'roleRef', 'name')) };
    return [{ ...object, roleRef }];
  });
}

function bindsTo(binding: KubeObject, role: KubeObject): boolean {
  const { roleRef, metadata } = binding;
  return at(roleRef, 'name') === role.metadata.name && metadata.namespace === role.metadata.namespace;
}

function isRole(object: KubeObject, name: string): boolean {
  return object.kind === 'ClusterRole' && object.metadata.name === name;
}
