import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { IMAGE_STORE } from './buildah.ts';
import { STATE } from './layout.ts';
import { kernelSettings, PLACES } from './outside.ts';

/** Where software of a node keeps its directories, and how these are named. */
const PARENTS = [
  ...['/etc', '/opt', '/run', '/usr/libexec', '/usr/local', '/var/cache', '/var/lib', '/var/log'],
  ...['/sys/fs/cgroup', '/tmp', '/var/tmp'],
];
const TELLING =
  /^\.?(buildah|calico|cdi|cni|containerd?s?|csi|etcd|kube|netns|nri|openshift-backup-(cluster|images)|pods$|runc)/;

/**
 * All that tells of a cluster on this machine: compared before it is started and after it has been taken down. What
 * software of a node leaves is found by its name, so that a place that nobody thought of is found as well.
 */
export async function traces(): Promise<string[]> {
  const named = await Promise.all(PARENTS.map(tellingIn));
  const groups = (await readdir('/sys/fs/cgroup')).map((name) => `/sys/fs/cgroup/${name}/kubepods`);
  const networks = (await readdir('/run/netns').catch(() => [])).map((name) => `network ${name}`);
  const mounts = (await readFile('/proc/self/mounts', 'utf8'))
    .split('\n')
    .filter((line) => [STATE, IMAGE_STORE, '/run/netns'].some((place) => line.includes(place)));
  const settings = Object.entries(await kernelSettings()).map(([name, value]) => `${name} = ${value}`);
  const processes = await Promise.all(
    (await readdir('/proc'))
      .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
      .map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  const places = new Set([...named.flat(), ...[...PLACES, ...groups].filter((place) => existsSync(place))]);
  return [
    ...places,
    ...networks,
    ...mounts,
    ...settings,
    ...processes.filter((line) => line.includes(STATE)).map((line) => line.replaceAll('\0', ' ')),
  ];
}

async function tellingIn(parent: string): Promise<string[]> {
  const names = await readdir(parent).catch(() => []);
  return names.filter((name) => TELLING.test(name)).map((name) => join(parent, name));
}
