import { type LogFile, logFiles } from '../archive/reading/logs.ts';
import type { ArchiveReader } from '../archive/reading/reader.ts';
import { jsonText } from '../output/print/json.ts';
import { table } from '../output/print/table.ts';
import { size } from '../output/print/units.ts';
import { LOGS } from '../types/archive-paths.ts';
import { Failure } from '../words/failure.ts';
import { didYouMean } from '../words/names.ts';
import type { Context } from './context.ts';
import { printDocument } from './printing.ts';

/**
 * Prints the logs of a pod, or which logs a project has. Characters that control a terminal are printed as
 * escapes; `extract` writes the bytes.
 *
 * @param name `POD` or `POD/CONTAINER`; null for the list
 * @throws Failure if the archive has no such log; Damage, Unreadable
 */
export async function showLogs(
  context: Context,
  archive: ArchiveReader,
  project: string,
  name: string | null,
): Promise<void> {
  const files = await logFiles(archive, project);
  if (files.length === 0) await refuse(archive, project);
  const found = name === null ? files : files.filter((file) => isNamed(file, name));
  if (found.length === 0) {
    const pods = [...new Set(files.map(({ logPath }) => logPath.pod))];
    throw new Failure(
      `${archive.path} has no log of ${name} in ${project}${didYouMean(name ?? '', pods)}`,
      `openshift-backup show ${archive.path} ${project}/${LOGS} lists the logs`,
      'usage',
    );
  }
  if (name === null) printList(context, found);
  else for (const file of found) await printLog(context, archive, file, found.length > 1);
}

async function refuse(archive: ArchiveReader, project: string): Promise<never> {
  const { logs } = await archive.manifest();
  const reason =
    logs === undefined
      ? 'its backup had no --logs'
      : (logs.reason ?? (logs.deniedIn.includes(project) ? 'get of pods/log is denied' : 'no pod wrote any'));
  throw new Failure(
    `${archive.path} has no logs of ${project}: ${reason}`,
    'backup --logs takes them; it needs get on pods/log',
    'usage',
  );
}

function isNamed({ logPath: { pod, container, previous } }: LogFile, name: string): boolean {
  const own = `${pod}/${container}`;
  return (
    name === pod ||
    name === (previous ? `${own}.previous` : own) ||
    name === `${own}${previous ? '.previous' : ''}.log`
  );
}

function printList(context: Context, files: readonly LogFile[]): void {
  const rows = files.map(({ logPath: { pod, container, previous }, entry: { name, bytes } }) => ({
    pod,
    container,
    previous,
    bytes,
    file: name,
  }));
  if (context.config.output !== 'text') {
    printDocument(context, jsonText(rows));
    return;
  }
  const columns = [{ title: 'POD' }, { title: 'CONTAINER' }, { title: 'SIZE', align: 'right' as const }];
  context.print(
    table(
      columns,
      rows.map(({ pod, container, previous, bytes }) => [
        pod,
        previous ? `${container} (previous)` : container,
        size(bytes),
      ]),
    ),
  );
}

async function printLog(
  { print }: Context,
  archive: ArchiveReader,
  { logPath: { container, previous }, entry }: LogFile,
  hasHeading: boolean,
): Promise<void> {
  if (hasHeading) print(`==> ${container}${previous ? ' (previous)' : ''} <==\n`);
  // Characters may be split between two pieces.
  const decoder = new TextDecoder();
  let last = '\n';
  for await (const piece of archive.stream(entry)) {
    const text = decoder.decode(piece, { stream: true });
    print(text);
    last = text.at(-1) ?? last;
  }
  const rest = decoder.decode();
  print(`${rest}${(rest.at(-1) ?? last) === '\n' ? '' : '\n'}`);
}
