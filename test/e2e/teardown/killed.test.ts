import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { isUp } from '../../cluster-node/cluster.ts';
import { command } from '../../cluster-node/command.ts';
import { kubectl } from '../../cluster-node/control-plane.ts';
import { daemons } from '../../cluster-node/daemons.ts';
import { PAUSE_IMAGE } from '../../cluster-node/node.ts';
import { traces } from '../../cluster-node/traces.ts';
import { waitFor } from '../../support/wait.ts';

// Who starts a cluster may be killed at any moment. make cluster-down then leaves the machine as it was.

const CLUSTER = new URL('../../cluster-node/cluster.ts', import.meta.url);
const MAIN = fileURLToPath(new URL('../../cluster-node/main.ts', import.meta.url));
const skip = isUp() && 'a cluster is up already';

/** Kills what starts a cluster as soon as `reached` says so. */
async function killedWhen(reached: () => boolean): Promise<void> {
  const script = `const { up } = await import('${CLUSTER}'); await up(); setInterval(() => {}, 1000);`;
  const starting = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: 'inherit' });
  const closed = new Promise((resolve) => starting.on('close', resolve));
  try {
    await waitFor('the moment to kill it', async () => reached(), 120_000);
  } finally {
    starting.kill('SIGKILL');
    await closed;
  }
}

for (const name of ['etcd', 'containerd', 'kubelet'])
  test(`killed when it has just started ${name}, a cluster goes without a trace`, { skip }, async () => {
    const before = await traces();
    await killedWhen(() => daemons().some((daemon) => daemon.name === name));
    await command(process.execPath, MAIN, 'down');
    assert.deepEqual(await traces(), before);
  });

test('with pods that run, a cluster goes without a trace', { skip }, async () => {
  const before = await traces();
  await killedWhen(isWhole);
  // What a run of the end-to-end tests leaves that is killed in the middle.
  for (const name of ['first', 'second'])
    await kubectl('run', name, `--image=${PAUSE_IMAGE}`, '--image-pull-policy=Never');
  await kubectl('wait', 'pod/first', 'pod/second', '--for=condition=Ready', '--timeout=60s');
  const during = await traces();
  for (const place of ['/var/lib/kubelet/device-plugins', '/var/lib/cni'])
    assert(during.includes(place), `${place} is not looked at: ${during.join('\n')}`);
  await command(process.execPath, MAIN, 'down');
  assert.deepEqual(await traces(), before);
});

test('taken down twice, or where there is none, nothing happens', { skip }, async () => {
  const before = await traces();
  await command(process.execPath, MAIN, 'down');
  await command(process.execPath, MAIN, 'down');
  assert.deepEqual(await traces(), before);
});

/** The last daemon that `up` starts is there. */
function isWhole(): boolean {
  return daemons().some(({ name }) => name === 'csi-provisioner');
}
