import { execFile, spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { loadAll } from 'js-yaml';
import { isJsonObject, type JsonObject, type KubeObject, textAt } from '../support/kube-object.ts';

/** The chart's directory. */
export const CHART = fileURLToPath(new URL('../../helm/openshift-backup', import.meta.url));

const PROVIDE = fileURLToPath(new URL('../cluster-node/provide.sh', import.meta.url));

/** How a run of a program ended, and what it said. */
export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a chart is to be rendered. */
export interface Rendering {
  /** What a values.yaml of the user's would hold. */
  readonly values?: JsonObject;
  /** Further words on the command line. */
  readonly words?: readonly string[];
  /** Of the cluster that lookups ask; without, there is none. */
  readonly kubeconfig?: string;
}

let binary: Promise<string> | null = null;

/** Runs `helm WORDS`, from HELM or from where test/cluster-node puts it; throws where there is neither. */
export async function helm(words: readonly string[], rendering: Rendering = {}): Promise<Run> {
  binary ??= findHelm();
  const kubeconfig = rendering.kubeconfig ?? '/nonexistent';
  const input = JSON.stringify(rendering.values ?? {});
  return await run(await binary, [...words, '--kubeconfig', kubeconfig], input);
}

/** Runs a program to its end, with a text on its stdin; throws where there is no such program. */
export async function run(program: string, words: readonly string[], input = ''): Promise<Run> {
  const child = spawn(program, words, { stdio: 'pipe' });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const [stdout, stderr, status] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { status, stdout, stderr };
}

/** The objects that the chart makes of these values, as release `nightly` in project `cluster-backup`. Throws what helm says. */
export async function render(rendering: Rendering = {}): Promise<KubeObject[]> {
  const release = ['template', 'nightly', CHART, '--namespace', 'cluster-backup', '--values', '-'];
  const { status, stdout, stderr } = await helm([...release, ...(rendering.words ?? [])], rendering);
  if (status !== 0) throw new Error(stderr);
  return objectsIn(stdout);
}

/** The objects of a stream of YAML documents. */
export function objectsIn(yaml: string): KubeObject[] {
  return loadAll(yaml).filter((value): value is KubeObject => isJsonObject(value));
}

/** The one object of this kind whose name ends so; throws where there is none, or more than one. */
export function the(objects: readonly KubeObject[], kind: string, ending = ''): KubeObject {
  const [found, ...more] = objects.filter(
    (each) => each.kind === kind && textAt(each, 'metadata', 'name').endsWith(ending),
  );
  if (found === undefined || more.length > 0) {
    const names = objects.map((each) => `${each.kind}/${each.metadata.name}`);
    throw new Error(`not one ${kind} …${ending}, but ${names.join(', ')}`);
  }
  return found;
}

async function findHelm(): Promise<string> {
  if (process.env.HELM !== undefined) return process.env.HELM;
  const providing = promisify(execFile)('bash', [PROVIDE]);
  providing.child.stderr?.pipe(process.stderr);
  return `${(await providing).stdout.trim()}/helm`;
}
