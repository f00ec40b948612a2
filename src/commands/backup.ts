import type { Manifest } from '../archive/format/manifest.ts';
import type { ArchiveWriter } from '../archive/writing/writer.ts';
import type { LogRange } from '../cluster/pod-logs.ts';
import { compareWithPrevious } from '../comparison/with-previous.ts';
import type { Config } from '../config.ts';
import type { Ending } from '../exit.ts';
import { beginArchive, exportCluster, publish } from '../export/export-cluster.ts';
import { openFilter } from '../export/jq.ts';
import { BackupReport } from '../output/backup.ts';
import { sweepPartials } from '../volume/directory-store.ts';
import { Failure } from '../words/failure.ts';
import { storeOptions } from './archives.ts';
import { type BackupTarget, openTarget, type TargetRotation } from './backup-target.ts';
import { withCluster } from './cluster.ts';
import type { Context } from './context.ts';
import { checkCopies, copyAfterBackup, VERSIONS_HINT } from './copy-after.ts';
import { type Marks, marksOf } from './marks.ts';
import { checkSealing } from './sealing-check.ts';

/**
 * The nightly job: discover → access → plan → list → prune → archive → publish → rotate → copy. Ends `incomplete` if
 * a type failed or a copy is missing; the archive is published nevertheless.
 *
 * @throws Failure if nothing could be written
 */
export async function backup(context: Context): Promise<Ending> {
  const startedAt = context.now();
  const marks = marksOf(context.config, startedAt);
  checkCopies(context);
  await checkSealing(context.config);
  const target = await openTarget(context);
  try {
    return await backUpTo(context, target, startedAt, marks);
  } finally {
    await target.close();
  }
}

async function backUpTo(
  context: Context,
  target: BackupTarget,
  startedAt: Date,
  marks: Marks,
): Promise<Ending> {
  const { config, environment, log, now } = context;
  const report = new BackupReport(log, context.forPeople ? context : null);
  // If one list ends the run (a full volume, an error of the filter), the others end with it.
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  const opened = config.filter === null ? null : await openFilter(config.filter, environment, signal);
  if (opened?.warning) log.warn(opened.warning);

  const writer = await begin(context, target.directory, startedAt);
  let complete: boolean;
  try {
    complete = await withCluster(context, signal, async (connection) => {
      const { client, server, identity } = connection;
      log.info('Backing up', {
        server: client.credentials.server.origin,
        version: server.version,
        user: identity.user,
        volume: config.volume.text,
      });
      const { scope, withStatus, withMetadata } = config;
      const filter = opened?.filter ?? null;
      const logs = logRange(config);
      const options = { scope, withStatus, withMetadata, filter, logs, withDependencies: true };
      const span = { startedAt, now };
      const exported = await exportCluster(connection, options, config.filter, writer, span, report);
      const marked = { ...withIgnored(exported, config), ...marks };
      const { manifest, peakMemory } = await compared(context, writer, marked, signal);
      const published = await target.store(await publish(writer, manifest), manifest);
      report.published(manifest, published, {
        milliseconds: now().getTime() - startedAt.getTime(),
        requests: client.requests,
        peakMemory: Math.max(context.peakMemory(), peakMemory),
      });
      return manifest.complete;
    });
  } catch (error) {
    stop.abort(error);
    await writer.abort();
    throw error;
  }
  await rotateAfter(context, target);
  const copied = await copyAfterBackup(context);
  return complete && copied ? 'done' : 'incomplete';
}

/** The part of the logs that the options choose; null for none. */
function logRange({ logs, logsSince, logsBytes }: Config): LogRange | null {
  return logs ? { sinceSeconds: Math.ceil(logsSince.milliseconds / 1000), bytes: logsBytes } : null;
}

/**
 * Removes files that killed runs left, and begins the archive. If they cannot be removed, the backup
 * still runs; but if nothing can be written either, that error explains the cause best.
 */
async function begin({ config, log }: Context, volume: string, startedAt: Date): Promise<ArchiveWriter> {
  let unswept: Failure | null = null;
  try {
    for (const file of await sweepPartials(volume, config, startedAt))
      log.info('Removed files of a killed run', { file });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    unswept = error;
  }
  let writer: ArchiveWriter;
  try {
    writer = beginArchive(volume, config, startedAt);
  } catch (error) {
    throw unswept ?? error;
  }
  if (unswept !== null)
    log.warn('Files of a killed run could not be removed', {
      reason: unswept.message,
      hint: unswept.hint,
    });
  return writer;
}

/** The manifest with the fields that its counts ignore. */
function withIgnored(manifest: Manifest, { ignored }: Config): Manifest {
  if (ignored.length === 0) return manifest;
  return { ...manifest, options: { ...manifest.options, ignore: ignored.map(({ text }) => text) } };
}

/** The manifest with the changes since the previous archive, and the memory of both processes during the comparison. */
async function compared(
  { config, log }: Context,
  writer: ArchiveWriter,
  manifest: Manifest,
  signal: AbortSignal,
): Promise<{ manifest: Manifest; peakMemory: number }> {
  const held = process.memoryUsage.rss();
  const result = await compareWithPrevious(
    await writer.provide(),
    manifest,
    { volume: config.volume, options: storeOptions(config) },
    config,
    config.ignored,
    signal,
  );
  if (result.kind === 'first') return { manifest, peakMemory: 0 };
  if (result.kind === 'sealed') {
    log.info('The previous archive is sealed, so changes are not counted', { archive: result.archive });
    return { manifest, peakMemory: 0 };
  }
  if (result.kind === 'failed') {
    log.warn('The comparison with the previous archive failed', { reason: result.reason, hint: result.hint });
    return { manifest, peakMemory: 0 };
  }
  const { archive, totals, notShown, notComparable } = result;
  // Not `type`: that name is for the one line per type with the result of its export.
  for (const { project, type, before, after } of notComparable)
    log.info('A resource type cannot be compared with the previous archive', {
      resourceType: type,
      project,
      before,
      after,
    });
  const { added, changed, removed, projects } = totals;
  const previous = { archive, added, changed, removed, projects, notShown };
  return { manifest: { ...manifest, previous }, peakMemory: held + result.peakMemory };
}

/** Old archives are removed only after the new one is published; a failure to do so does not fail the backup. */
async function rotateAfter({ log }: Context, target: BackupTarget): Promise<void> {
  let rotation: TargetRotation;
  try {
    rotation = await target.rotate();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    log.warn('Old archives could not be removed', { reason: error.message, hint: error.hint });
    return;
  }
  for (const { file, reason } of rotation.keep) log.debug('Kept', { archive: file, reason });
  const failed = new Set(rotation.failed.map(({ file }) => file));
  for (const { file, reason } of rotation.remove)
    if (!failed.has(file)) log.info('Removed', { archive: file, reason });
  for (const { file, reason } of rotation.failed)
    log.warn('An old archive could not be removed', { archive: file, reason });
  if (rotation.hidden.length > 0)
    log.warn('The bucket keeps versions of removed archives', {
      archives: rotation.hidden,
      hint: VERSIONS_HINT,
    });
}
