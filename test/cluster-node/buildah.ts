import { homedir } from 'node:os';
import { join } from 'node:path';

const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'openshift-backup', 'images');

/** Arguments for buildah with a store of our own, so that no image of the machine's user is touched or left. */
export function buildah(...args: string[]): string[] {
  return [
    '--root',
    join(CACHE, 'store'),
    '--runroot',
    '/run/openshift-backup-images',
    '--storage-driver',
    'overlay',
    ...args,
  ];
}
