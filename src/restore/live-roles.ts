import { ApiError } from '../cluster/api-error.ts';
import { Pages } from '../cluster/list-bounds.ts';
import { field, listField, stringField } from '../cluster/unverified.ts';
import { parseValue } from '../json/parse-value.ts';
import { isFields } from '../json/value.ts';
import type { ClusterPowers } from '../restore-rules/reach/powers.ts';
import { collectionPath } from '../types/api-paths.ts';
import type { ClusterAccess } from './settings.ts';

const API = 'rbac.authorization.k8s.io/v1';
const PAGE = 500;

/**
 * Shows the ClusterRoles of the cluster that bindings of the archive name. Roles that exist are left as they are, so
 * that they count and not what the archive calls so, which may also lack them. Whoever may not list them may not bind
 * them either.
 *
 * @throws ApiError, ConnectionError; ListMistake where the pages do not end
 */
export async function seeLiveRoles({ client }: ClusterAccess, powers: ClusterPowers): Promise<void> {
  if (powers.boundRoles.size === 0) return;
  const path = `${collectionPath(API, 'clusterroles', null)}?limit=${PAGE}`;
  const pages = new Pages();
  let next = '';
  do {
    let page: unknown;
    try {
      page = await client.get(next === '' ? path : `${path}&continue=${encodeURIComponent(next)}`);
    } catch (error) {
      if (error instanceof ApiError && error.status === 403) return;
      throw error;
    }
    const roles = listField(page, 'items');
    for (const role of roles) {
      const name = stringField(field(role, 'metadata'), 'name');
      const fields = powers.boundRoles.has(name) ? parseValue(Buffer.from(JSON.stringify(role))) : null;
      if (!isFields(fields)) continue;
      powers.see({
        project: null,
        type: 'clusterroles.rbac.authorization.k8s.io',
        apiVersion: API,
        kind: 'ClusterRole',
        name,
        fields,
      });
    }
    next = stringField(field(page, 'metadata'), 'continue');
    if (next !== '') pages.follow(next, roles.length > 0);
  } while (next !== '');
}
