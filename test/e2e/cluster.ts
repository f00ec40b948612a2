import { execFile } from 'node:child_process';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { after } from 'node:test';
import { promisify } from 'node:util';
import { STATE } from '../cluster-node/layout.ts';

/** The image to install, as the cluster knows it. */
export const IMAGE = process.env.IMAGE ?? '';

/** False on a cluster of the user's: what needs the node itself (its disk, its services) cannot be tried there. */
export const OWN_NODE = process.env.OPENSHIFT_BACKUP_E2E === 'own';

/** What OpenShift would have chosen for a project; a plain cluster is told. */
export const UID = 1000770000;

export interface Said {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}

const last: (() => Promise<unknown>)[] = [];
after(async () => {
  for (const step of last.reverse()) await step();
});

/** Does something when all tests of the file are over; what was said last is done first. */
export function atTheEnd(step: () => Promise<unknown>): void {
  last.push(step);
}

/** Runs a program to its end, whatever that is; `input` goes to its stdin. */
export async function attempt(
  program: string,
  args: readonly string[],
  input = '',
  env = process.env,
): Promise<Said> {
  const running = promisify(execFile)(program, args, { maxBuffer: 2 ** 28, env });
  // A program that reads no input may be gone by now; how it ended tells enough.
  running.child.stdin?.on('error', () => {}).end(input);
  try {
    return { ...(await running), status: 0 };
  } catch (error) {
    const { stdout = '', stderr = '', code } = error as { stdout?: string; stderr?: string; code?: unknown };
    return { stdout, stderr, status: typeof code === 'number' ? code : 1 };
  }
}

/** Runs a program and returns its stdout; throws an Error with all that it said where it fails. */
export async function run(program: string, args: readonly string[], input = ''): Promise<string> {
  const { stdout, stderr, status } = await attempt(program, args, input);
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}: ${stderr}${stdout}`);
  return stdout;
}

export const kubectl = (...args: string[]) => run('kubectl', args);
export const helm = (...args: string[]) => run('helm', args);

/** Creates or changes the objects. */
export async function apply(...objects: object[]): Promise<void> {
  const list = { apiVersion: 'v1', kind: 'List', items: objects };
  await run('kubectl', ['apply', '--server-side', '--filename', '-'], JSON.stringify(list));
}

/** Reads one object or a list. */
export async function get<T>(...args: string[]): Promise<T> {
  return JSON.parse(await kubectl('get', ...args, '--output', 'json'));
}

/** A project that enforces Pod Security `restricted`; it goes when the test file ends. */
export async function project(name: string): Promise<string> {
  await projects(name);
  return name;
}

/** Several of them, which go at the same time. */
export async function projects(...names: string[]): Promise<void> {
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  await apply(...names.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } })));
  atTheEnd(() => kubectl('delete', 'namespace', ...names, '--ignore-not-found'));
}

/**
 * Makes a ReadWriteMany volume for claims of the storage class that is returned: on the own node a directory that
 * group 0 may write, elsewhere the storage class named by STORAGE_CLASS or the cluster's default ('').
 */
export async function storageClass(name: string): Promise<string> {
  if (!OWN_NODE) return process.env.STORAGE_CLASS ?? '';
  const path = `${STATE}/volumes/${name}`;
  await mkdir(path, { recursive: true });
  await chmod(path, 0o2770);
  await apply({
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name },
    spec: {
      accessModes: ['ReadWriteMany'],
      capacity: { storage: '100Gi' },
      hostPath: { path },
      storageClassName: name,
      persistentVolumeReclaimPolicy: 'Retain',
    },
  });
  atTheEnd(async () => {
    await kubectl('delete', 'persistentvolume', name, '--wait=false');
    await rm(path, { recursive: true });
  });
  return name;
}
