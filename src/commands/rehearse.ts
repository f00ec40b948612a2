import { realpathSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { LARGEST_RECORD } from '../archive/format/rehearsal-record.ts';
import type { ArchiveFile } from '../archive/reading/archive-file.ts';
import { localArchive } from '../archive/reading/archive-file.ts';
import { type Connection, connect, reachFailure } from '../cluster/connect.ts';
import { ServedTypes } from '../cluster/served.ts';
import { Throttle } from '../cluster/throttle.ts';
import { Writer } from '../cluster/write.ts';
import { Side } from '../comparison/side.ts';
import { type ControlPlane, startControlPlane } from '../control-plane/control-plane.ts';
import { findPrograms, type Programs } from '../control-plane/programs.ts';
import type { Ending } from '../exit.ts';
import { beginNamelessArchive, exportCluster, publish } from '../export/export-cluster.ts';
import { progressLine } from '../output/backup.ts';
import { type RehearsalFacts, rehearsalJson, rehearsalRecord, rehearsalText } from '../output/rehearsal.ts';
import { type Part, type RehearsalListener, rehearse as rehearseArchive } from '../rehearsal/rehearse.ts';
import { isProven } from '../rehearsal/result.ts';
import { archivedServer } from '../rehearsal/server-settings.ts';
import { TOOL } from '../version.ts';
import { isSealedName } from '../volume/names.ts';
import { resolveArchive } from '../volume/reference.ts';
import { Failure } from '../words/failure.ts';
import { archivesOf } from './archives.ts';
import type { Context } from './context.ts';
import { takeTemporaryDirectory } from './live-archive.ts';
import { printDocument } from './printing.ts';

/** Bytes for etcd and kube-apiserver together. */
const MEMORY = 3 * 1024 * 1024 * 1024;
/** Milliseconds; the server is ours, and starts while it is first asked. */
const REQUEST = 60_000;
const RETRY = 60_000;

/**
 * Restores each archive into an empty API server and compares what comes back. Ends `incomplete`
 * if the server refused an object or it came back different.
 *
 * @throws Failure if an archive or the server cannot be used
 */
export async function rehearse(context: Context): Promise<Ending> {
  const { config, environment, log } = context;
  const { assets, keep: keepsServer } = config.rehearsal;
  const references = config.args.length === 0 ? ['latest'] : config.args;
  if (keepsServer && references.length > 1)
    throw new Failure('--keep takes one ARCHIVE', 'one API server is kept at a time', 'usage');
  const programs = await findPrograms(assets, environment, realpathSync(process.argv[1] ?? ''));
  const archives = await archivesOf(context);
  const files: ArchiveFile[] = [];
  for (const reference of references) files.push(await resolveArchive(archives, reference));
  const facts: RehearsalFacts[] = [];
  for (const file of files) {
    const own = await rehearsed(context, file, programs);
    facts.push(own);
    await keep(context, file, own);
    if (config.output === 'text') context.print(rehearsalText(own));
  }
  if (config.output !== 'text') printDocument(context, rehearsalJson(facts));
  const isAll = facts.every(({ rehearsal }) => isProven(rehearsal.outcomes));
  log.debug('rehearsed', { archives: facts.length });
  return isAll ? 'done' : 'incomplete';
}

async function rehearsed(context: Context, file: ArchiveFile, programs: Programs): Promise<RehearsalFacts> {
  const { config, log, now } = context;
  const startedAt = now();
  // Before the timer, which would keep the process running if the archive is damaged.
  const archive = await file.open();
  const { milliseconds, text } = config.rehearsal.timeout;
  const stop = new AbortController();
  const tooLate = new Failure(
    `the rehearsal of ${file.file} took longer than ${text}`,
    'allow more with --timeout',
  );
  const timer = setTimeout(() => stop.abort(tooLate), milliseconds);
  try {
    const settings = await archivedServer(archive);
    const directory = await takeTemporaryDirectory(tmpdir());
    try {
      log.info(`Rehearsing ${file.file}: starting an API server`);
      const bounded = AbortSignal.any([context.signal, stop.signal]);
      const plane = await startControlPlane(programs, directory, settings, MEMORY, bounded).catch((error) => {
        // What waits ends with an error of its own; the reason of the signal says why.
        bounded.throwIfAborted();
        throw error;
      });
      try {
        const signal = AbortSignal.any([bounded, plane.failed]);
        return await withServer(context, plane, signal, async (connection) => {
          const { client, server } = connection;
          log.info(`Restoring into Kubernetes ${server.version}`);
          const writer = new Writer(client, new Throttle(), false);
          const cluster = { client, writer, types: new ServedTypes(client), signal };
          const rehearsal = await rehearseArchive(
            {
              archive,
              cluster,
              compared: (use) => withSide(file, use),
              exported: (part, use) => withExport(connection, directory, part, now, use),
            },
            listenerOf(context),
          );
          const facts = {
            archive: file.file,
            digest: await archive.digest(),
            kubernetes: server.version,
            startedAt,
            finishedAt: now(),
            peakMemory: plane.peakMemory(),
            rehearsal,
          };
          clearTimeout(timer);
          if (config.rehearsal.keep) await kept(context, plane);
          return facts;
        });
      } finally {
        await plane.stop();
      }
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  } finally {
    clearTimeout(timer);
    archive.close();
  }
}

/** Connects as the only user of the server. Neither proxies nor other settings of the environment apply to it. */
async function withServer<T>(
  { log }: Context,
  { kubeconfig }: ControlPlane,
  signal: AbortSignal,
  use: (connection: Connection) => Promise<T>,
): Promise<T> {
  try {
    const connection = await connect(
      kubeconfig,
      null,
      {},
      {
        requestTimeout: REQUEST,
        retryFor: RETRY,
        userAgent: `${TOOL.name}/${TOOL.version}`,
        signal,
        warn: (text) => log.warn(text),
      },
    );
    try {
      return await use(connection);
    } finally {
      connection.client.credentials.close();
    }
  } catch (error) {
    signal.throwIfAborted();
    throw reachFailure(error, 'the API server of the rehearsal');
  }
}

async function withSide<T>(file: ArchiveFile, use: (side: Side) => Promise<T>): Promise<T> {
  const side = await Side.open(file);
  try {
    return await use(side);
  } finally {
    side.close();
  }
}

/** Everything that the server has, exported as a backup would; the archive has no name, and goes with this process. */
async function withExport<T>(
  connection: Connection,
  directory: string,
  part: Part,
  now: () => Date,
  use: (side: Side) => Promise<T>,
): Promise<T> {
  const startedAt = now();
  const writer = beginNamelessArchive(directory, startedAt);
  try {
    const scope = {
      projects: [],
      excludeProjects: [],
      include: [],
      clusterResources: 'yes',
      selector: null,
      secrets: true,
      includeDefaultExcluded: true,
      ...part,
    } as const;
    const options = { scope, withStatus: false, withMetadata: false, filter: null, withDependencies: false };
    const nobody = { warned: () => {}, planned: () => {}, typeEnded: () => {} };
    const manifest = await exportCluster(connection, options, null, writer, { startedAt, now }, nobody);
    const { file } = await publish(writer, manifest);
    return await withSide(localArchive(file), use);
  } finally {
    await writer.abort();
  }
}

function listenerOf({ log, progress, columns }: Context): RehearsalListener {
  let isTold = false;
  return {
    restored: ({ type }, done, total) => {
      progress?.(progressLine(done, total, type, columns || 80));
    },
    exporting: () => {
      progress?.('');
      // APIServices are restored and exported by themselves.
      if (!isTold) log.info('Exporting what was restored, and comparing');
      isTold = true;
    },
  };
}

/** Keeps the result beside the archive, for list and verify. A volume that cannot be written to fails nothing. */
async function keep(
  { log }: Context,
  { file, rehearsal }: ArchiveFile,
  facts: RehearsalFacts,
): Promise<void> {
  if (rehearsal === undefined) return;
  try {
    await rehearsal.write(rehearsalRecord(facts, isSealedName(file), LARGEST_RECORD));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    log.warn(`The result is not kept beside ${file}, so list and verify --rehearsed do not know of it`, {
      reason: error.message,
    });
  }
}

/** Leaves the server running until a signal comes. */
async function kept({ log, signal }: Context, { kubeconfig, failed }: ControlPlane): Promise<void> {
  log.info('The API server runs until Ctrl-C', { kubeconfig });
  const end = AbortSignal.any([signal, failed]);
  if (!end.aborted) await new Promise((resolve) => end.addEventListener('abort', resolve, { once: true }));
}
