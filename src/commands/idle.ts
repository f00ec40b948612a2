import { once } from 'node:events';
import { hostname } from 'node:os';
import type { Ending } from '../exit.ts';
import { idleText } from '../output/idle.ts';
import type { Context } from './context.ts';

/**
 * Keeps the retrieval pod alive, so that operators can exec into it and copy
 * archives out. Ends as soon as a signal asks for it, also as PID 1, which has no
 * default action for signals.
 */
export async function idle({ config, print, signal }: Context): Promise<Ending> {
  print(idleText(hostname(), config.volume));
  // A timer keeps the process alive; nothing else is under way.
  const alive = setInterval(() => {}, 2 ** 30);
  if (!signal.aborted) await once(signal, 'abort');
  clearInterval(alive);
  return 'done';
}
