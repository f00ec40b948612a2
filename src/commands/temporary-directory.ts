import type { Stats } from 'node:fs';
import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../disk/system-error.ts';
import { Failure } from '../words/failure.ts';

const PREFIX = 'openshift-backup-live-';
/** Of this version: with the process that made it. */
const OF_PROCESS = /^openshift-backup-live-(\d+)-\w{6}$/;
/** Of version 1.0, which named none, and left archives there when it was killed. */
const OF_NOBODY = /^openshift-backup-live-\w{6}$/;
/** Milliseconds after which nobody is at work in such a one any more. */
const STALE = 24 * 60 * 60 * 1000;

/**
 * Makes a directory that only this user may enter, and removes those that killed runs of
 * this user have left.
 *
 * @param parent where temporary files lie, which everybody may write to
 * @throws Failure where none can be made
 */
export async function takeTemporaryDirectory(parent: string): Promise<string> {
  await sweep(parent);
  try {
    return await mkdtemp(join(parent, `${PREFIX}${process.pid}-`));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Failure(
      `cannot make a directory for the live cluster's objects: ${reason}`,
      'set TMPDIR to another directory',
    );
  }
}

/** What cannot be swept is no reason not to go on: it may be somebody else's, or another run sweeps it, too. */
async function sweep(parent: string): Promise<void> {
  try {
    for (const name of await readdir(parent)) {
      const path = join(parent, name);
      if (name.startsWith(PREFIX) && isLeft(name, await lstat(path)))
        await rm(path, { recursive: true, force: true });
    }
  } catch (error) {
    if (systemCode(error) === null) throw error;
  }
}

function isLeft(name: string, stats: Stats): boolean {
  // A link, or a directory of somebody else, could lead anywhere.
  if (!stats.isDirectory() || stats.uid !== process.getuid?.()) return false;
  const pid = OF_PROCESS.exec(name)?.[1];
  if (pid !== undefined) return !isAlive(Number(pid));
  return OF_NOBODY.test(name) && Date.now() - stats.mtimeMs > STALE;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) !== 'ESRCH';
  }
}
