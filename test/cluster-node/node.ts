import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import { waitFor } from '../support/wait.ts';
import { command, succeeds } from './command.ts';
import { kubectl } from './control-plane.ts';
import { startDaemon, stopDaemon } from './daemons.ts';
import { FILES, NAMESPACE, NODE_ADDRESS, NODE_NAME, POD_RANGE } from './layout.ts';

/** The image of the pause program, which holds the namespaces of each pod. */
export const PAUSE_IMAGE = 'localhost/pause:1';

/** Writes the node's configuration; nothing runs yet. */
export async function configureNode(programs: string): Promise<void> {
  await mkdir(FILES.cni, { recursive: true });
  await writeFile(join(FILES.cni, '10-bridge.conflist'), JSON.stringify(CNI));
  await writeFile(FILES.containerdConfig, containerdConfig(programs));
  await writeFile(FILES.kubeletConfig, dump(KUBELET));
}

/** Starts containerd; resolves when it answers. */
export async function startContainerd(programs: string): Promise<void> {
  // containerd finds its shim and the shim finds runc on the PATH.
  const env = { ...process.env, PATH: `${programs}:${process.env.PATH}` };
  await startDaemon(
    'containerd',
    [join(programs, 'containerd'), '--config', FILES.containerdConfig, '--log-level', 'warn'],
    env,
  );
  await waitFor('containerd to answer', () =>
    succeeds(join(programs, 'ctr'), '--address', FILES.containerdSocket, 'version'),
  );
}

/** Starts kubelet; resolves when the node is Ready. */
export async function startKubelet(programs: string): Promise<void> {
  await startDaemon('kubelet', [
    join(programs, 'kubelet'),
    `--config=${FILES.kubeletConfig}`,
    `--kubeconfig=${FILES.kubeconfig}`,
    `--root-dir=${FILES.kubelet}`,
    `--cert-dir=${FILES.certificates}`,
    `--hostname-override=${NODE_NAME}`,
    `--node-ip=${NODE_ADDRESS}`,
  ]);
  await waitFor(
    'the node to be Ready',
    async () => (await kubectl('get', 'nodes', '--output', READY_CONDITION)) === 'True',
    60_000,
  );
}

/** Starts kube-proxy, which leads the addresses of Services to their pods. */
export async function startProxy(programs: string): Promise<void> {
  await startDaemon('kube-proxy', [
    join(programs, 'kube-proxy'),
    `--kubeconfig=${FILES.kubeconfig}`,
    `--hostname-override=${NODE_NAME}`,
    '--proxy-mode=iptables',
    // Pods are neighbours on one bridge: without it, an answer would not come back the way the question went.
    '--masquerade-all',
    '--nodeport-addresses=primary',
    // The limits of the kernel are the machine's.
    '--conntrack-max-per-core=0',
    '--conntrack-tcp-timeout-established=0s',
    '--conntrack-tcp-timeout-close-wait=0s',
  ]);
}

const READY_CONDITION = 'jsonpath={.items[*].status.conditions[?(@.type=="Ready")].status}';

/** Kills kubelet and containerd, as a node's sudden restart of its services does, and starts them again. */
export async function restartNode(programs: string): Promise<void> {
  await stopDaemon('kubelet', 'SIGKILL');
  await stopDaemon('containerd', 'SIGKILL');
  await startContainerd(programs);
  await startKubelet(programs);
}

/** ctr of the namespace that kubelet's images live in. */
export function ctr(programs: string, ...args: string[]): Promise<string> {
  return command(
    join(programs, 'ctr'),
    '--address',
    FILES.containerdSocket,
    '--namespace',
    'k8s.io',
    ...args,
  );
}

const KUBELET = {
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  kind: 'KubeletConfiguration',
  address: NODE_ADDRESS,
  // The API server carries exec, logs and cp to the kubelet without credentials of its own. For tests only.
  authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
  authorization: { mode: 'AlwaysAllow' },
  containerRuntimeEndpoint: `unix://${FILES.containerdSocket}`,
  podLogsDir: FILES.podLogs,
  volumePluginDir: join(FILES.kubelet, 'volume-plugins'),
  cgroupDriver: 'cgroupfs',
  failCgroupV1: false,
  failSwapOn: false,
  localStorageCapacityIsolation: false,
  imageGCHighThresholdPercent: 100,
  evictionHard: { 'memory.available': '50Mi' },
  // Pods of tests come and go; nothing is gained by looking rarely.
  syncFrequency: '2s',
  shutdownGracePeriod: '0s',
};

const CNI = {
  cniVersion: '1.0.0',
  name: NAMESPACE,
  plugins: [
    {
      type: 'bridge',
      bridge: 'cni0',
      isGateway: true,
      ipam: {
        type: 'host-local',
        ranges: [[{ subnet: POD_RANGE }]],
        routes: [{ dst: '0.0.0.0/0' }],
        dataDir: join(FILES.cni, 'addresses'),
      },
    },
  ],
};

function containerdConfig(programs: string): string {
  return `version = 3
root = '${FILES.containerd}/root'
state = '${FILES.containerd}/state'
[grpc]
address = '${FILES.containerdSocket}'
[ttrpc]
address = '${FILES.containerdSocket}.ttrpc'
[plugins.'io.containerd.cri.v1.images'.pinned_images]
sandbox = '${PAUSE_IMAGE}'
[plugins.'io.containerd.cri.v1.runtime']
# Without CAP_SYS_RESOURCE no process may lower its oom_score_adj, and no pod would start.
restrict_oom_score_adj = true
[plugins.'io.containerd.cri.v1.runtime'.cni]
bin_dirs = ['${join(programs, 'cni')}']
conf_dir = '${FILES.cni}'
[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
runtime_type = 'io.containerd.runc.v2'
[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
SystemdCgroup = false
Root = '${FILES.runc}'
`;
}
