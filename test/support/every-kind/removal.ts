import type { ControlPlane } from '../control-plane.ts';
import { pathOf, type ServedType, servedTypes } from '../discovery.ts';
import type { KubeObject } from '../kube-object.ts';
import { waitFor } from '../wait.ts';

const CRD = 'CustomResourceDefinition';

/** Takes objects away whatever holds them, projects with all that is in them. Throws an Error where one stays. */
export async function removeAll(control: ControlPlane, objects: readonly KubeObject[]): Promise<void> {
  const types = await servedTypes(control.admin);
  const projects = objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name);
  const paths = objects
    .filter(({ kind, metadata }) => kind !== 'Namespace' && !projects.includes(metadata.namespace ?? ''))
    // A definition takes its objects along, which may be held.
    .toSorted((a, b) => Number(a.kind === CRD) - Number(b.kind === CRD))
    .map((object) => itemPath(types, object));
  for (const project of projects) await control.deleteNamespace(project);
  for (const path of paths) {
    await control.admin.answer('PATCH', path, { metadata: { finalizers: null } });
    await control.admin.answer('DELETE', path);
  }
  for (const object of objects) {
    const path = itemPath(types, object);
    const isGone = async () => (await control.admin.answer('GET', path)).status === 404;
    await waitFor(`${path} to be gone`, isGone, 5000);
  }
}

function itemPath(types: readonly ServedType[], { apiVersion, kind, metadata }: KubeObject): string {
  const type = types.find((each) => each.apiVersion === apiVersion && each.kind === kind);
  if (type === undefined) throw new Error(`${apiVersion} ${kind} is not served`);
  return `${pathOf(type, metadata.namespace)}/${encodeURIComponent(metadata.name)}`;
}
