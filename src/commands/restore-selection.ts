import type { Manifest } from '../archive/format/manifest.ts';
import { findObject, findTypeFile, readParts, type TypeFile } from '../archive/reading/contents.ts';
import type { ArchiveReader } from '../archive/reading/reader.ts';
import { projectChoice } from '../plan/scope.ts';
import type { NamedObjects } from '../restore-rules/selection/selection.ts';
import { CLUSTER, parseAddress } from '../types/archive-paths.ts';
import { readHead } from '../types/identity.ts';
import { labelsOf } from '../types/labels.ts';
import { selectorMatcher } from '../types/selector.ts';
import { Failure } from '../words/failure.ts';
import { checkGlobs, globMatcher, isLiteral } from '../words/glob.ts';

export const USAGE =
  'openshift-backup restore ARCHIVE [PROJECT/TYPE/NAME...]; NAME may be a glob; cluster-scoped types are under _cluster';

/**
 * The objects that the arguments `PROJECT/TYPE/NAME` stand for; NAME may be a glob.
 *
 * @throws Failure if the archive has no such object; Damage, Unreadable
 */
export async function namedObjects(
  archive: ArchiveReader,
  manifest: Manifest,
  words: readonly string[],
): Promise<NamedObjects[]> {
  const objects: NamedObjects[] = [];
  for (const word of words) {
    const address = parseAddress(word);
    if (address === null || address.type === null || address.name === null || address.view !== '')
      throw new Failure(`${word} is not PROJECT/TYPE/NAME`, USAGE, 'usage');
    const { name, project } = address;
    const file = await findTypeFile(archive, manifest, { ...address, type: address.type });
    const hasName = await nameMatcher(archive, file, name);
    objects.push({ project, type: file.typePath.type, name, hasName });
  }
  return objects;
}

/** A name may contain any character, also wildcards: an exact match comes first. */
async function nameMatcher(
  archive: ArchiveReader,
  file: TypeFile,
  name: string,
): Promise<(name: string) => boolean> {
  const isSame = (each: string) => each === name;
  const [mistake] = isLiteral(name) ? [] : checkGlobs([name]);
  if (isLiteral(name) || mistake !== undefined) {
    await findObject(archive, file, name);
    return isSame;
  }
  const matches = globMatcher([name]);
  let found = false;
  for await (const part of readParts(archive, file.entry)) {
    const head = part.kind === 'item' ? readHead(part.bytes, 'an object') : '';
    if (typeof head === 'string') continue;
    if (isSame(head.name)) return isSame;
    found ||= matches(head.name);
  }
  if (found) return matches;
  const address = `${file.typePath.project ?? CLUSTER}/${file.typePath.type}`;
  throw new Failure(
    `no object in ${address} matches ${name}`,
    `openshift-backup show ${archive.path} ${address} prints all`,
    'usage',
  );
}

/**
 * The projects selected by `--project` whose labels match one of the selectors.
 *
 * @throws Failure if there is none; Damage, Unreadable
 */
export async function projectsByLabel(
  archive: ArchiveReader,
  selectors: readonly string[],
  scope: Parameters<typeof projectChoice>[0],
): Promise<readonly string[]> {
  const matchers = selectors.map(selectorMatcher);
  const isIn = projectChoice(scope);
  const names: string[] = [];
  const entry = (await archive.entries()).find(({ name }) => name === 'namespaces.json');
  if (entry === undefined)
    throw new Failure(
      `${archive.path} has no namespaces, so the labels of its projects are unknown`,
      'name the projects with --project',
      'usage',
    );
  for await (const part of readParts(archive, entry)) {
    if (part.kind !== 'item') continue;
    const head = readHead(part.bytes, 'a namespace');
    if (typeof head === 'string' || !isIn(head.name)) continue;
    const labels = labelsOf(part.bytes);
    if (matchers.some((matches) => matches(labels))) names.push(head.name);
  }
  if (names.length > 0) return names;
  throw new Failure(
    `no project in ${archive.path} matches --project-selector ${selectors.join(' or ')}`,
    `openshift-backup show ${archive.path} ${CLUSTER}/namespaces prints the labels of all`,
    'usage',
  );
}
