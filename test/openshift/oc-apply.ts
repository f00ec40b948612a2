import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { ControlPlane } from '../support/control-plane.ts';
import type { KubeObject } from '../support/kube-object.ts';

/** How `oc apply` ended. */
export interface Applied {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Does `oc … | oc apply -f -` with processed objects, as whoever the kubeconfig names; kubectl's apply is oc's. */
export async function apply(
  control: ControlPlane,
  kubeconfig: string,
  objects: readonly KubeObject[],
  ...words: readonly string[]
): Promise<Applied> {
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
  return kubectl(control, kubeconfig, ['apply', '-f', '-', ...words], list);
}

/** Runs kubectl with that input. */
export async function kubectl(
  control: ControlPlane,
  kubeconfig: string,
  words: readonly string[],
  input = '',
): Promise<Applied> {
  const env = { PATH: process.env.PATH, HOME: control.directory, KUBECONFIG: kubeconfig };
  const child = spawn(join(control.binaries, 'kubectl'), words, { env });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  child.stdin.end(input);
  const [stdout, stderr, status] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { status, stdout, stderr };
}
