import { once } from 'node:events';
import { hostname } from 'node:os';
import type { Ending } from '../exit.ts';
import type { Context } from './context.ts';

/**
 * Keeps the retrieval pod running, so that operators can exec into it and copy archives out.
 * Ends on SIGINT or SIGTERM, also as PID 1, which has no default action for signals.
 */
export async function idle({ config, print, signal }: Context): Promise<Ending> {
  print(idleText(hostname(), config.volume.text));
  // Only this timer keeps the process alive.
  const alive = setInterval(() => {}, 2 ** 30);
  if (!signal.aborted) await once(signal, 'abort');
  clearInterval(alive);
  return 'done';
}

/** The log of the retrieval pod: how to list, show, verify and copy archives, and how to start a backup. */
function idleText(pod: string, volume: string): string {
  return `This pod gives you access to the archives on ${volume}:

  list     oc exec ${pod} -- openshift-backup list
  show     oc exec ${pod} -- openshift-backup show latest
  verify   oc exec ${pod} -- openshift-backup verify latest
  copy     oc cp ${pod}:${volume}/ARCHIVE.zip ARCHIVE.zip
  back up  oc exec ${pod} -- openshift-backup backup
`;
}
