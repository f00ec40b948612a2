import { command, succeeds } from './command.ts';
import { NAMESPACE, NODE_ADDRESS, SERVICE_ADDRESS } from './layout.ts';

/**
 * Makes the network namespace. A bridge with the node's address stands in for the network card (some kernels have
 * no dummy device), and a default route through it keeps kubelet from refusing to choose an address. Nothing
 * leaves the namespace. Throws an Error where the machine does not allow one.
 */
export async function createNetwork(): Promise<void> {
  await command('ip', 'netns', 'add', NAMESPACE);
  await inside('ip', 'link', 'set', 'lo', 'up');
  await inside('ip', 'address', 'add', `${SERVICE_ADDRESS}/32`, 'dev', 'lo');
  await inside('ip', 'link', 'add', 'eth0', 'type', 'bridge');
  await inside('ip', 'address', 'add', `${NODE_ADDRESS}/24`, 'dev', 'eth0');
  await inside('ip', 'link', 'set', 'eth0', 'up');
  await inside('ip', 'route', 'add', 'default', 'dev', 'eth0');
  await inside('sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward');
}

/** Removes the namespace and with it its links; nothing happens where there is none. */
export async function removeNetwork(): Promise<void> {
  if (await networkExists()) await command('ip', 'netns', 'delete', NAMESPACE);
}

/** True while the namespace exists. */
export async function networkExists(): Promise<boolean> {
  return succeeds('test', '-e', `/run/netns/${NAMESPACE}`);
}

/**
 * The command line that runs `argv` in the namespace. nsenter enters the network alone; `ip netns exec` would make
 * a mount namespace for each process, and kubelet and containerd must share one.
 */
export function entering(...argv: string[]): [string, ...string[]] {
  return ['nsenter', `--net=/run/netns/${NAMESPACE}`, ...argv];
}

async function inside(...argv: string[]): Promise<string> {
  return command(...entering(...argv));
}
