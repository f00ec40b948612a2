import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FILES, STORAGE_DRIVER } from '../cluster-node/layout.ts';
import { apply, atTheEnd, get, kubectl, storageClass } from './cluster.ts';
import { inPod, object, ready, store } from './workloads.ts';

// Volumes that a CSI driver makes when the first pod that uses a claim has found its node.

export interface Volume {
  readonly metadata: { readonly name: string; readonly uid: string };
  readonly spec: {
    readonly claimRef: { readonly namespace: string; readonly name: string; readonly uid: string };
    readonly csi: { readonly driver: string; readonly volumeHandle: string };
  };
  readonly status: { readonly phase: string };
}

interface Claim {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly volumeName?: string };
  readonly status: { readonly phase: string };
}

/** A class whose volumes have this reclaim policy; it goes when the test file ends. */
export async function provisionedClass(name: string, reclaimPolicy: 'Retain' | 'Delete'): Promise<void> {
  await apply({
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name },
    provisioner: STORAGE_DRIVER,
    reclaimPolicy,
    volumeBindingMode: 'WaitForFirstConsumer',
  });
  atTheEnd(() => kubectl('delete', 'storageclass', name));
}

/** The volumes of a project's claims, those of claims that are gone included. */
export async function volumesOf(namespace: string): Promise<Volume[]> {
  const { items } = await get<{ items: Volume[] }>('persistentvolumes');
  return items.filter(({ spec }) => spec.claimRef.namespace === namespace);
}

/** Waits until the controller of volumes has acted on everything so far: it binds a claim that is made now. */
export async function controllersCaughtUp(namespace: string): Promise<void> {
  const name = await storageClass(`${namespace}-later`);
  const spec = {
    accessModes: ['ReadWriteMany'],
    storageClassName: name,
    resources: { requests: { storage: '1Gi' } },
  };
  await apply(object(namespace, 'v1', 'PersistentVolumeClaim', 'later', { spec }));
  await kubectl(
    'wait',
    'persistentvolumeclaim/later',
    '--namespace',
    namespace,
    '--for=jsonpath={.status.phase}=Bound',
    '--timeout=60s',
  );
}

/** Which claim has which volume; all of them are bound. */
export async function bindingsIn(namespace: string): Promise<Record<string, string>> {
  const { items } = await get<{ items: Claim[] }>('persistentvolumeclaims', '--namespace', namespace);
  return Object.fromEntries(
    items.map(({ metadata, spec, status }) => {
      assert.equal(status.phase, 'Bound', metadata.name);
      return [metadata.name, spec.volumeName ?? ''];
    }),
  );
}

/** Where the driver keeps what is on a volume. */
export function directoryOf({ spec }: Volume): string {
  return join(FILES.storage, spec.csi.volumeHandle);
}

/** Deletes volumes that their class retains, with what is on them. */
export async function discardVolumes(namespace: string): Promise<void> {
  for (const volume of await volumesOf(namespace)) {
    await kubectl('delete', 'persistentvolume', volume.metadata.name, '--wait=false');
    await rm(directoryOf(volume), { recursive: true });
  }
}

/** Runs pods with claims of a class, one each, that write a text onto their volumes. */
export async function runWithData(namespace: string, names: string[], storageClass: string, text: string) {
  await apply(store(namespace, names.length, storageClass, 'ReadWriteOnce'));
  await ready('statefulset/store', namespace);
  for (const name of names) await inPod(namespace, name, 'sh', '-c', `echo ${name} ${text} > /data/file`);
}

/** What pods find on their volumes: the text for each, or '' where there is none. */
export async function dataOf(namespace: string, names: string[]): Promise<string[]> {
  const read = ['sh', '-c', 'test ! -e /data/file || cat /data/file'];
  return Promise.all(names.map(async (name) => (await inPod(namespace, name, ...read)).trim()));
}
