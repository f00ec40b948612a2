import { existsSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { command, succeeds } from './command.ts';
import { FILES, NAMESPACE } from './layout.ts';

/** Where containerd, the CNI plugins and kubelet write no matter what their configuration says. */
const PLACES = ['/run/containerd', '/var/lib/cni', '/var/log/containers'];

/** What the plugins remember of each pod's network. */
const NETWORKS = '/var/lib/cni/results';

/** Writes down which of these places are not there yet, so that they go again at the end. */
export async function noteOutside(): Promise<void> {
  await writeFile(FILES.outside, JSON.stringify(PLACES.filter((place) => !existsSync(place))));
}

/**
 * Removes what the cluster left outside its directory: the network namespaces of pods that nobody ended, and the
 * places that were not there before. On a machine with a containerd of its own, that one's stay.
 */
export async function cleanOutside(): Promise<void> {
  for (const file of await readdir(NETWORKS).catch(() => [])) {
    if (!file.startsWith(`${NAMESPACE}-`)) continue;
    const { netns, containerId } = JSON.parse(await readFile(join(NETWORKS, file), 'utf8'));
    await succeeds('ip', 'netns', 'delete', String(netns).replace(/^.*\//, ''));
    await rm(join(NETWORKS, file));
    await rm(join(NETWORKS, `cni-loopback-${containerId}-lo`), { force: true });
  }
  if (!existsSync(FILES.outside)) return;
  const ours: string[] = JSON.parse(await readFile(FILES.outside, 'utf8'));
  for (const place of ours.filter((place) => PLACES.includes(place)))
    await command('rm', '-r', '--force', '--one-file-system', place);
}
