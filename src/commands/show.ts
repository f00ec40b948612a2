import { countObjects, findObject, findTypeFile, projectFiles, readParts } from '../archive/contents.ts';
import { Damage } from '../archive/damage.ts';
import { type Address, parseAddress } from '../archive/places.ts';
import { ArchiveReader } from '../archive/reader.ts';
import { resolveArchive } from '../archive/reference.ts';
import type { Ending } from '../exit.ts';
import { factsJson, factsText, filesJson, filesText } from '../output/contents.ts';
import { listText, objectText } from '../output/list-text.ts';
import { Failure } from '../snapshot/failure.ts';
import type { Context } from './context.ts';

const USAGE =
  'openshift-backup show ARCHIVE [PROJECT[/TYPE[/NAME]]]; cluster-scoped types are under _cluster';

/**
 * Prints what is in an archive, a project, a type file or an object. Files and
 * objects come as they stand in the archive, but for the data of Secrets.
 * `-o json`: factsJson for an archive, filesJson for a project; files and
 * objects are JSON in either form.
 */
export async function show(context: Context): Promise<Ending> {
  const [reference, what, ...more] = context.config.args;
  if (reference === undefined) throw new Failure('show needs an ARCHIVE', USAGE, 'usage');
  const address = what === undefined ? null : parseAddress(what);
  if (more.length > 0 || (what !== undefined && address === null)) {
    throw new Failure(`show does not understand ${[what, ...more].join(' ')}`, USAGE, 'usage');
  }
  const { file, path } = await resolveArchive(context.config.volume, context.config, reference);
  const archive = await ArchiveReader.open(path);
  try {
    if (address === null) await showArchive(context, archive, file);
    else if (address.type === null) await showProject(context, archive, address);
    else await showType(context, archive, { ...address, type: address.type });
  } finally {
    archive.close();
  }
  return 'done';
}

async function showArchive({ config, print, now }: Context, archive: ArchiveReader, file: string) {
  const manifest = await archive.manifest();
  if (config.output === 'json') print(factsJson(file, archive.path, archive.size, manifest));
  else print(factsText(file, archive.size, manifest, config.zone, now()));
}

async function showProject({ config, print }: Context, archive: ArchiveReader, { project, view }: Address) {
  const rows = [];
  for (const { place, entry } of await projectFiles(archive, await archive.manifest(), project)) {
    if (view !== '' && place.view !== view) continue;
    const type = place.view === '' ? place.type : `${place.view}/${place.type}`;
    const objects = await countObjects(archive, entry);
    rows.push({ type, objects, bytes: entry.bytes, file: entry.name });
  }
  print(config.output === 'json' ? filesJson(rows) : filesText(rows));
}

async function showType(
  { config, print, columns }: Context,
  archive: ArchiveReader,
  address: Address & { readonly type: string },
) {
  const file = await findTypeFile(archive, await archive.manifest(), address);
  const options = { showSecrets: config.showSecrets, terminal: columns > 0 };
  try {
    if (address.name !== null) {
      print(`${objectText(await findObject(archive, file, address.name), '', options)}\n`);
      return;
    }
    for await (const text of listText(readParts(archive, file.entry), options)) print(text);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Damage(archive.path, `${file.entry.name} is not valid UTF-8 or not valid JSON`);
  }
}
