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

/** The live cluster as a temporary archive, which is deleted after use. */
export interface LiveArchive {
  readonly path: string;
  /** URL of the API server. */
  readonly server: string;
}

/**
 * Exports the live cluster as `backup` does, with the same access reviews, so that missing
 * permissions are reported as such. The archive contains Secrets, so its file has no name: when this
 * process ends, for whatever reason, the file is gone.
 *
 * @throws Failure if the cluster cannot be reached or the directory is not writable
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
      withDependencies: false,
    };
    const listener = { warned: (text: string) => log.warn(text), planned: () => {}, typeEnded: () => {} };
    const span = { startedAt, now };
    const manifest = await exportCluster(connection, options, config.filter, writer, span, listener);
    const published = await publish(writer, manifest);
    return { path: published.file, server: connection.client.credentials.server.origin };
  });
}

const PREFIX = 'openshift-backup-live-';
/** Of this version: the name includes the process id. */
const OF_PROCESS = /^openshift-backup-live-(\d+)-\w{6}$/;
/** Of version 1.0, without a process id; a killed process left its archive behind. */
const OF_NOBODY = /^openshift-backup-live-\w{6}$/;
/** Milliseconds after which such a directory is no longer in use. */
const STALE = 24 * 60 * 60 * 1000;

/**
 * Creates a directory that only this user may enter, and removes those that killed runs of this
 * user left behind.
 *
 * @param parent the directory of temporary files, which every user may write to
 * @throws Failure if it cannot be created
 */
export async function takeTemporaryDirectory(parent: string): Promise<string> {
  await sweep(parent);
  try {
    return await mkdtemp(join(parent, `${PREFIX}${process.pid}-`));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Failure(`cannot create a temporary directory: ${reason}`, 'set TMPDIR to another directory');
  }
}

/** A failure to remove one is ignored: it may belong to another user, or another run may be removing it. */
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
  // A link, or a directory of another user, could lead anywhere.
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
