import { join } from 'node:path';
import { controlPlaneBinaries } from '../support/binaries.ts';
import { waitFor } from '../support/wait.ts';
import { PKI } from './certificates.ts';
import { command, succeeds } from './command.ts';
import { startDaemon } from './daemons.ts';
import { FILES, SERVICE_ADDRESS, SERVICE_RANGE } from './layout.ts';
import { entering } from './network.ts';

const ETCD = 'http://127.0.0.1:2379';

/**
 * Starts etcd, the API server, the controller manager and the scheduler; resolves when the API server is ready and
 * the controllers have begun (the default service account is there, which every pod waits for).
 */
export async function startControlPlane(nodePrograms: string): Promise<void> {
  const programs = await controlPlaneBinaries();
  await startDaemon('etcd', [
    join(programs, 'etcd'),
    `--data-dir=${FILES.etcd}`,
    `--listen-client-urls=${ETCD}`,
    `--advertise-client-urls=${ETCD}`,
    '--listen-peer-urls=http://127.0.0.1:2380',
    // Nothing here has to survive the machine.
    '--unsafe-no-fsync',
    '--log-level=error',
  ]);
  await startDaemon('kube-apiserver', [join(programs, 'kube-apiserver'), ...API_SERVER]);
  await waitFor('the API server to be ready', () => kubectlSucceeds('get', '--raw', '/readyz'), 60_000);
  await startDaemon('kube-controller-manager', [
    join(programs, 'kube-controller-manager'),
    `--kubeconfig=${FILES.kubeconfig}`,
    `--service-account-private-key-file=${PKI.accounts}`,
    `--root-ca-file=${PKI.ca}`,
    '--use-service-account-credentials',
    `--flex-volume-plugin-dir=${FILES.kubelet}/volume-plugins`,
    '--leader-elect=false',
  ]);
  await startDaemon('kube-scheduler', [
    join(nodePrograms, 'kube-scheduler'),
    `--kubeconfig=${FILES.kubeconfig}`,
    '--leader-elect=false',
  ]);
  await waitFor(
    'the controller manager to make the default service account',
    () => kubectlSucceeds('get', 'serviceaccount', 'default', '--namespace', 'default'),
    60_000,
  );
}

const API_SERVER = [
  `--etcd-servers=${ETCD}`,
  `--bind-address=${SERVICE_ADDRESS}`,
  `--advertise-address=${SERVICE_ADDRESS}`,
  '--secure-port=443',
  `--service-cluster-ip-range=${SERVICE_RANGE}`,
  `--client-ca-file=${PKI.ca}`,
  `--tls-cert-file=${PKI.server}`,
  `--tls-private-key-file=${PKI.serverKey}`,
  '--service-account-issuer=https://kubernetes.default.svc',
  `--service-account-key-file=${PKI.accounts}`,
  `--service-account-signing-key-file=${PKI.accounts}`,
  '--authorization-mode=Node,RBAC',
  '--kubelet-preferred-address-types=InternalIP',
  '--allow-privileged',
];

/** kubectl with the administrator's credentials, inside the cluster's network. */
export async function kubectl(...args: string[]): Promise<string> {
  return command(...(await kubectlLine(args)));
}

async function kubectlSucceeds(...args: string[]): Promise<boolean> {
  return succeeds(...(await kubectlLine([...args, '--request-timeout=2s'])));
}

async function kubectlLine(args: readonly string[]): Promise<[string, ...string[]]> {
  const program = join(await controlPlaneBinaries(), 'kubectl');
  return entering(program, `--kubeconfig=${FILES.kubeconfig}`, ...args);
}
