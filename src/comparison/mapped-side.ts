import type { ArchiveFile } from '../archive/reading/archive-file.ts';
import { readParts } from '../archive/reading/contents.ts';
import type { ListPart } from '../archive/reading/list-splitter.ts';
import type { ArchiveReader } from '../archive/reading/reader.ts';
import { compareNames } from '../json/name-order.ts';
import { parseValue } from '../json/parse-value.ts';
import { isFields } from '../json/value.ts';
import { comparedForm, serviceRenamer } from '../restore-rules/compared-form.ts';
import { printFields } from '../restore-rules/print.ts';
import { entryName } from '../types/archive-paths.ts';
import { readHead } from '../types/identity.ts';
import { Side, type SideMapping } from './side.ts';

/** Old project → new project. */
export type ProjectMapping = ReadonlyMap<string, string>;

/**
 * Opens the older of two archives, whose projects are compared with projects of other names.
 *
 * @param withNoise whether objects that every cluster makes itself are compared, too
 * @throws Damage, Unreadable
 */
export async function openMapped(
  file: ArchiveFile,
  mapping: ProjectMapping,
  withNoise: boolean,
): Promise<Side> {
  const archive = await file.open();
  const services = new Map<string, ReadonlySet<string>>();
  try {
    for (const project of mapping.keys()) services.set(project, await serviceNames(archive, project));
  } finally {
    archive.close();
  }
  const hasService = (project: string, name: string) => services.get(project)?.has(name) === true;
  const projects = { mapping, renameServices: serviceRenamer(mapping, hasService) };
  return await Side.open(file, null, { projects: mapping, form: formBy(projects, withNoise) });
}

/** Opens the newer one, in which the new names are. Throws as openMapped. */
export async function openTarget(
  file: ArchiveFile,
  mapping: ProjectMapping,
  withNoise: boolean,
): Promise<Side> {
  const projects = new Map([...mapping.values()].map((name) => [name, name]));
  return await Side.open(file, null, { projects, form: formBy(null, withNoise) });
}

function formBy(projects: Parameters<typeof comparedForm>[1], withNoise: boolean): SideMapping['form'] {
  return (bytes, { project, type }) => {
    const head = readHead(bytes, 'an object');
    const fields = typeof head === 'string' ? null : parseValue(bytes);
    // What is no object is damage, which is found when the objects are joined; what is too large stays as it is.
    if (typeof head === 'string' || fields === null || !isFields(fields)) return bytes;
    const { kind, name, apiVersion } = head;
    const form = comparedForm({ project, type, apiVersion, kind, name, fields }, projects, withNoise);
    return form === null ? null : printFields(form.fields);
  };
}

async function serviceNames(archive: ArchiveReader, project: string): Promise<ReadonlySet<string>> {
  const entry = await archive.find(entryName(project, '', 'services'));
  const names = new Set<string>();
  if (entry === null) return names;
  for await (const { kind, bytes } of readParts(archive, entry)) {
    const head = kind === 'item' ? readHead(bytes, 'an object') : '';
    if (typeof head !== 'string') names.add(head.name);
  }
  return names;
}

/**
 * The objects of a file as they are compared, in the order of the names that they have then.
 *
 * @param onLeftOut is called for each that is not compared
 */
export async function* mappedParts(
  parts: AsyncGenerator<ListPart>,
  { projects, form }: SideMapping,
  place: { readonly project: string | null; readonly type: string },
  onLeftOut: () => void,
): AsyncGenerator<ListPart> {
  /** Namespace objects get new names, and so another order; there is one for each project. */
  const namespaces: Array<{ readonly name: string; readonly bytes: Buffer }> = [];
  const isNamespaces = place.project === null && place.type === 'namespaces';
  for await (const { kind, bytes } of parts) {
    if (kind !== 'item') continue;
    const head = isNamespaces ? readHead(bytes, 'an object') : null;
    if (head !== null && typeof head !== 'string' && !projects.has(head.name)) continue;
    const mapped = form(bytes, place);
    if (mapped === null) onLeftOut();
    else if (head === null || typeof head === 'string') yield { kind, bytes: mapped };
    else namespaces.push({ name: projects.get(head.name) ?? head.name, bytes: mapped });
  }
  namespaces.sort((a, b) => compareNames(a.name, b.name));
  for (const { bytes } of namespaces) yield { kind: 'item', bytes };
}
