import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildah } from './buildah.ts';
import { command, succeeds } from './command.ts';

const SUITE = 'bookworm';
const NPM = 'npm@11.21.2';

/**
 * What has to be there for a build to reach the package registries through a network that has its own certificate
 * authority or settings. It belongs to this base and this machine, never to the Dockerfile.
 */
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

/**
 * The name of an image of the same making as node:24-bookworm-slim (Debian, Node and npm at the same places, the
 * same entry point), built once on a machine, since no registry is needed for it that way.
 */
export async function baseImage(): Promise<string> {
  const recipe = await readFile(new URL(import.meta.url), 'utf8');
  const hash = createHash('sha256').update(`${recipe} ${process.version}`).digest('hex').slice(0, 12);
  const name = `localhost/node-bookworm-slim:${hash}`;
  if (!(await succeeds('buildah', ...buildah('inspect', '--type', 'image', name)))) await build(name);
  return name;
}

async function build(name: string): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'openshift-backup-base-'));
  try {
    const local = join(directory, 'local');
    await command('npm', 'install', '--silent', '--prefix', join(local, 'lib'), NPM);
    await mkdir(join(local, 'bin'));
    await cp(process.execPath, join(local, 'bin', 'node'));
    for (const program of ['npm', 'npx'])
      await symlink(`../lib/node_modules/npm/bin/${program}-cli.js`, join(local, 'bin', program));
    const root = join(directory, 'debian.tar');
    const debian = ['--quiet', '--variant=minbase', '--include=ca-certificates'];
    const withNode = [`--customize-hook=copy-in ${join(local, 'bin')} ${join(local, 'lib')} /usr/local`];
    await command('mmdebstrap', ...debian, ...withNode, SUITE, root, ...sources());
    const container = await command('buildah', ...buildah('from', 'scratch'));
    await command('buildah', ...buildah('add', '--quiet', container, root, '/'));
    const certificates = ['--env', `NODE_EXTRA_CA_CERTS=${CERTIFICATES}`];
    await command('buildah', ...buildah('config', ...certificates, '--cmd', 'node', container));
    await command('buildah', ...buildah('commit', '--quiet', '--rm', container, name));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The machine's own Debian sources, which are known to be in reach; else those that mmdebstrap chooses. */
function sources(): string[] {
  const file = '/etc/apt/sources.list.d/debian.sources';
  return existsSync(file) ? [file] : [];
}
