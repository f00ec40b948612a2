import { type CliRun, runCli, Volume } from '../cluster/run-cli.ts';
import type { ControlPlane } from '../support/control-plane.ts';
import { at, type KubeObject, listAt, textAt } from '../support/kube-object.ts';

/** What a backup made. */
export interface AsInstalled {
  readonly run: CliRun;
  /** Absent where there is no archive. */
  readonly archive?: {
    /** The files of types, and what became of secrets. */
    readonly files: readonly string[];
    readonly secrets: string;
    /** What the manifest says about logs; absent if the backup was not to read any. */
    readonly logs?: { readonly deniedIn: readonly string[] };
  };
}

/**
 * Runs the backup that these objects would start, without their image: with the environment of the CronJob's
 * container, a token of its service account, and the sources. Throws an Error where there is no CronJob.
 */
export async function backUpAs(control: ControlPlane, objects: readonly KubeObject[]): Promise<AsInstalled> {
  const cronJob = objects.find(({ kind }) => kind === 'CronJob');
  const pod = at(cronJob?.spec, 'jobTemplate', 'spec', 'template', 'spec');
  const namespace = cronJob?.metadata.namespace ?? '';
  const account = textAt(pod, 'serviceAccountName');
  const token = await control.tokenFor(namespace, account);
  const kubeconfig = await control.writeKubeconfig(`${namespace}-${account}`, { token }, namespace);
  // A variable without a value is an empty one.
  const variables = listAt(pod, 'containers', 0, 'env').map((each) => [
    textAt(each, 'name'),
    at(each, 'value') === undefined ? '' : textAt(each, 'value'),
  ]);
  using volume = new Volume();
  const environment = { ...Object.fromEntries(variables), KUBECONFIG: kubeconfig };
  const run = await runCli(['--volume', volume.path], { environment });
  if (volume.archives().length === 0) return { run };
  const archive = volume.latest();
  const { logs } = archive.manifest;
  const secrets = archive.type('secrets').outcome;
  return { run, archive: { files: archive.typeFiles, secrets, ...(logs === undefined ? {} : { logs }) } };
}
