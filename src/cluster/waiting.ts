import { setTimeout as sleep } from 'node:timers/promises';
import { field, listField, stringField } from './unverified.ts';
import type { Writer } from './write.ts';

const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 1000;

/**
 * Polls with increasing pauses until the result is not null.
 *
 * @param milliseconds the time limit, after which the result is null
 * @throws what `ask` throws; the signal's reason
 */
export async function waitUntil<T>(
  ask: () => Promise<T | null>,
  milliseconds: number,
  signal: AbortSignal,
): Promise<T | null> {
  const end = performance.now() + milliseconds;
  for (let pause = FIRST_PAUSE; ; pause = Math.min(LONGEST_PAUSE, pause * 2)) {
    const found = await ask();
    if (found !== null) return found;
    const left = end - performance.now();
    if (left <= 0) return null;
    await sleep(Math.min(pause, left), undefined, { signal });
  }
}

/**
 * Waits until the object with this uid is gone, no matter who deleted it.
 *
 * @returns what still keeps it at the time limit: `its finalizers: a, b`; null if it is gone
 */
export async function keptFromGoing(
  writer: Writer,
  path: string,
  uid: string,
  milliseconds: number,
  signal: AbortSignal,
): Promise<string | null> {
  let live: unknown = null;
  const gone = await waitUntil(
    async () => {
      const bytes = await writer.read(path);
      live = bytes === null ? null : JSON.parse(bytes.toString());
      return live === null || stringField(field(live, 'metadata'), 'uid') !== uid ? true : null;
    },
    milliseconds,
    signal,
  );
  return gone === null ? obstacle(live) : null;
}

/** The conditions of a Namespace say what is still in it; other objects have finalizers. */
function obstacle(object: unknown): string {
  const message = listField(field(object, 'status'), 'conditions')
    .filter((condition) => stringField(condition, 'status') === 'True')
    .map((condition) => stringField(condition, 'message'))
    .filter((message) => message !== '');
  if (message.length > 0) return message.join('; ');
  const finalizers = [
    ...listField(field(object, 'metadata'), 'finalizers'),
    ...listField(field(object, 'spec'), 'finalizers'),
  ];
  return finalizers.length === 0 ? 'an unknown cause' : `its finalizers: ${finalizers.join(', ')}`;
}
