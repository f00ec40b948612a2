import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { buildah } from './buildah.ts';
import { command, succeeds } from './command.ts';
import { STATE } from './layout.ts';
import { ctr, PAUSE_IMAGE } from './node.ts';
import { buildProjectImage, buildRehearsalImage, PROJECT_IMAGE, REHEARSAL_IMAGE } from './project-image.ts';

/** Builds the image of the pause program (one file, nothing else) once, and imports it into the node. */
export async function providePause(programs: string): Promise<void> {
  if (!(await succeeds('buildah', ...buildah('inspect', '--type', 'image', PAUSE_IMAGE))))
    await buildPause(programs);
  await importImage(programs, PAUSE_IMAGE);
}

async function buildPause(programs: string): Promise<void> {
  const container = await command('buildah', ...buildah('from', 'scratch'));
  const pause = join(programs, 'pause');
  await command('buildah', ...buildah('copy', '--quiet', container, pause, '/pause'));
  await command('buildah', ...buildah('config', '--entrypoint', '["/pause"]', container));
  await command('buildah', ...buildah('commit', '--quiet', '--rm', container, PAUSE_IMAGE));
}

/** Builds the project's image from its Dockerfile and imports it; returns its name on the node. */
export async function provideProjectImage(programs: string): Promise<string> {
  await buildProjectImage();
  await importImage(programs, PROJECT_IMAGE);
  return PROJECT_IMAGE;
}

/** Builds the image of rehearsals and imports it. */
export async function provideRehearsalImage(programs: string): Promise<void> {
  await buildRehearsalImage();
  await importImage(programs, REHEARSAL_IMAGE);
}

async function importImage(programs: string, name: string): Promise<void> {
  const directory = await mkdtemp(join(STATE, 'image-'));
  try {
    const file = join(directory, 'image.tar');
    await command('buildah', ...buildah('push', '--quiet', name, `docker-archive:${file}:${name}`));
    await ctr(programs, 'images', 'import', '--local', file);
  } finally {
    await rm(directory, { recursive: true });
  }
}
