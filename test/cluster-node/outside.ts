import { existsSync } from 'node:fs';
import { readdir, readFile, readlink, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { command, succeeds } from './command.ts';
import { FILES, NAMESPACE, STATE } from './layout.ts';

/** What containerd, kubelet, iptables and buildah write no matter what their configuration says. */
const WRITTEN = [
  // kubelet's socket for device plugins is there whatever its --root-dir.
  '/var/lib/kubelet/device-plugins/kubelet.sock',
  '/var/lib/kubelet/device-plugins/kubelet_internal_checkpoint',
  '/run/containerd/s',
  '/run/nri/nri.sock',
  '/run/xtables.lock',
  '/etc/cni/net.d/cni.lock',
  '/var/lib/containers/cache/blob-info-cache-v1.boltdb',
  '/var/lib/containers/cache/blob-info-cache-v1.sqlite',
] as const;

/** The directories that these and the CNI plugins make, what is in one before it. Others may write into them, too. */
const DIRECTORIES = [
  '/var/lib/kubelet/device-plugins',
  '/var/lib/kubelet',
  '/run/containerd',
  '/run/nri',
  '/etc/cni/net.d',
  '/etc/cni',
  '/opt/containerd/bin',
  '/opt/containerd/lib',
  '/opt/containerd',
  '/var/lib/containers/cache',
  '/var/lib/containers',
  '/var/lib/cni/results',
  '/var/lib/cni',
  '/var/log/containers',
  // `ip netns` mounts it on itself.
  '/run/netns',
] as const;

/** All of them. */
export const PLACES: readonly string[] = [...WRITTEN, ...DIRECTORIES];

/** Settings of the kernel that kubelet changes for the whole machine when it starts. */
export const KERNEL_SETTINGS = [
  'vm/overcommit_memory',
  'vm/panic_on_oom',
  'kernel/panic',
  'kernel/panic_on_oops',
  'kernel/keys/root_maxkeys',
  'kernel/keys/root_maxbytes',
] as const;

interface Outside {
  /** The places that were not there before the cluster. */
  readonly absent: readonly string[];
  /** What the kernel's settings were. */
  readonly settings: Readonly<Record<string, string>>;
}

/** What the plugins remember of each pod's network. */
const NETWORKS = '/var/lib/cni/results';
/** Links to the logs of containers. */
const LOG_LINKS = '/var/log/containers';

/** Writes down what the machine is like before anything of the cluster runs, so that it can be made so again. */
export async function noteOutside(): Promise<void> {
  const outside: Outside = {
    absent: PLACES.filter((place) => !existsSync(place)),
    settings: await kernelSettings(),
  };
  await writeFile(FILES.outside, JSON.stringify(outside));
}

/** Removes the network namespaces of pods that nobody ended; those of a containerd of the machine's own stay. */
export async function endPodNetworks(): Promise<void> {
  for (const file of await readdir(NETWORKS).catch(() => [])) {
    if (!file.startsWith(`${NAMESPACE}-`)) continue;
    const { netns, containerId } = JSON.parse(await readFile(join(NETWORKS, file), 'utf8'));
    await succeeds('ip', 'netns', 'delete', String(netns).replace(/^.*\//, ''));
    await rm(join(NETWORKS, file));
    await rm(join(NETWORKS, `cni-loopback-${containerId}-lo`), { force: true });
  }
}

/**
 * Makes the machine as noteOutside found it, when nothing of the cluster runs any more: removes what was not there,
 * directories only where they are empty now, since another program may have written into them in the meantime; and
 * sets the kernel's settings back.
 */
export async function cleanOutside(): Promise<void> {
  for (const name of await readdir(LOG_LINKS).catch(() => [])) {
    const link = join(LOG_LINKS, name);
    if ((await readlink(link).catch(() => '')).startsWith(`${STATE}/`)) await rm(link);
  }
  if (!existsSync(FILES.outside)) return;
  const { absent, settings }: Outside = JSON.parse(await readFile(FILES.outside, 'utf8'));
  for (const place of WRITTEN.filter((each) => absent.includes(each)))
    await rm(place, { recursive: true, force: true });
  for (const place of DIRECTORIES.filter((each) => absent.includes(each) && existsSync(each))) {
    if ((await readdir(place)).length > 0) continue;
    if (await succeeds('mountpoint', '--quiet', place)) await command('umount', place);
    await rmdir(place);
  }
  const now = await kernelSettings();
  for (const [name, before] of Object.entries(settings))
    if (now[name] !== undefined && now[name] !== before) await writeFile(`/proc/sys/${name}`, before);
}

/** The present values; a setting that this kernel does not have is left out. */
export async function kernelSettings(): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const name of KERNEL_SETTINGS) {
    const value = await readFile(`/proc/sys/${name}`, 'utf8').catch(() => null);
    if (value !== null) found[name] = value.trim();
  }
  return found;
}
