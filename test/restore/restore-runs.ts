import assert from 'node:assert/strict';
import type { Manifest } from '../../src/archive/format/manifest.ts';
import { type CliRun, Volume, type ZipFile } from '../cluster/run-cli.ts';
import { runHere } from '../cluster/run-here.ts';
import type { ControlPlane } from '../support/control-plane.ts';
import { pathOf, servedTypes } from '../support/discovery.ts';
import { at, isJsonObject, listAt, textAt } from '../support/kube-object.ts';
import { SAMPLE_PROJECTS } from '../support/sample-cluster.ts';

/** A row of the JSON report. */
export interface Row {
  readonly outcome: string;
  readonly project: string;
  readonly type: string;
  readonly name: string;
  readonly from: string | null;
  readonly rule: string | null;
  readonly reason: string | null;
  readonly notes: ReadonlyArray<{ readonly rule: string; readonly text: string }>;
  readonly changes: ReadonlyArray<{ readonly path: string }>;
}

/** A restore that has been run with `-o json`. */
export interface Restored extends CliRun {
  readonly report: Readonly<Record<string, unknown>>;
  readonly rows: readonly Row[];
}

/** Backs up and gives the archive. */
export async function backUp(volume: Volume, kubeconfig: string, ...words: string[]): Promise<ZipFile> {
  const run = await runHere(['--volume', volume.path, '--kubeconfig', kubeconfig, ...words]);
  assert.equal(run.status, 0, run.stderr);
  return volume.latest();
}

/** Runs `restore latest -o json WORDS`. */
export async function restore(volume: Volume, kubeconfig: string, ...words: string[]): Promise<Restored> {
  const common = ['--volume', volume.path, '--kubeconfig', kubeconfig, '-o', 'json'];
  const run = await runHere(['restore', 'latest', ...words, ...common]);
  return { ...run, ...reportOf(run) };
}

/** The report in what a run has printed; an empty one where it has printed none. */
export function reportOf({
  stdout,
  stderr,
}: Pick<CliRun, 'stdout' | 'stderr'>): Pick<Restored, 'report' | 'rows'> {
  const report: unknown = stdout === '' ? {} : JSON.parse(stdout);
  if (!isJsonObject(report)) throw new Error(`no report: ${stderr}`);
  const rows = listAt(report, 'objects') as readonly Row[];
  return { report, rows };
}

/** `outcome PROJECT/TYPE/NAME` of the rows that a test asks for. */
export function told(rows: readonly Row[], wanted: (row: Row) => boolean = () => true): string[] {
  return rows
    .filter(wanted)
    .map(({ outcome, project, type, name }) => `${outcome} ${project}/${type}/${name}`);
}

/** What changed between the two newest archives: `CHANGE PROJECT/TYPE/NAME PATH…`. */
export async function differences(volume: Volume, ...words: string[]): Promise<string[]> {
  const run = await runHere(['diff', 'previous', 'latest', '-o', 'json', '--volume', volume.path, ...words]);
  if (run.status !== 0 && run.status !== 1) throw new Error(run.stderr);
  // What was deleted and restored is another object; here its content counts.
  const objects = listAt(JSON.parse(run.stdout), 'objects').filter(
    (object) => at(object, 'recreated') !== true || listAt(object, 'changes').length > 0,
  );
  return objects.map((object) => {
    const place = ['project', 'type', 'name'].map((key) => textAt(object, key)).join('/');
    const paths = listAt(object, 'changes').map((change) => ` ${textAt(change, 'path')}`);
    return `${textAt(object, 'change')} ${place}${paths.join('')}`;
  });
}

/** Takes everything of the sample away: its projects, and all objects of cluster-scoped types that an archive has. */
export async function deleteSample(control: ControlPlane, archive: ZipFile): Promise<void> {
  for (const project of SAMPLE_PROJECTS) await control.deleteNamespace(project);
  const { resourceTypes }: Manifest = archive.manifest;
  const gone = resourceTypes.filter(({ namespaced, outcome }) => !namespaced && outcome === 'exported');
  const types = await servedTypes(control.admin);
  for (const { name, apiVersion } of gone) {
    const type = types.find((each) => each.apiVersion === apiVersion && name.startsWith(each.resource));
    if (type === undefined || !type.verbs.includes('delete')) continue;
    for (const object of archive.items(`${name}.json`)) {
      const item = `${pathOf(type)}/${textAt(object, 'metadata', 'name')}`;
      if (isTheServers(name, object)) continue;
      // Addresses of Services go with them.
      await control.admin.answer('PATCH', item, { metadata: { finalizers: null } });
      await control.admin.answer('DELETE', item);
    }
  }
}

/** What a fresh API server makes by itself, and would make again. */
function isTheServers(type: string, object: unknown): boolean {
  const name = textAt(object, 'metadata', 'name');
  return (
    type === 'namespaces' ||
    type.startsWith('apiservices.') ||
    type.endsWith('.flowcontrol.apiserver.k8s.io') ||
    type === 'servicecidrs.networking.k8s.io' ||
    name.startsWith('system') ||
    at(object, 'metadata', 'labels', 'kubernetes.io/bootstrapping') !== undefined
  );
}

export { Volume };
