import { readdir, readFile, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { command } from './command.ts';
import { STATE } from './layout.ts';

/**
 * Ends the pods that kubelet and containerd left running, on purpose, when they ended, and removes the mounts and
 * control groups of theirs. Nothing happens where there is none.
 */
export async function releasePods(): Promise<void> {
  for (const shim of await shims()) {
    // A container's first process takes the others of its namespace with it.
    for (const child of await childrenOf(shim)) kill(child);
    kill(shim);
  }
  const mounts = (await readFile('/proc/self/mounts', 'utf8'))
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '');
  for (const mount of mounts.filter((mount) => mount.startsWith(`${STATE}/`)).reverse())
    await command('umount', '--lazy', mount);
  for (const root of await controlGroupRoots()) await removeGroups(join(root, 'kubepods'));
}

/** Each pod has a shim of containerd, which names the socket of ours. */
async function shims(): Promise<number[]> {
  const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const ours = await Promise.all(
    processes.map(async (pid) => {
      const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      return line.includes('containerd-shim-runc-v2') && line.includes(STATE);
    }),
  );
  return processes.filter((_, index) => ours[index]);
}

async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return text.split(' ').filter(Boolean).map(Number);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // It was quicker.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** One for each controller (version 1), and the one of version 2. */
async function controlGroupRoots(): Promise<string[]> {
  const root = '/sys/fs/cgroup';
  return [root, ...(await readdir(root)).map((name) => join(root, name))];
}

/** The kernel refuses to remove a group in which something runs, such as that of another kubelet. */
async function removeGroups(directory: string): Promise<void> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) if (entry.isDirectory()) await removeGroups(join(directory, entry.name));
  await rmdir(directory).catch(() => {});
}
