/*
 * Where things are in an archive, and how people name them: every path of an entry and every
 * `PROJECT/TYPE/NAME` is built and read here.
 */

/** Stands for the project of a cluster-scoped type; no project can have an underscore in its name. */
export const CLUSTER = '_cluster';

/** The two files of an archive that hold no objects: what it is, and the SHA-256 of every other file. */
export const MANIFEST_FILE = 'manifest.json';
export const CHECKSUMS_FILE = 'SHA256SUMS';

/** `''` for objects as they are created, the others for the folders beside them. */
export type View = '' | '_status' | '_bound' | '_metadata';

/** Where a type file is in an archive. */
export interface Place {
  /** Null for cluster-scoped types, which are at the top. */
  readonly project: string | null;
  readonly view: View;
  /** `deployments.apps` */
  readonly type: string;
}

const VIEWS: readonly View[] = ['', '_status', '_bound', '_metadata'];

/** The place of an entry by its name, or null if it is not a type file. */
export function placeOf(entry: string): Place | null {
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

/** The name of the entry at a place: `web/_status/deployments.apps.json`. */
export function entryName(project: string | null, view: View, type: string): string {
  return [project, view, `${type}.json`].filter((part) => part !== null && part !== '').join('/');
}

/** An object as commands name it: `PROJECT/TYPE/NAME`; `_cluster` stands for the project of a cluster-scoped type. */
export function objectPath(project: string | null, type: string, name: string): string {
  return `${project ?? CLUSTER}/${type}/${name}`;
}

/** A part of an archive as a person names it: `PROJECT[/TYPE[/NAME]]`. */
export interface Address {
  readonly project: string | null;
  readonly view: View;
  readonly type: string | null;
  readonly name: string | null;
}

/**
 * Reads `myproject`, `myproject/configmaps`, `_cluster/namespaces/web`, and
 * `myproject/_status/deployments.apps` for the folders beside.
 *
 * @returns null where a part is empty
 */
export function parseAddress(text: string): Address | null {
  // `oc get project/` and shell completion leave a slash behind.
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
