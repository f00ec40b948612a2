import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { baseImage } from './base-image.ts';
import { buildah } from './buildah.ts';
import { command } from './command.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The name under which the project's image is known on the node. */
export const PROJECT_IMAGE = 'localhost/openshift-backup:e2e';

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
