import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type { ArchiveWriter } from '../archive/writing/writer.ts';
import { connect, reachFailure } from '../cluster/connect.ts';
import { beginNamelessArchive, exportCluster, publish } from '../export/export-cluster.ts';
import { openFilter } from '../export/jq.ts';
import type { Scope } from '../plan/scope.ts';
import { clientOptions } from './client-options.ts';
import type { Context } from './context.ts';
import { takeTemporaryDirectory } from './temporary-directory.ts';

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
  const connection = await connect(
    config.kubeconfig,
    config.context,
    environment,
    clientOptions(context, signal),
  );
  const { client } = connection;
  const address = client.credentials.server.origin;
  try {
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
    return { path: published.file, server: address };
  } catch (error) {
    throw reachFailure(error, address);
  } finally {
    client.credentials.close();
  }
}
