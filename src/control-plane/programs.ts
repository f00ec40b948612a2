import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Failure } from '../words/failure.ts';

/** Paths of the two programs of a control plane. */
export interface Programs {
  readonly etcd: string;
  readonly apiServer: string;
}

const NAMES = ['etcd', 'kube-apiserver'] as const;
/** Beside the directory of the program, as in the image. */
const BESIDE = join('..', 'control-plane');

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Finds etcd and kube-apiserver: in the given directory, else in KUBEBUILDER_ASSETS, else in
 * `control-plane/` beside the directory of the program.
 *
 * @param program path of the running program
 * @throws Failure (usage) if the directory does not contain both as executable files
 */
export async function findPrograms(
  assets: string | null,
  environment: Environment,
  program: string,
): Promise<Programs> {
  const variable = environment.KUBEBUILDER_ASSETS ?? '';
  const [directory, origin] =
    assets !== null
      ? [assets, '--assets']
      : variable !== ''
        ? [variable, 'KUBEBUILDER_ASSETS']
        : [join(dirname(program), BESIDE), null];
  const [etcd, apiServer] = NAMES.map((name) => join(resolve(directory), name));
  const missing: string[] = [];
  for (const name of NAMES) if (!(await isExecutable(join(resolve(directory), name)))) missing.push(name);
  if (missing.length === 0 && etcd !== undefined && apiServer !== undefined) return { etcd, apiServer };
  throw new Failure(
    origin === null
      ? 'a rehearsal needs the programs etcd and kube-apiserver'
      : `${origin}: ${directory} does not contain an executable ${missing.join(' and ')}`,
    'name their directory with --assets DIR, or set KUBEBUILDER_ASSETS; setup-envtest downloads both for a Kubernetes version, and the rehearsal image contains them',
    'usage',
  );
}

/** Milliseconds; it takes a tenth of a second. */
const VERSION = 20_000;

/**
 * The second part of the version of kube-apiserver (36 of v1.36.3). Infinity if it does not say: starting it then shows
 * what is wrong.
 */
export async function minorVersion(apiServer: string): Promise<number> {
  try {
    const options = { env: { PATH: process.env.PATH }, timeout: VERSION, maxBuffer: 64 * 1024 };
    const { stdout } = await promisify(execFile)(apiServer, ['--version'], options);
    return Number(/^Kubernetes v1\.(\d{1,4})\./.exec(stdout)?.[1] ?? Number.POSITIVE_INFINITY);
  } catch (error) {
    if (error instanceof Error) return Number.POSITIVE_INFINITY;
    throw error;
  }
}

async function isExecutable(path: string): Promise<boolean> {
  // A list of directories, as in PATH, is not searched.
  if (path.includes(delimiter)) return false;
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
