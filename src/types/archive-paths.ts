/*
 * The paths of entries in an archive, and addresses (`PROJECT/TYPE/NAME`): all of them are
 * built and parsed here.
 */

/** Used as the project of cluster-scoped types; names of projects cannot contain underscores. */
export const CLUSTER = '_cluster';

/** The two files of an archive without objects: its manifest, and the SHA-256 of every other file. */
export const MANIFEST_FILE = 'manifest.json';
export const CHECKSUMS_FILE = 'SHA256SUMS';

/** `''` for manifests that can be applied, the others for folders with further parts of the objects. */
export type View = '' | '_status' | '_bound' | '_metadata';

/** The path of a type file in an archive, in its parts. */
export interface TypePath {
  /** Null for cluster-scoped types, which are at the top level. */
  readonly project: string | null;
  readonly view: View;
  /** `deployments.apps` */
  readonly type: string;
}

const VIEWS: readonly View[] = ['', '_status', '_bound', '_metadata'];

/** The parts of an entry's name, or null if it is not a type file. */
export function typePathOf(entry: string): TypePath | null {
  if (!entry.endsWith('.json') || entry === MANIFEST_FILE) return null;
  const parts = entry.slice(0, -'.json'.length).split('/');
  const type = parts.pop() ?? '';
  const first = parts[0];
  const project = first === undefined || first.startsWith('_') ? null : first;
  const [folder = '', ...deeper] = project === null ? parts : parts.slice(1);
  const view = VIEWS.find((each) => each === folder);
  if (view === undefined || deeper.length > 0 || type === '' || type.startsWith('_')) return null;
  return { project, view, type };
}

/** The name of the entry of a type file: `web/_status/deployments.apps.json`. */
export function entryName(project: string | null, view: View, type: string): string {
  const folder = project === null ? '' : `${project}/`;
  return view === '' ? `${folder}${type}.json` : `${folder}${view}/${type}.json`;
}

/** The address of an object: `PROJECT/TYPE/NAME`, with `_cluster` as the project of cluster-scoped types. */
export function objectPath(project: string | null, type: string, name: string): string {
  return `${project ?? CLUSTER}/${type}/${name}`;
}

/** The address of a part of an archive: `PROJECT[/TYPE[/NAME]]`. */
export interface Address {
  readonly project: string | null;
  readonly view: View;
  readonly type: string | null;
  readonly name: string | null;
}

/**
 * Parses `myproject`, `myproject/configmaps`, `_cluster/namespaces/web`, and
 * `myproject/_status/deployments.apps` for the other folders.
 *
 * @returns null if a part is empty
 */
export function parseAddress(text: string): Address | null {
  // `oc get project/` and shell completion append a slash.
  const parts = text.replace(/\/$/, '').split('/');
  if (parts.includes('')) return null;
  const [project = '', ...rest] = parts;
  const view = VIEWS.find((each) => each === rest[0]) ?? '';
  const [type = null, ...names] = view === '' ? rest : rest.slice(1);
  return {
    project: project === CLUSTER ? null : project,
    view,
    type,
    name: names.length === 0 ? null : names.join('/'),
  };
}

/** The folder of a project's logs, and how they are addressed: `shop/_logs/POD`. */
export const LOGS = '_logs';

/** The path of the log of a container, in its parts. */
export interface LogPath {
  readonly project: string;
  readonly pod: string;
  readonly container: string;
  /** Whether it is of the run before the last restart. */
  readonly previous: boolean;
}

/** Names of pods and containers: DNS subdomains, in which no path can hide. */
const NAME = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;

/** Containers are DNS labels, so that the ending is never a part of their names. */
const FILE = /^([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)(\.previous)?\.log$/;

/** Whether the log of a container can be in an archive: API servers accept no other names. */
export function canHaveLog({ pod, container }: Pick<LogPath, 'pod' | 'container'>): boolean {
  return NAME.test(pod) && FILE.test(`${container}.log`) && !pod.includes('..');
}

/** `web.log`, `web.previous.log`. */
export function logFileName({ container, previous }: Pick<LogPath, 'container' | 'previous'>): string {
  return `${container}${previous ? '.previous' : ''}.log`;
}

/** The name of the entry of a log. */
export function logEntryName(log: LogPath): string {
  return `${log.project}/${LOGS}/${log.pod}/${logFileName(log)}`;
}

/** The parts of an entry's name, or null if it is not a log. */
export function logPathOf(entry: string): LogPath | null {
  const [project = '', folder, pod = '', file = '', ...deeper] = entry.split('/');
  if (folder !== LOGS || deeper.length > 0 || project === '' || project.startsWith('_')) return null;
  const [, container, previous] = FILE.exec(file) ?? [];
  if (container === undefined || !NAME.test(pod)) return null;
  return { project, pod, container, previous: previous !== undefined };
}
