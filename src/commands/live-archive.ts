import type { Stats } from 'node:fs';
import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ArchiveWriter } from '../archive/writing/writer.ts';
import { systemCode } from '../disk/system-error.ts';
import { beginNamelessArchive, exportCluster, publish } from '../export/export-cluster.ts';
import { openFilter } from '../export/jq.ts';
import type { Scope } from '../plan/scope.ts';
import { Failure } from '../words/failure.ts';
import { withCluster } from './cluster.ts';
import type { Context } from './context.ts';

/** The live cluster as an archive that is gone as soon as it has been used. */
export interface LiveArchive {
  readonly path: string;
  /** URL of the API server. */
  readonly server: string;
}

/**
 * Exports the live cluster as `backup` does, with the same questions about access, so
 * that what may not be listed is told as such. It holds all Secrets, so that it never has
 * a name by which it could stay behind: whatever ends this process ends it, too.
 *
 * @throws Failure where the cluster cannot be reached or the directory takes no files
 */
export async function withLiveArchive<T>(
  context: Context,
  scope: Scope,
  use: (live: LiveArchive) => Promise<T>,
): Promise<T> {
  const directory = await takeTemporaryDirectory(tmpdir());
  try {
    const writer = beginNamelessArchive(directory, context.now());
    try {
      return await use(await exportLive(context, scope, writer));
    } finally {
      await writer.abort();
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function exportLive(context: Context, scope: Scope, writer: ArchiveWriter): Promise<LiveArchive> {
  const { config, environment, log, now, signal } = context;
  const startedAt = now();
  const opened = config.filter === null ? null : await openFilter(config.filter, environment, signal);
  return await withCluster(context, signal, async (connection) => {
    const options = {
      scope,
      withStatus: config.showStatus,
      withMetadata: true,
      filter: opened?.filter ?? null,
    };
    const listener = { warned: (text: string) => log.warn(text), planned: () => {}, typeEnded: () => {} };
    const span = { startedAt, now };
    const manifest = await exportCluster(connection, options, config.filter, writer, span, listener);
    const published = await publish(writer, manifest);
    return { path: published.file, server: connection.client.credentials.server.origin };
  });
}

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
