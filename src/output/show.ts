import { CLUSTER } from '../types/archive-paths.ts';
import { sinceText } from './changes/words.ts';
import { jsonText } from './print/json.ts';
import { printable } from './print/printable.ts';
import { table } from './print/table.ts';
import { age, clock, counted, size } from './print/units.ts';

/** What `show ARCHIVE` prints; a manifest has these fields. */
export interface ArchiveFacts {
  readonly tool: { readonly name: string; readonly version: string };
  readonly cluster: { readonly server: string; readonly version: string };
  readonly identity: { readonly user: string };
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly complete: boolean;
  readonly options: Readonly<Record<string, string | boolean | readonly string[]>>;
  readonly totals: Readonly<Record<'projects' | 'objects' | 'files' | 'bytes', number>>;
  readonly projects: ReadonlyArray<{ readonly name: string; readonly objects: number }>;
  readonly resourceTypes: ReadonlyArray<{
    readonly name: string;
    readonly outcome: string;
    readonly objects: number;
    readonly reason: string | null;
  }>;
  readonly previous: Readonly<{ archive: string; added: number; changed: number; removed: number }> | null;
}

/** A type file as `show ARCHIVE PROJECT` lists it. */
export interface FileRow {
  /** As it is given to `show` after the project: `configmaps`, `_status/deployments.apps`. */
  readonly type: string;
  readonly objects: number;
  /** Uncompressed. */
  readonly bytes: number;
  /** Name of the entry. */
  readonly file: string;
  /** How many of the objects are being deleted; null if the archive has no metadata of them. */
  readonly beingDeleted: number | null;
}

/** The objects of a project, by type. */
export interface TreeRow {
  /** Null for cluster-scoped types. */
  readonly project: string | null;
  readonly objects: number;
  /** How many of them are being deleted; null if the archive has no metadata of them. */
  readonly beingDeleted: number | null;
  /** The project's own deletionTimestamp; null if it is not being deleted, or if that is unknown. */
  readonly beingDeletedSince: string | null;
  readonly types: ReadonlyArray<{
    readonly type: string;
    readonly objects: number;
    readonly beingDeleted: number | null;
  }>;
}

/** Facts and types of an archive, in two paragraphs. */
export function factsText(
  archive: string,
  bytes: number,
  facts: ArchiveFacts,
  zone: string,
  now: Date,
): string {
  const seconds = (Date.parse(facts.finishedAt) - Date.parse(facts.startedAt)) / 1000;
  const started = new Date(facts.startedAt);
  const options = Object.entries(facts.options).map(([flag, value]) => `--${flag} ${String(value)}`);
  const { previous } = facts;
  const lines: Array<readonly [string, string]> = [
    ['archive', `${archive}, ${size(bytes)}, ${facts.complete ? 'complete' : 'incomplete'}`],
    ['cluster', `${facts.cluster.server}, ${facts.cluster.version}`],
    ['identity', facts.identity.user],
    ['started', `${clock(started, zone)} (${age(started, now)}), took ${seconds.toFixed(1)} s`],
    ['tool', `${facts.tool.name} ${facts.tool.version}`],
    [
      'content',
      `${counted(facts.totals.objects, 'object')} in ${counted(facts.totals.files, 'file')}, ${size(facts.totals.bytes)}`,
    ],
  ];
  if (options.length > 0) lines.push(['scope', options.join(' ')]);
  if (previous !== null) {
    const { archive: before, added, changed, removed } = previous;
    lines.push(['changes', `${added} added, ${changed} changed, ${removed} removed since ${before}`]);
  }
  const head = lines.map(([label, text]) => `${label.padEnd(9)} ${printable(text)}\n`).join('');
  const types = facts.resourceTypes.map((type) => [
    type.name,
    type.outcome,
    type.objects === 0 ? '-' : String(type.objects),
    type.reason ?? '',
  ]);
  if (types.length === 0) return head;
  return `${head}\n${table([{ title: 'TYPE' }, { title: 'OUTCOME' }, OBJECTS, { title: 'REASON' }], types)}`;
}

/** Projects and their types as a tree, with the number of objects and of those being deleted. */
export function treeText(tree: readonly TreeRow[]): string {
  const rows = tree.flatMap(({ project, objects, beingDeleted, beingDeletedSince, types }) => [
    [
      project ?? CLUSTER,
      String(objects),
      beingDeletedSince === null ? deletedText(beingDeleted) : (sinceText(beingDeletedSince) ?? ''),
    ],
    ...types.map((type, at) => [
      `${at === types.length - 1 ? '└─' : '├─'} ${type.type}`,
      String(type.objects),
      deletedText(type.beingDeleted),
    ]),
  ]);
  return table([{ title: 'PROJECT' }, OBJECTS, { title: '' }], rows);
}

/** `2 being deleted`; empty if there are none. */
function deletedText(count: number | null): string {
  return count === null || count === 0 ? '' : `${count} being deleted`;
}

/**
 * `archive` (file name), `path`, `bytes` (of the file), `manifest`, as
 * docs/manifest.schema.json has it, and `tree`: a list of `project` (`_cluster` for
 * cluster-scoped types), `objects`, `beingDeleted`, `beingDeletedSince` and `types`, a list
 * of `type`, `objects` and `beingDeleted`.
 */
export function factsJson(
  archive: string,
  path: string,
  bytes: number,
  manifest: ArchiveFacts,
  tree: readonly TreeRow[],
): string {
  const named = tree.map(({ project, ...row }) => ({ project: project ?? CLUSTER, ...row }));
  return jsonText({ archive, path, bytes, manifest, tree: named });
}

/** A table with a row per type file. */
export function filesText(rows: readonly FileRow[]): string {
  return table(
    [{ title: 'TYPE' }, OBJECTS, { title: 'SIZE', align: 'right' }, { title: 'FILE' }, { title: '' }],
    rows.map(({ type, objects, bytes, file, beingDeleted }) => [
      type,
      String(objects),
      size(bytes),
      file,
      deletedText(beingDeleted),
    ]),
  );
}

/**
 * A list of `type`, `objects`, `bytes` (uncompressed), `file` (name inside the archive) and
 * `beingDeleted` (how many of the objects).
 */
export function filesJson(rows: readonly FileRow[]): string {
  return jsonText(rows);
}

const OBJECTS = { title: 'OBJECTS', align: 'right' } as const;
