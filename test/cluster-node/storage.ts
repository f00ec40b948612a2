import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { waitFor } from '../support/wait.ts';
import { kubectl } from './control-plane.ts';
import { startDaemon } from './daemons.ts';
import { DEFAULT_STORAGE_CLASS, FILES, NODE_NAME, STORAGE_DRIVER } from './layout.ts';

/**
 * Starts a CSI driver and what provisions volumes with it, both as processes of the node; resolves when kubelet
 * knows the driver. The cluster's default storage class has it as its provisioner.
 */
export async function startStorage(programs: string): Promise<void> {
  for (const directory of [FILES.storage, dirname(FILES.storageSocket), dirname(FILES.storageRegistry)])
    await mkdir(directory, { recursive: true });
  const list = { apiVersion: 'v1', kind: 'List', items: [DRIVER, CLASS] };
  await writeFile(FILES.storageDriver, JSON.stringify(list));
  await kubectl('apply', '--filename', FILES.storageDriver);
  await startDaemon('csi-directories', [
    join(programs, 'csi-directories'),
    `--name=${STORAGE_DRIVER}`,
    `--node=${NODE_NAME}`,
    `--directory=${FILES.storage}`,
    `--socket=${FILES.storageSocket}`,
    `--registry=${FILES.storageRegistry}`,
  ]);
  await startDaemon('csi-provisioner', [
    join(programs, 'csi-provisioner'),
    `--csi-address=${FILES.storageSocket}`,
    `--kubeconfig=${FILES.kubeconfig}`,
  ]);
  await waitFor(
    'kubelet to know the storage driver',
    async () =>
      (await kubectl('get', 'csinodes', '--output', 'jsonpath={.items[*].spec.drivers[*].name}')) ===
      STORAGE_DRIVER,
    30_000,
  );
}

const DRIVER = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'CSIDriver',
  metadata: { name: STORAGE_DRIVER },
  // The directories are on the node already. File: a pod's fsGroup is given any volume, ReadWriteMany ones included.
  spec: { attachRequired: false, fsGroupPolicy: 'File' },
};

/** The class of every claim that names none, as clusters have one. Directories of one node offer ReadWriteMany. */
const CLASS = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: {
    name: DEFAULT_STORAGE_CLASS,
    annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' },
  },
  provisioner: STORAGE_DRIVER,
  volumeBindingMode: 'WaitForFirstConsumer',
};
