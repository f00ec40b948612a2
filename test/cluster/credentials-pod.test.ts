import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type ControlPlane, type ServiceAccount, startControlPlane } from '../support/control-plane.ts';
import { runCli, Volume } from './run-cli.ts';
import { asIdentity } from './use-credentials.ts';

const MOUNTED = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Mounts are made in a mount namespace of the run's own, so that nothing of them is left. */
const alone = ['unshare', '--mount'];
const skip = spawnSync('unshare', ['--mount', 'true']).status === 0 ? false : 'mounting needs root';

let control: ControlPlane;
let account: ServiceAccount;
before(async () => {
  control = await startControlPlane();
  account = await control.addServiceAccount('cluster-backup', 'openshift-backup');
});
after(() => control.stop());

/** Words that run the rest of a command where the pod's own files are those of this folder. */
function asInPod(folder: string): string[] {
  const script = `mount -t tmpfs none /run && mkdir -p ${MOUNTED} && mount --bind "$1" ${MOUNTED} && shift && exec "$@"`;
  return [...alone, 'sh', '-c', script, 'sh', folder];
}

/** The files that the kubelet mounts. */
function podFiles(name: string, files: Readonly<Record<string, string>>): string {
  const folder = join(control.directory, name);
  mkdirSync(folder);
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  return folder;
}

const address = () => ({
  KUBERNETES_SERVICE_HOST: '127.0.0.1',
  KUBERNETES_SERVICE_PORT: String(control.port),
});

test('in a pod, its service account and project are used', { skip }, async () => {
  const files = { token: `${account.token}\n`, 'ca.crt': control.caPem, namespace: 'cluster-backup\n' };
  const through = asInPod(podFiles('pod', files));
  const identity = ['system:serviceaccount:cluster-backup:openshift-backup', 'cluster-backup'];
  assert.deepEqual(await asIdentity([], address(), through), identity);
});

test("restore says that it runs as the pod's service account", { skip }, async () => {
  using volume = new Volume();
  const backup = await runCli(['backup', '--volume', volume.path, '--resource', 'namespaces'], {
    environment: { KUBECONFIG: control.kubeconfig },
  });
  assert.equal(backup.status, 0, backup.stderr);
  const files = { token: account.token, 'ca.crt': control.caPem, namespace: 'cluster-backup' };
  const through = asInPod(podFiles('restoring', files));
  const words = ['restore', 'latest', '--volume', volume.path, '-p', 'cluster-backup'];
  const run = await runCli(words, { environment: address(), through });
  const warning = run.log.find(({ msg }) => /service account of this pod/.test(String(msg)));
  assert.match(
    String(warning?.msg),
    /\(system:serviceaccount:cluster-backup:openshift-backup\), which may only read by default$/,
  );
  assert.match(String(warning?.hint), /kubectl exec -i POD -- openshift-backup restore … --kubeconfig -$/);
});

test('a kubeconfig takes precedence over the pod', { skip }, async () => {
  const user = await control.addUser('operator');
  const files = { token: account.token, 'ca.crt': control.caPem, namespace: 'cluster-backup' };
  const through = asInPod(podFiles('pod-and-file', files));
  const environment = { ...address(), KUBECONFIG: user.kubeconfig };
  assert.deepEqual(await asIdentity([], environment, through), ['operator', null]);
});

test('a pod without a token has no credentials', { skip }, async () => {
  const through = asInPod(podFiles('no-token', { 'ca.crt': control.caPem }));
  const run = await runCli(['access'], { environment: address(), through });
  assert.equal(run.status, 4);
  assert.match(String(run.log[0]?.msg), /^no credentials: .*, and no service account token in this pod$/);
});

test('a pod with a token of another cluster is refused', { skip }, async () => {
  const files = { token: 'of-another-cluster', 'ca.crt': control.caPem, namespace: 'cluster-backup' };
  const through = asInPod(podFiles('other-cluster', files));
  const run = await runCli(['access', '--retry-for', '1'], { environment: address(), through });
  assert.equal(run.status, 4);
  assert.match(String(run.log[0]?.msg), /^cannot use https:.* \(the pod's service account\): .* 401 /);
});
