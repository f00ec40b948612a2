import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, reachFailure } from '../cluster/connect.ts';
import { exportCluster } from '../export/export-cluster.ts';
import { openFilter } from '../export/jq.ts';
import { beginArchive, publish } from '../export/run.ts';
import { Failure } from '../snapshot/failure.ts';
import type { Scope } from '../snapshot/scope.ts';
import { clientOptions } from './client-options.ts';
import type { Context } from './context.ts';

/** The live cluster as an archive that is gone as soon as it has been used. */
export interface LiveArchive {
  readonly path: string;
  /** URL of the API server. */
  readonly server: string;
}

const NAMING = { name: 'live', stamp: 'yyyyMMddHHmmss', zone: 'UTC' } as const;

/**
 * Exports the live cluster as `backup` does, with the same questions about access, so
 * that what may not be listed is told as such. The archive lies in a directory that only
 * this user may enter and that is removed in the end, however that comes.
 *
 * @throws Failure where the cluster cannot be reached or the directory takes no files
 */
export async function withLiveArchive<T>(
  context: Context,
  scope: Scope,
  use: (live: LiveArchive) => Promise<T>,
): Promise<T> {
  const directory = await temporaryDirectory();
  try {
    return await use(await exportLive(context, scope, directory));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function temporaryDirectory(): Promise<string> {
  try {
    return await mkdtemp(join(tmpdir(), 'openshift-backup-live-'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Failure(
      `cannot make a directory for the live cluster's objects: ${reason}`,
      'TMPDIR names another place',
    );
  }
}

async function exportLive(context: Context, scope: Scope, directory: string): Promise<LiveArchive> {
  const { config, environment, log, now, signal } = context;
  const startedAt = now();
  const opened = config.filter === null ? null : await openFilter(config.filter, environment, signal);
  const writer = beginArchive(directory, NAMING, startedAt);
  try {
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
  } catch (error) {
    await writer.abort();
    throw error;
  }
}
