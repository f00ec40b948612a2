import {
  type ExtractableFile,
  type ExtractedFile,
  extractableFiles,
  extractProject,
  writeProjectZip,
  writeWholeFile,
} from '../archive/reading/extract.ts';
import type { ArchiveReader } from '../archive/reading/reader.ts';
import type { Config } from '../config.ts';
import type { Ending } from '../exit.ts';
import { extractedJson, extractedText } from '../output/extract.ts';
import { parseAddress } from '../types/archive-paths.ts';
import { resolveArchive } from '../volume/reference.ts';
import { Failure } from '../words/failure.ts';
import { archivesOf } from './archives.ts';
import type { Context } from './context.ts';
import { printDocument } from './printing.ts';

const USAGE =
  'openshift-backup extract ARCHIVE PROJECT --to DIR|FILE.zip|-; cluster-scoped types are _cluster';
/** The argument for stdout instead of a file. */
const STDOUT = '-';

/**
 * Writes the files of a project, Secrets with their real data, to a directory, to a zip
 * file or as a zip to stdout. `-o json` is what extractedJson documents.
 */
export async function extract(context: Context): Promise<Ending> {
  const { config, print, log, signal } = context;
  const [reference, what, ...more] = config.args;
  const address = what === undefined ? null : parseAddress(what);
  if (reference === undefined || address === null || more.length > 0) {
    throw new Failure('extract needs an ARCHIVE and a PROJECT', USAGE, 'usage');
  }
  if (address.type !== null || address.view !== '') {
    throw new Failure(`extract takes a whole PROJECT, but got ${what}`, USAGE, 'usage');
  }
  const { to } = config;
  if (to === null) throw new Failure('extract needs --to DIR, --to FILE.zip or --to -', USAGE, 'usage');
  if (to === STDOUT) checkStdout(context);
  const stored = await resolveArchive(await archivesOf(context), reference);
  const { file } = stored;
  const archive = await stored.open();
  try {
    const { project } = address;
    const isZip = to === STDOUT || to.toLowerCase().endsWith('.zip');
    const files = isZip
      ? await zipped(context, archive, project, to)
      : await extractProject(archive, project, to, signal);
    const extracted = { archive: file, project, to, isZip, files };
    // The zip is on stdout, so the summary goes to stderr.
    if (to === STDOUT) log.info(extractedText({ ...extracted, to: 'stdout' }).trimEnd());
    else if (config.output === 'text') print(extractedText(extracted));
    else printDocument(context, extractedJson(extracted));
  } finally {
    archive.close();
  }
  return 'done';
}

/** A zip on a terminal, or mixed with other output, is useless. */
function checkStdout({ config, toTerminal }: Context): void {
  if (toTerminal) {
    const hint = 'redirect it: openshift-backup extract … --to - > shop.zip; with oc exec, without -t';
    throw new Failure('--to - writes a zip, and stdout is a terminal', hint, 'usage');
  }
  if (config.output !== 'text') {
    const hint = 'leave out one of the two';
    throw new Failure(`--to - and -o ${config.output} both write to stdout`, hint, 'usage');
  }
}

/** Output to stdout cannot be withdrawn, and some programs unpack a zip while it arrives. */
async function proveFiles(
  archive: ArchiveReader,
  files: readonly ExtractableFile[],
  signal: AbortSignal,
): Promise<void> {
  for (const { entry } of files) for await (const _ of archive.stream(entry)) signal.throwIfAborted();
}

async function zipped(
  { write, signal }: Context,
  archive: ArchiveReader,
  project: string | null,
  to: NonNullable<Config['to']>,
): Promise<ExtractedFile[]> {
  const manifest = await archive.manifest();
  const files = await extractableFiles(archive, manifest, project);
  const time = new Date(manifest.startedAt);
  if (to === STDOUT) {
    await proveFiles(archive, files, signal);
    return await writeProjectZip(archive, files, time, write, signal);
  }
  return await writeWholeFile(to, (take) => writeProjectZip(archive, files, time, take, signal));
}
