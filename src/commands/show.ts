import { Damage } from '../archive/format/damage.ts';
import {
  countObjects,
  findObject,
  findTypeFile,
  projectFiles,
  readParts,
  type TypeFile,
} from '../archive/reading/contents.ts';
import { beingDeleted, countBeingDeleted, projectDeletion } from '../archive/reading/deletion.ts';
import { partsWithMetadata, partsWithStatus } from '../archive/reading/joined-parts.ts';
import type { ListPart } from '../archive/reading/list-splitter.ts';
import type { ArchiveReader } from '../archive/reading/reader.ts';
import { treeOf } from '../archive/reading/tree.ts';
import type { Ending } from '../exit.ts';
import { JsonError } from '../json/scan.ts';
import { clock } from '../output/print/units.ts';
import { factsJson, factsText, filesJson, filesText, treeText } from '../output/show.ts';
import { listText, objectText } from '../output/show-objects.ts';
import { type Address, LOGS, parseAddress } from '../types/archive-paths.ts';
import { resolveArchive } from '../volume/reference.ts';
import { Failure } from '../words/failure.ts';
import { brief } from '../words/names.ts';
import { archivesOf } from './archives.ts';
import type { Context } from './context.ts';
import { printDocument } from './printing.ts';
import { showLogs } from './show-logs.ts';

const USAGE =
  'openshift-backup show ARCHIVE [PROJECT[/TYPE[/NAME]]]; cluster-scoped types are under _cluster';

/**
 * Prints the contents of an archive or a project, a type file or an object. Files and
 * objects are printed as they are in the archive, with secrets masked.
 * `-o json`: factsJson for an archive, filesJson for a project; files and
 * objects are JSON without it too. `-o yaml`: the same documents as YAML.
 * `--status` adds the status of each object, `--metadata` the metadata set by the server.
 */
export async function show(context: Context): Promise<Ending> {
  const [reference, what, ...more] = context.config.args;
  if (reference === undefined) throw new Failure('show needs an ARCHIVE', USAGE, 'usage');
  const address = what === undefined ? null : parseAddress(what);
  if (more.length > 0 || (what !== undefined && address === null)) {
    throw new Failure(`invalid argument for show: ${[what, ...more].join(' ')}`, USAGE, 'usage');
  }
  const idle = [
    ...(context.config.showStatus ? ['--status'] : []),
    ...(context.config.showMetadata ? ['--metadata'] : []),
  ];
  // Only a warning, since a variable may have set it for all commands.
  if (idle.length > 0 && (address === null || address.type === null)) {
    context.log.warn(`${idle.join(' and ')}: no effect without a TYPE`, { hint: USAGE });
  }
  const stored = await resolveArchive(await archivesOf(context), reference);
  const { file } = stored;
  // A broken archive is shown as far as it can be read, with a warning.
  const archive = await stored.open(({ message, hint }) => context.log.warn(message, { hint }));
  try {
    if (address === null) await showArchive(context, archive, file);
    else if (address.type === LOGS && address.project !== null)
      await showLogs(context, archive, address.project, address.name);
    else if (address.type === null) await showProject(context, archive, address);
    else await showType(context, archive, { ...address, type: address.type });
  } finally {
    archive.close();
  }
  return 'done';
}

async function showArchive({ config, print, now }: Context, archive: ArchiveReader, file: string) {
  const manifest = await archive.manifest();
  if (config.output === 'text') {
    print(factsText(file, archive.size, manifest, config.zone, now()));
    // After the facts from the manifest: counting reads all files, and one may be damaged.
    print(`\n${treeText(await treeOf(archive))}`);
    return;
  }
  printDocument(
    { config, print },
    factsJson(file, archive.path, archive.size, manifest, await treeOf(archive)),
  );
}

async function showProject(context: Context, archive: ArchiveReader, { project, view }: Address) {
  const { config, print } = context;
  const rows = [];
  const files = await projectFiles(archive, await archive.manifest(), project);
  const entries = new Map(files.map(({ entry }) => [entry.name, entry]));
  for (const { typePath, entry } of files) {
    if (view !== '' && typePath.view !== view) continue;
    const type = typePath.view === '' ? typePath.type : `${typePath.view}/${typePath.type}`;
    const objects = await countObjects(archive, entry);
    const beingDeleted =
      typePath.view === '' ? await countBeingDeleted(archive, project, typePath.type, entries) : null;
    rows.push({ type, objects, bytes: entry.bytes, file: entry.name, beingDeleted });
  }
  if (config.output === 'text') print(filesText(rows));
  else printDocument({ config, print }, filesJson(rows));
  await warnOfProject(context, archive, project);
}

async function showType(
  context: Context,
  archive: ArchiveReader,
  address: Address & { readonly type: string },
) {
  const { config, print } = context;
  const file = await findTypeFile(archive, await archive.manifest(), address);
  const parts = partsOf(archive, file, config);
  const form = {
    showSecrets: config.showSecrets,
    type: file.typePath.type,
    yaml: config.output === 'yaml',
  };
  try {
    if (address.name !== null) {
      print(objectText(await findObject(archive, file, address.name, parts), form));
    } else for await (const text of listText(parts, form)) print(text);
  } catch (error) {
    if (!isOfContent(error)) throw error;
    throw new Damage(archive.path, `${file.entry.name} is not valid UTF-8 or not valid JSON`);
  }
  await warnOfObjects(context, archive, file, address.name);
  await warnOfProject(context, archive, address.project);
}

function partsOf(
  archive: ArchiveReader,
  file: TypeFile,
  { showStatus, showMetadata }: Context['config'],
): AsyncGenerator<ListPart> {
  const parts = showStatus ? partsWithStatus(archive, file) : readParts(archive, file.entry);
  return showMetadata && file.typePath.view !== '_metadata' ? partsWithMetadata(archive, file, parts) : parts;
}

/** The errors of JSON.parse, the UTF-8 decoder and our JSON scanner for invalid content; all other errors have other causes. */
function isOfContent(error: unknown): boolean {
  if (error instanceof SyntaxError || error instanceof JsonError) return true;
  return error instanceof TypeError && 'code' in error && error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA';
}

/** The most objects that are named; further ones are only counted. */
const MOST_NAMED = 10;

/**
 * Warns about objects being deleted among those that `show` printed. Warnings go to stderr,
 * since a program may read stdout.
 *
 * @throws Damage, Unreadable
 */
async function warnOfProject(
  { config, log }: Pick<Context, 'config' | 'log'>,
  archive: ArchiveReader,
  project: string | null,
): Promise<void> {
  const since = project === null ? null : await projectDeletion(archive, project);
  if (since !== null)
    log.warn(`project ${project} is being deleted since ${clock(new Date(since), config.zone)}`);
}

/**
 * The same for a type file, or for one object in it.
 *
 * @param name null for all objects
 * @throws as warnOfProject
 */
async function warnOfObjects(
  { config, log }: Pick<Context, 'config' | 'log'>,
  archive: ArchiveReader,
  { typePath: { project, type } }: TypeFile,
  name: string | null,
): Promise<void> {
  const named: string[] = [];
  let count = 0;
  for await (const each of beingDeleted(archive, project, type)) {
    if (name !== null && each.name !== name) continue;
    count += 1;
    if (named.length === MOST_NAMED) continue;
    named.push(`${brief(each.name)} is being deleted since ${clock(new Date(each.since), config.zone)}`);
  }
  for (const text of named) log.warn(text);
  if (count > named.length) log.warn(`${count - named.length} more objects are being deleted`);
}
