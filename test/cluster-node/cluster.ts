import { mkdir, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { cleanBuildah } from './buildah.ts';
import { createCertificates } from './certificates.ts';
import { command } from './command.ts';
import { startControlPlane } from './control-plane.ts';
import { daemons, stopDaemon } from './daemons.ts';
import { providePause } from './images.ts';
import { STATE } from './layout.ts';
import { createNetwork, removeNetwork } from './network.ts';
import { configureNode, startContainerd, startKubelet, startProxy } from './node.ts';
import { cleanOutside, endPodNetworks, noteOutside } from './outside.ts';
import { releasePods } from './release.ts';
import { startStorage } from './storage.ts';

const PROVIDE = fileURLToPath(new URL('provide.sh', import.meta.url));

/** The directory with kubelet, containerd, runc, helm and their like; built on the first call on a machine. */
export async function nodePrograms(): Promise<string> {
  return command('bash', PROVIDE);
}

/** True where a cluster is up, whole. */
export function isUp(): boolean {
  const all = daemons();
  return all.length > 0 && all.every(({ alive }) => alive);
}

/**
 * Starts a real cluster with one node: everything is a process of this machine in a network namespace. What was
 * left by a run that was killed goes first. Throws an Error with the reason, and leaves nothing, where it fails.
 */
export async function up(): Promise<void> {
  const programs = await nodePrograms();
  await down();
  await mkdir(STATE, { recursive: true, mode: 0o711 });
  try {
    await noteOutside();
    await createNetwork();
    await createCertificates();
    await configureNode(programs);
    await startControlPlane(programs);
    await startContainerd(programs);
    await providePause(programs);
    await startKubelet(programs);
    await startProxy(programs);
    await startStorage(programs);
  } catch (error) {
    await down();
    throw error;
  }
}

/** Ends the cluster's processes and removes its files, mounts and network. Nothing happens where there is none. */
export async function down(): Promise<void> {
  for (const { name } of daemons().reverse()) await stopDaemon(name, 'SIGKILL');
  await releasePods();
  await endPodNetworks();
  await removeNetwork();
  await cleanBuildah();
  await cleanOutside();
  await rm(STATE, { recursive: true, force: true });
}
