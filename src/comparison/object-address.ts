import type { Observation } from '../changes/version-spans.ts';
import { type Address, CLUSTER } from '../types/archive-paths.ts';
import { typesOf } from '../types/type-words.ts';
import { type CatalogueRow, noneReadable } from '../volume/catalogue.ts';
import { Failure } from '../words/failure.ts';
import { didYouMean } from '../words/names.ts';
import { namesIn, type ObjectReference } from './object-files.ts';
import { locationsOf, type ObjectLocation } from './object-location.ts';

const HINT = 'openshift-backup show latest lists the resource types';

/** An address that includes an object's name. */
export type ObjectAddress = Address & { readonly type: string; readonly name: string };

/**
 * Finds the type of an address, which may be written as for kubectl. If several types have that
 * name, the result is the one of which the project has objects in some archive.
 *
 * @param rows the newest first
 * @throws Failure if no archive has such a type, or the name is ambiguous
 */
export async function objectReference(
  rows: readonly CatalogueRow[],
  { project, type: word, name }: ObjectAddress,
  signal: AbortSignal,
): Promise<ObjectReference> {
  const types = rows.flatMap(({ reading }) =>
    reading.kind === 'manifest' ? reading.manifest.resourceTypes : [],
  );
  // The newest archive that has a type decides; a Map keeps the last value.
  const known = [...new Map(types.reverse().map((type) => [type.name, type])).values()];
  const found = typesOf(
    word,
    known.filter(({ namespaced }) => namespaced === (project !== null)),
  );
  const references = found.map((type) => ({ project, type: type.name, kind: type.kind, name }));
  const [only, ...others] = references.length > 1 ? await existing(rows, references, signal) : references;
  if (only !== undefined && others.length === 0) return only;
  if (only !== undefined) {
    const where = project ?? CLUSTER;
    const several = [only, ...others]
      .map(({ type }) => type)
      .sort()
      .join(', ');
    throw new Failure(`${word} matches several types in ${where}: ${several}`, 'give the full name', 'usage');
  }
  throw noSuchType(rows, word, name, typesOf(word, known)[0]);
}

async function existing(
  rows: readonly CatalogueRow[],
  references: readonly ObjectReference[],
  signal: AbortSignal,
): Promise<readonly ObjectReference[]> {
  const stored: ObjectReference[] = [];
  for (const reference of references) {
    const found = await locationsOf(rows, reference, false, signal);
    if (found.some(({ kind }) => kind === 'file')) stored.push(reference);
  }
  return stored.length === 0 ? references : stored;
}

function noSuchType(
  rows: readonly CatalogueRow[],
  word: string,
  name: string,
  elsewhere: { readonly name: string; readonly namespaced: boolean } | undefined,
): Failure {
  if (elsewhere !== undefined) {
    const project = elsewhere.namespaced ? 'PROJECT' : CLUSTER;
    const scope = elsewhere.namespaced ? 'stand in projects' : 'are cluster-scoped';
    return new Failure(
      `${elsewhere.name} ${scope}`,
      `openshift-backup history ${project}/${elsewhere.name}/${name}`,
      'usage',
    );
  }
  return noneReadable(rows) ?? new Failure(`no archive has a resource type ${word}`, HINT, 'usage');
}

/**
 * Why there is no history: what the archives have instead, with similar names.
 *
 * @param found the newest first, with what each has of the object
 */
export async function notFound(
  reference: ObjectReference,
  found: ReadonlyArray<{ readonly location: ObjectLocation; readonly observation: Observation }>,
): Promise<Failure> {
  const { project, type, name } = reference;
  const where = `${project ?? CLUSTER}/${type}`;
  const hint = `openshift-backup show latest ${where} lists its objects`;
  const unknown = found.flatMap(({ observation }) => (observation.kind === 'unknown' ? [observation] : []));
  const [first] = unknown;
  const gaps =
    first === undefined
      ? ''
      : `; ${counted(unknown.length)} may have it (${first.archive.name}: ${first.reason})`;
  if (first !== undefined && unknown.length === found.length) {
    return new Failure(
      `no archive covers ${where}/${name}${gaps}`,
      'openshift-backup list shows the state of each',
    );
  }
  const missing = `none of ${counted(found.length)} has ${where}/${name}`;
  const newest = found.flatMap(({ location }) => (location.kind === 'file' ? [location] : []))[0];
  if (newest !== undefined) {
    return new Failure(
      `${missing}${gaps}${didYouMean(name, await namesIn(newest.file, reference))}`,
      hint,
      'usage',
    );
  }
  const projects = new Set(found.flatMap(({ location }) => projectsOf(location.row)));
  if (project === null || projects.has(project))
    return new Failure(`${missing}, nor any other ${type}${gaps}`, hint, 'usage');
  return new Failure(
    `${missing}, nor a project ${project}${gaps}${didYouMean(project, projects)}`,
    `openshift-backup show latest lists the projects; cluster-scoped types are under ${CLUSTER}`,
    'usage',
  );
}

function projectsOf({ reading }: CatalogueRow): string[] {
  return reading.kind === 'manifest' ? reading.manifest.projects.map(({ name }) => name) : [];
}

function counted(archives: number): string {
  return archives === 1 ? '1 archive' : `${archives} archives`;
}
