import { join } from 'node:path';

/** Everything that a running cluster keeps on disk; removed as a whole when it is taken down. */
export const STATE = '/var/lib/openshift-backup-cluster';

/** The network namespace that the whole cluster lives in. */
export const NAMESPACE = 'openshift-backup-cluster';

/**
 * The API server listens on the address of the Service `kubernetes` itself, so that pods reach it as they do
 * anywhere, with a certificate that matches, and no kube-proxy is needed.
 */
export const SERVICE_ADDRESS = '10.0.0.1';
export const SERVICE_RANGE = '10.0.0.0/24';
export const NODE_ADDRESS = '10.1.0.2';
export const POD_RANGE = '10.2.0.0/24';
export const NODE_NAME = 'node-1';
/** The CSI driver of the node, which storage classes name as their provisioner. */
export const STORAGE_DRIVER = 'directories.openshift-backup.test';
/** The class of claims that name none. */
export const DEFAULT_STORAGE_CLASS = 'directories';
export const SERVER = `https://${SERVICE_ADDRESS}`;

const inState = (...parts: string[]) => join(STATE, ...parts);

export const FILES = {
  kubeconfig: inState('kubeconfig'),
  certificates: inState('pki'),
  logs: inState('logs'),
  processes: inState('processes.json'),
  etcd: inState('etcd'),
  containerd: inState('containerd'),
  containerdConfig: inState('containerd.toml'),
  containerdSocket: inState('containerd.sock'),
  cni: inState('cni'),
  kubelet: inState('kubelet'),
  kubeletConfig: inState('kubelet.yaml'),
  runc: inState('runc'),
  podLogs: inState('logs', 'pods'),
  outside: inState('outside.json'),
  storage: inState('storage'),
  storageDriver: inState('storage.json'),
  storageSocket: inState('kubelet', 'plugins', 'storage.sock'),
  storageRegistry: inState('kubelet', 'plugins_registry', 'storage.sock'),
} as const;
