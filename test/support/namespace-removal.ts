import { type ApiClient, ApiError } from './api-client.ts';
import { pathOf, type ServedType, servedTypes } from './discovery.ts';
import { listAt, textAt } from './kube-object.ts';
import { waitFor } from './wait.ts';

/**
 * Makes a namespace go away with all that is in it, as a controller manager would. Objects lose their
 * finalizers, since nobody is there to honour them. Throws ApiError where it does not exist.
 */
export async function deleteNamespace(client: ApiClient, name: string): Promise<void> {
  const path = `/api/v1/namespaces/${encodeURIComponent(name)}`;
  const uid = textAt(await client.request('DELETE', path), 'metadata', 'uid');
  const types = (await servedTypes(client)).filter(
    (type) => type.namespaced && type.verbs.includes('deletecollection'),
  );
  await Promise.all(types.map((type) => empty(client, type, name)));
  await waitFor(`namespace ${name} to go away`, async () => {
    try {
      const namespace = await client.request('GET', path);
      // Somebody who waits for it may have made it anew already.
      if (textAt(namespace, 'metadata', 'uid') !== uid) return true;
      await client.request('PUT', `${path}/finalize`, { ...namespace, spec: { finalizers: [] } });
      return undefined;
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return true;
      if (error instanceof ApiError && error.status === 409) return undefined;
      throw error;
    }
  });
}

async function empty(client: ApiClient, type: ServedType, namespace: string): Promise<void> {
  const collection = pathOf(type, namespace);
  await client.request('DELETE', collection, {
    kind: 'DeleteOptions',
    apiVersion: 'v1',
    gracePeriodSeconds: 0,
  });
  for (const item of listAt(await client.request('GET', collection), 'items')) {
    const path = `${collection}/${encodeURIComponent(textAt(item, 'metadata', 'name'))}`;
    try {
      await client.request('PATCH', path, { metadata: { finalizers: null } });
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 404) throw error;
    }
  }
}
