import { ApiClient } from '../support/api-client.ts';
import type { ControlPlane } from '../support/control-plane.ts';
import { type ServedType, servedTypes } from '../support/discovery.ts';
import { at, listAt, textAt } from '../support/kube-object.ts';

/** Who asks: a client certificate or a token. */
export type Who = { readonly certPem: string; readonly keyPem: string } | { readonly token: string };

/** Names of objects by the file of an archive in which they belong. */
export type Visible = Record<string, string[]>;

const LEFT_OUT_BY_DEFAULT = new Set([
  'componentstatuses',
  'endpointslices.discovery.k8s.io',
  'events',
  'events.events.k8s.io',
  'leasecandidates.coordination.k8s.io',
  'leases.coordination.k8s.io',
  'projectrequests.project.openshift.io',
  'projects.project.openshift.io',
]);

/**
 * All that somebody may list, asked of the server type by type as that very person: over the whole cluster, and
 * where that is refused, in each of `projects`. Throws an Error for an answer that is neither a list nor a refusal.
 */
export async function visibleTo(
  control: ControlPlane,
  who: Who,
  projects: readonly string[],
): Promise<Visible> {
  const client = new ApiClient({ server: control.server, caPem: control.caPem, ...who });
  const visible: Visible = {};
  for (const [name, type] of await archivedTypes(control)) {
    const everywhere = await list(client, collection(type, null));
    const found =
      everywhere ??
      (await Promise.all(projects.map((project) => inProject(client, name, type, project)))).flat();
    for (const item of found) {
      if (isGeneratedToken(item)) continue;
      const folder = type.namespaced ? `${textAt(item, 'metadata', 'namespace')}/` : '';
      const file = `${folder}${name}.json`;
      visible[file] = [...(visible[file] ?? []), textAt(item, 'metadata', 'name')].sort();
    }
  }
  client.close();
  return visible;
}

/** Listable types by their full name, each in the version that comes first, which is the preferred one. */
async function archivedTypes(control: ControlPlane): Promise<Map<string, ServedType>> {
  const types = new Map<string, ServedType>();
  for (const type of await servedTypes(control.admin)) {
    const group = type.apiVersion.includes('/') ? `.${type.apiVersion.split('/')[0]}` : '';
    const name = `${type.resource}${group}`;
    if (!type.verbs.includes('list') || types.has(name) || LEFT_OUT_BY_DEFAULT.has(name)) continue;
    types.set(name, type);
  }
  return types;
}

async function inProject(client: ApiClient, name: string, type: ServedType, project: string) {
  if (name === 'namespaces') return (await one(client, `/api/v1/namespaces/${project}`)) ?? [];
  return type.namespaced ? ((await list(client, collection(type, project))) ?? []) : [];
}

function collection({ apiVersion, resource }: ServedType, project: string | null): string {
  const root = apiVersion.includes('/') ? '/apis' : '/api';
  return `${root}/${apiVersion}${project === null ? '' : `/namespaces/${project}`}/${resource}`;
}

async function list(client: ApiClient, path: string): Promise<readonly unknown[] | null> {
  const answer = await client.answer('GET', path);
  if (answer.status === 403) return null;
  if (answer.status !== 200) throw new Error(`GET ${path}: ${answer.status} ${answer.text.slice(0, 200)}`);
  return listAt(JSON.parse(answer.text), 'items');
}

async function one(client: ApiClient, path: string): Promise<readonly unknown[] | null> {
  const answer = await client.answer('GET', path);
  return answer.status === 200 ? [JSON.parse(answer.text)] : null;
}

/** A token that nobody asked for: the cluster marks it, or calls it after its account. */
function isGeneratedToken(item: unknown): boolean {
  if (at(item, 'type') !== 'kubernetes.io/service-account-token') return false;
  const annotations = at(item, 'metadata', 'annotations');
  const account = textAt(annotations, 'kubernetes.io/service-account.name');
  const isMarked = at(annotations, 'kubernetes.io/created-by') !== undefined;
  const isOwned = at(item, 'metadata', 'ownerReferences') !== undefined;
  return isMarked || isOwned || textAt(item, 'metadata', 'name').startsWith(`${account}-token-`);
}
