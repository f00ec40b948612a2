import { fields, text } from '../cluster/fields.ts';
import { waitUntil } from '../cluster/waiting.ts';
import { collectionPath, itemPath } from '../types/paths.ts';
import type { ClusterAccess } from './settings.ts';

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
        phase = text(fields(claim, 'status'), 'phase');
        // Others of the same step get a new volume, which may wait for a pod.
        const isRebound = text(fields(claim, 'spec'), 'volumeName') !== '';
        return phase === 'Bound' || !isRebound ? true : null;
      },
      Math.max(0, end - performance.now()),
      signal,
    );
    if (bound === null)
      late.push(`Claim ${project}/${name} is ${phase || 'not Bound'} after ${milliseconds / 1000} s`);
  }
  return late;
}
