import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CACHE_FOLDER } from '../support/cache-folder.ts';
import { command } from './command.ts';

const CACHE = join(CACHE_FOLDER, 'images');

/** Where the images of our own making lie; they stay as a cache. */
export const IMAGE_STORE = join(CACHE, 'store');

/** What buildah remembers while it runs. */
const RUNNING = '/run/openshift-backup-images';

/** Arguments for buildah with a store of our own, so that no image of the machine's user is touched or left. */
export function buildah(...args: string[]): string[] {
  return ['--root', IMAGE_STORE, '--runroot', RUNNING, '--storage-driver', 'overlay', ...args];
}

/** Unmounts what buildah, also one that was killed, has mounted, and removes what it remembers; the images stay. */
export async function cleanBuildah(): Promise<void> {
  const mounts = (await readFile('/proc/self/mounts', 'utf8'))
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((mount) => `${mount}/`.startsWith(`${IMAGE_STORE}/`) || `${mount}/`.startsWith(`${RUNNING}/`));
  for (const mount of mounts.reverse()) await command('umount', '--lazy', mount);
  await rm(RUNNING, { recursive: true, force: true });
}
