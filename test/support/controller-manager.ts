import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { ControlPlane } from './control-plane.ts';
import { waitFor } from './wait.ts';
import { recordingScript } from './watchdog.ts';

/** Those that need nodes or a cloud. */
const WITHOUT = [
  'node-ipam-controller',
  'node-lifecycle-controller',
  'cloud-node-lifecycle-controller',
  'service-lb-controller',
  'node-route-controller',
];

/**
 * Starts a real kube-controller-manager beside an API server, whose namespaces it then fills. The API server
 * has to admit ServiceAccounts as usual: `apiServerFlags: { 'disable-admission-plugins': null }`.
 *
 * @returns ends it
 */
export async function startControllerManager(control: ControlPlane): Promise<() => Promise<void>> {
  const { directory, binaries, kubeconfig, certificates } = control;
  const name = 'kube-controller-manager';
  const program = await recordingScript(directory, name, join(binaries, name));
  const child = spawn(
    program,
    [
      `--kubeconfig=${kubeconfig}`,
      `--service-account-private-key-file=${join(certificates, 'service-accounts.key')}`,
      `--root-ca-file=${join(certificates, 'ca.crt')}`,
      `--controllers=*,${WITHOUT.map((each) => `-${each}`).join()}`,
      '--leader-elect=false',
      '--secure-port=0',
    ],
    { stdio: 'ignore' },
  );
  const ended = new Promise<void>((resolve) => {
    child.on('close', () => resolve());
  });
  await waitFor(
    'the controller manager to fill a namespace',
    async () =>
      (await control.admin.answer('GET', '/api/v1/namespaces/default/serviceaccounts/default')).status ===
      200,
    60_000,
  );
  return async () => {
    child.kill('SIGKILL');
    await ended;
  };
}
