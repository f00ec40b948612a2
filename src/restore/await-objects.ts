import { field, listField, stringField } from '../cluster/unverified.ts';
import { waitUntil } from '../cluster/waiting.ts';
import { collectionPath, itemPath } from '../types/api-paths.ts';
import type { ClusterAccess } from './settings.ts';

const DEFINITIONS = collectionPath('apiextensions.k8s.io/v1', 'customresourcedefinitions', null);

/**
 * Waits until the server serves the types of these definitions: Established,
 * NamesAccepted, and named by discovery.
 *
 * @param names of definitions that were restored
 * @returns a line for each that does not get there in time
 * @throws ApiError, ConnectionError; the signal's reason
 */
export async function awaitDefinitions(
  { writer, types, signal }: ClusterAccess,
  names: readonly string[],
  milliseconds: number,
): Promise<readonly string[]> {
  const end = performance.now() + milliseconds;
  const late: string[] = [];
  types.forget();
  for (const name of names) {
    let obstacle = 'it does not exist';
    const look = async () => {
      const bytes = await writer.read(itemPath(DEFINITIONS, name));
      const definition: unknown = bytes === null ? null : JSON.parse(bytes.toString());
      const refused = definition === null ? obstacle : refusalOf(definition);
      if (refused !== null) {
        obstacle = refused;
        return null;
      }
      for (const { apiVersion, plural } of servedBy(definition)) {
        if ((await types.find(apiVersion, plural)) !== null) continue;
        obstacle = `discovery does not list ${plural} in ${apiVersion}`;
        types.forget();
        return null;
      }
      return true;
    };
    const left = Math.max(0, end - performance.now());
    if ((await waitUntil(look, left, signal)) === null)
      late.push(`${name} is not served after ${milliseconds / 1000} s (--wait): ${obstacle}`);
  }
  return late;
}

function refusalOf(definition: unknown): string | null {
  const conditions = listField(field(definition, 'status'), 'conditions');
  const missing = ['NamesAccepted', 'Established'].find(
    (type) =>
      !conditions.some(
        (each) => stringField(each, 'type') === type && stringField(each, 'status') === 'True',
      ),
  );
  if (missing === undefined) return null;
  const condition = conditions.find((each) => stringField(each, 'type') === missing);
  return `it is not ${missing}${condition === undefined ? '' : `: ${stringField(condition, 'message')}`}`;
}

function servedBy(definition: unknown) {
  const spec = field(definition, 'spec');
  const plural = stringField(field(spec, 'names'), 'plural');
  return listField(spec, 'versions')
    .filter((version) => field(version, 'served') === true)
    .map((version) => ({
      apiVersion: `${stringField(spec, 'group')}/${stringField(version, 'name')}`,
      plural,
    }));
}

/**
 * Waits until claims that keep their volumes are Bound.
 *
 * @returns a line for each that does not get there in time
 * @throws ApiError, ConnectionError; the signal's reason
 */
export async function awaitClaims(
  { writer, signal }: ClusterAccess,
  claims: readonly { readonly project: string; readonly name: string }[],
  milliseconds: number,
): Promise<readonly string[]> {
  const end = performance.now() + milliseconds;
  const late: string[] = [];
  for (const { project, name } of claims) {
    const collection = collectionPath('v1', 'persistentvolumeclaims', project);
    let phase = '';
    const bound = await waitUntil(
      async () => {
        const bytes = await writer.read(itemPath(collection, name));
        const claim: unknown = bytes === null ? null : JSON.parse(bytes.toString());
        phase = stringField(field(claim, 'status'), 'phase');
        // Other claims get a new volume, which may wait for a pod.
        const isRebound = stringField(field(claim, 'spec'), 'volumeName') !== '';
        return phase === 'Bound' || !isRebound ? true : null;
      },
      Math.max(0, end - performance.now()),
      signal,
    );
    if (bound === null)
      late.push(
        `Claim ${project}/${name} is ${phase || 'not Bound'} after ${milliseconds / 1000} s (--wait)`,
      );
  }
  return late;
}
