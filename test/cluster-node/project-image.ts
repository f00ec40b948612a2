import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { controlPlaneBinaries } from '../support/binaries.ts';
import { baseImage } from './base-image.ts';
import { buildah } from './buildah.ts';
import { command } from './command.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The name under which the project's image is known on the node. */
export const PROJECT_IMAGE = 'localhost/openshift-backup:e2e';

/** The name that the chart derives from it. */
export const REHEARSAL_IMAGE = 'localhost/openshift-backup-rehearsal:e2e';
const KUBERNETES_IMAGE = 'localhost/kubernetes:e2e';

/** Builds the project's own Dockerfile on the base of the same making. Throws an Error with the build's output. */
export async function buildProjectImage(): Promise<void> {
  const base = await baseImage();
  await command(
    'buildah',
    ...buildah('build', '--layers', '--network', 'host', '--isolation', 'chroot'),
    ...machineSettings(),
    ...['--build-arg', `BASE=${base}`, '--tag', PROJECT_IMAGE, ROOT],
  );
}

/** Builds the target with etcd and kube-apiserver; the images of Kubernetes are stood in for by one with the tests' own programs. */
export async function buildRehearsalImage(): Promise<void> {
  const base = await baseImage();
  const container = await command('buildah', ...buildah('from', 'scratch'));
  const binaries = await controlPlaneBinaries();
  const programs = ['etcd', 'kube-apiserver'].map((name) => join(binaries, name));
  await command('buildah', ...buildah('copy', '--quiet', container, ...programs, '/usr/local/bin/'));
  await command('buildah', ...buildah('commit', '--quiet', '--rm', container, KUBERNETES_IMAGE));
  const images = [`BASE=${base}`, `KUBE_APISERVER=${KUBERNETES_IMAGE}`, `ETCD=${KUBERNETES_IMAGE}`];
  await command(
    'buildah',
    ...buildah('build', '--layers', '--network', 'host', '--isolation', 'chroot', '--target', 'rehearsal'),
    ...machineSettings(),
    ...images.flatMap((image) => ['--build-arg', image]),
    ...['--tag', REHEARSAL_IMAGE, ROOT],
  );
}

/** Certificates and settings that this machine needs to reach the package registries, read-only, where it has them. */
function machineSettings(): string[] {
  const files: [string, string][] = [
    ['/etc/ssl/certs', '/etc/ssl/certs'],
    ['/etc/apt/apt.conf.d', '/etc/apt/apt.conf.d'],
    [join(homedir(), '.npmrc'), '/root/.npmrc'],
  ];
  return files
    .filter(([here]) => existsSync(here))
    .flatMap(([here, there]) => ['--volume', `${here}:${there}:ro`]);
}
