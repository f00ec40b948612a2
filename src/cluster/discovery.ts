import pMap from 'p-map';
import { WRITTEN } from '../json/limits.ts';
import type { LeftOut } from '../plan/plan.ts';
import { versionPath } from '../types/api-paths.ts';
import { type ResourceType, typeName } from '../types/resource-type.ts';
import { brief } from '../words/names.ts';
import { ApiError, hintOf } from './api-error.ts';
import type { Client } from './client.ts';
import { typesIn } from './served.ts';
import { field, listField, stringField } from './unverified.ts';

/** The types that the server can list, and the groups that it failed to describe. */
export interface Discovered {
  readonly types: readonly ResourceType[];
  /** A row per broken API group or version. */
  readonly broken: readonly LeftOut[];
}

/** @see https://kubernetes.io/docs/concepts/overview/kubernetes-api/#aggregated-discovery (KEP-3352) */
const AGGREGATED = ['v2', 'v2beta1']
  .map((version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`)
  .concat('application/json')
  .join(',');

/** The most types in one group, counting each version; the largest real groups have a few hundred. */
const MOST_OF_GROUP = 2000;
/** The syntax of a kind or version. */
const LONGEST_WORD = 63;
/** Names become file names, so no other characters are accepted. */
const NAME = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/;

/**
 * Finds all listable types, each in the most preferred version that has it. A group whose backend
 * is down becomes a row in `broken`.
 *
 * @param isLeftOut whether all types of a group are left out, so that there is no need to wait for it
 * @throws ApiError or ConnectionError if discovery itself fails
 */
export async function discover(
  client: Client,
  isLeftOut: (group: string) => boolean = () => false,
): Promise<Discovered> {
  const [core, groups, names] = await Promise.all([
    client.get('/api', AGGREGATED),
    client.get('/apis', AGGREGATED),
    client.get('/apis'),
  ]);
  const found = new Collected();
  for (const document of [core, groups]) {
    if (stringField(document, 'kind') === 'APIGroupDiscoveryList') collectAggregated(document, found);
    else await collectByGroup(client, document, found, isLeftOut);
  }
  // For some seconds after a server has started, aggregated discovery lacks the groups of custom resources, though
  // the plain list of groups has them: the backup would be small without a word.
  const known = new Set(
    listField(groups, 'items').map((group) => stringField(field(group, 'metadata'), 'name')),
  );
  const missing = listField(names, 'groups').filter((group) => !known.has(stringField(group, 'name')));
  if (known.size > 0 && missing.length > 0)
    await collectByGroup(client, { groups: missing }, found, isLeftOut);
  return {
    types: [...found.types.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    broken: found.broken,
  };
}

class Collected {
  readonly types = new Map<string, ResourceType>();
  readonly broken: LeftOut[] = [];
  readonly #counts = new Map<string, number>();

  /** The first version that has a type wins: versions are in the order of preference. */
  add(type: ResourceType, verbs: readonly unknown[]): void {
    if (!verbs.includes('list') || type.resource.includes('/')) return;
    if (!this.#hasRoom(type.group)) return;
    if (
      type.name.length > WRITTEN.typeName ||
      type.kind.length > LONGEST_WORD ||
      type.version.length > LONGEST_WORD ||
      !NAME.test(type.resource) ||
      !/^[A-Za-z0-9]+$/.test(type.kind) ||
      !(type.group === '' || NAME.test(type.group)) ||
      !/^[a-z0-9]+$/.test(type.version)
    ) {
      this.broken.push({
        name: JSON.stringify(brief(type.name)),
        type: null,
        outcome: 'failed',
        reason: `the server reported an invalid type name; exclude its group permanently with --exclude-resource "*.${brief(type.group)}"`,
      });
      return;
    }
    if (!this.types.has(type.name)) this.types.set(type.name, type);
  }

  /** Each type needs access reviews and a row in the manifest, so their number per group is limited. */
  #hasRoom(group: string): boolean {
    const count = (this.#counts.get(group) ?? 0) + 1;
    this.#counts.set(group, count);
    if (count === MOST_OF_GROUP + 1) this.fail(group, `it has more than ${MOST_OF_GROUP} types`);
    return count <= MOST_OF_GROUP;
  }

  fail(group: string, reason: string): void {
    const name = `*.${brief(group)}`;
    const advice = `repair the API behind it (kubectl get apiservices), or exclude it permanently with --exclude-resource "${name}"`;
    this.broken.push({ name, type: null, outcome: 'failed', reason: `${reason}; ${advice}` });
  }
}

function collectAggregated(document: unknown, found: Collected): void {
  for (const group of listField(document, 'items')) {
    const groupName = stringField(field(group, 'metadata'), 'name');
    for (const version of listField(group, 'versions')) {
      const resources = listField(version, 'resources');
      if (resources.length === 0 && stringField(version, 'freshness') === 'Stale') {
        found.fail(
          groupName,
          `the aggregated API ${groupName}/${stringField(version, 'version')} does not answer`,
        );
      }
      for (const row of resources) {
        const resource = stringField(row, 'resource');
        found.add(
          {
            name: typeName(groupName, resource),
            group: groupName,
            version: stringField(version, 'version'),
            resource,
            singular: stringField(row, 'singularResource'),
            shortNames: listField(row, 'shortNames').filter((name) => typeof name === 'string'),
            kind: stringField(field(row, 'responseKind'), 'kind'),
            namespaced: stringField(row, 'scope') === 'Namespaced',
          },
          listField(row, 'verbs'),
        );
      }
    }
  }
}

/** The older protocol: a document for each version of each group. */
async function collectByGroup(
  client: Client,
  document: unknown,
  found: Collected,
  isLeftOut: (group: string) => boolean,
): Promise<void> {
  const versions = listField(document, 'versions').filter((version) => typeof version === 'string');
  const groups = listField(document, 'groups').map((group) => {
    const preferred = stringField(field(group, 'preferredVersion'), 'version');
    const all = listField(group, 'versions').map((version) => stringField(version, 'version'));
    return {
      name: stringField(group, 'name'),
      versions: [preferred, ...all.filter((version) => version !== preferred)],
    };
  });
  const documents = [
    ...versions.map((version) => ({ group: '', version, path: versionPath(version) })),
    ...groups.flatMap(({ name, versions: all }) =>
      all.map((version) => ({ group: name, version, path: versionPath(`${name}/${version}`) })),
    ),
  ];
  const answers = await pMap(
    documents,
    async ({ path, group }) => {
      try {
        return await (isLeftOut(group) ? client.getOnce(path) : client.get(path));
      } catch (error) {
        return error instanceof Error ? error : new Error(String(error));
      }
    },
    { concurrency: 8 },
  );
  for (const [index, { group, version }] of documents.entries()) {
    const answer = answers[index];
    if (answer instanceof Error) {
      // Ignore a version that is no longer served.
      if (!(answer instanceof ApiError && answer.status === 404)) {
        found.fail(group, `${answer.message}${hintOf(answer) === null ? '' : ` (${hintOf(answer)})`}`);
      }
      continue;
    }
    for (const { verbs, hasStatus: _, ...type } of typesIn(answer, group, version)) found.add(type, verbs);
  }
}
