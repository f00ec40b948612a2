import { FILES } from './run-directory.ts';

/** What the API server has to be like for one archive. */
export interface ServerSettings {
  /** Ranges of cluster IPs, one for each IP family, the primary one first. */
  readonly serviceRanges: readonly string[];
  /** Whether alpha versions of built-in APIs are served. */
  readonly alpha: boolean;
}

/** Sockets in the working directory: nobody else may enter it, and no port of etcd is open to other users. */
const CLIENTS = 'unix://localhost:1';
const PEERS = 'unix://localhost:2';
/** etcd refuses writes beyond this, which bounds the disk. */
const LARGEST_DATABASE = 4 * 1024 * 1024 * 1024;

/** Flags of etcd. It does not wait for the disk, since the data need not survive a crash. */
export function etcdFlags(): readonly string[] {
  return [
    '--name=rehearsal',
    '--data-dir=etcd',
    `--listen-client-urls=${CLIENTS}`,
    `--advertise-client-urls=${CLIENTS}`,
    `--listen-peer-urls=${PEERS}`,
    `--initial-advertise-peer-urls=${PEERS}`,
    `--initial-cluster=rehearsal=${PEERS}`,
    `--quota-backend-bytes=${LARGEST_DATABASE}`,
    '--unsafe-no-fsync',
    '--log-level=error',
  ];
}

/**
 * Admission that needs what a rehearsal does not have: a service behind a webhook, or a controller. With the first
 * minor version that has it, since a server does not start with a name that it does not know.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/
 */
const WITHOUT_ADMISSION: ReadonlyArray<readonly [plugin: string, since: number]> = [
  // Webhooks cannot be called, and policies could refuse objects that existed before them.
  ['MutatingAdmissionWebhook', 0],
  ['ValidatingAdmissionWebhook', 0],
  ['MutatingAdmissionPolicy', 32],
  ['ValidatingAdmissionPolicy', 26],
  // A controller creates the default service accounts …
  ['ServiceAccount', 0],
  // … and counts what a quota limits.
  ['ResourceQuota', 0],
];

/**
 * Flags of kube-apiserver. Only a client with the token of this run may send requests, and may do everything:
 * so the server needs no roles of its own, and those of the archive are created, not found.
 *
 * @param minor the second part of its version: 36 of v1.36.3
 */
export function apiServerFlags(
  port: number,
  minor: number,
  { serviceRanges, alpha }: ServerSettings,
): readonly string[] {
  const plugins = WITHOUT_ADMISSION.flatMap(([plugin, since]) => (minor < since ? [] : plugin));
  return [
    `--etcd-servers=${CLIENTS}`,
    '--etcd-compaction-interval=0',
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${port}`,
    `--cert-dir=${FILES.certificates}`,
    `--token-auth-file=${FILES.tokens}`,
    '--anonymous-auth=false',
    '--authorization-mode=AlwaysAllow',
    '--service-account-issuer=https://rehearsal.invalid',
    `--service-account-key-file=${FILES.accountPublicKey}`,
    `--service-account-signing-key-file=${FILES.accountKey}`,
    `--service-cluster-ip-range=${serviceRanges.join(',')}`,
    // Each cluster has its own range of node ports.
    '--service-node-port-range=1-65535',
    '--allow-privileged=true',
    '--endpoint-reconciler-type=none',
    `--egress-selector-config-file=${FILES.egress}`,
    '--profiling=false',
    // There is one client, which limits its own requests.
    '--enable-priority-and-fairness=false',
    '--max-requests-inflight=0',
    '--max-mutating-requests-inflight=0',
    // A cache of all objects would double the memory; each object is read about once.
    '--watch-cache=false',
    `--disable-admission-plugins=${plugins.join(',')}`,
    // What a cluster had enabled has to be accepted here; the archive holds no other objects.
    `--runtime-config=api/beta=true${alpha ? ',api/alpha=true' : ''}`,
    `--feature-gates=AllBeta=true${alpha ? ',AllAlpha=true' : ''}`,
  ];
}
