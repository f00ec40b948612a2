import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { STATE } from './layout.ts';

const PLACES = [
  '/run/containerd',
  '/var/lib/cni',
  '/var/lib/kubelet',
  '/var/log/pods',
  '/var/log/containers',
  '/usr/libexec/kubernetes',
  '/sys/fs/cgroup/kubepods',
  '/sys/fs/cgroup/memory/kubepods',
];

/** All that tells of a cluster on this machine: compared before it is started and after it has been taken down. */
export async function traces(): Promise<string[]> {
  const places = PLACES.filter(existsSync);
  const networks = (await readdir('/run/netns').catch(() => [])).map((name) => `network ${name}`);
  const mounts = (await readFile('/proc/self/mounts', 'utf8'))
    .split('\n')
    .filter((line) => line.includes(STATE));
  const processes = await Promise.all(
    (await readdir('/proc'))
      .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
      .map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  const state = existsSync(STATE) ? [STATE] : [];
  return [
    ...places,
    ...networks,
    ...mounts,
    ...state,
    ...processes.filter((line) => line.includes(STATE)).map((line) => line.replaceAll('\0', ' ')),
  ];
}
