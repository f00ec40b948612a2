import type { Observation } from '../changes/version-spans.ts';
import { CLUSTER } from '../types/places.ts';
import type { CatalogueRow } from '../volume/catalogue.ts';
import { Failure } from '../words/failure.ts';
import { closeNames } from '../words/names.ts';
import { namesIn, type ObjectPlace } from './object-files.ts';
import type { ObjectLocation } from './object-location.ts';

/**
 * Why there is no history: what the archives have instead, with names that may have been meant.
 *
 * @param found the newest first, with what was seen there
 */
export async function notFound(
  place: ObjectPlace,
  found: ReadonlyArray<{ readonly location: ObjectLocation; readonly observation: Observation }>,
): Promise<Failure> {
  const { project, type, name } = place;
  const where = `${project ?? CLUSTER}/${type}`;
  const hint = `openshift-backup show latest ${where} prints what is there`;
  const unknown = found.flatMap(({ observation }) => (observation.kind === 'unknown' ? [observation] : []));
  const [first] = unknown;
  const gaps =
    first === undefined
      ? ''
      : `; ${counted(unknown.length)} cannot tell (${first.archive.name}: ${first.reason})`;
  if (first !== undefined && unknown.length === found.length) {
    return new Failure(
      `no archive can tell of ${where}/${name}${gaps}`,
      'openshift-backup list tells the state of each',
    );
  }
  const missing = `none of ${counted(found.length)} has ${where}/${name}`;
  const newest = found.flatMap(({ location }) => (location.kind === 'file' ? [location] : []))[0];
  if (newest !== undefined) {
    return new Failure(
      `${missing}${meant(closeNames(name, await namesIn(newest.file, place)))}${gaps}`,
      hint,
      'usage',
    );
  }
  const projects = new Set(found.flatMap(({ location }) => projectsOf(location.row)));
  if (project === null || projects.has(project))
    return new Failure(`${missing}, nor any other of ${type}${gaps}`, hint, 'usage');
  return new Failure(
    `${missing}, nor a project ${project}${meant(closeNames(project, projects))}${gaps}`,
    `openshift-backup show latest lists the projects; cluster-scoped types are under ${CLUSTER}`,
    'usage',
  );
}

function projectsOf({ reading }: CatalogueRow): string[] {
  return reading.kind === 'manifest' ? reading.manifest.projects.map(({ name }) => name) : [];
}

function meant(names: readonly string[]): string {
  return names.length === 0 ? '' : `, but ${names.join(', ')}`;
}

function counted(archives: number): string {
  return archives === 1 ? '1 archive' : `${archives} archives`;
}
