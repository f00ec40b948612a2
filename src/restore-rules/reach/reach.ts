import type { Fields } from '../../json/value.ts';
import { globMatcher } from '../../words/glob.ts';
import type { Item } from '../item.ts';
import type { Note } from '../rewrite.ts';
import { CLUSTER_OBJECTS } from './cluster-objects.ts';
import { GRANTS } from './grants.ts';
import type { ClusterPowers } from './powers.ts';
import { SETTINGS } from './settings.ts';

/** What the rows use in addition to the object. */
export interface ReachContext {
  /** Whether a project of the archive is restored. */
  readonly isRestored: (project: string) => boolean;
  /** What ClusterRoles and SCCs of the archive allow. */
  readonly powers: ClusterPowers;
}

/**
 * A way in which an object reaches beyond the projects that are restored. Without
 * `--cluster-resources yes` the object is
 * `withheld`: not created; `trimmed`: created without that; `reported`: created as it is.
 */
export interface ReachRow {
  readonly rule: string;
  /** Globs over full type names. */
  readonly types: readonly string[];
  /** Types that it does not concern. */
  readonly except?: readonly string[];
  /** Concerns no object of a project: some groups have types of both kinds. */
  readonly isClusterScoped?: true;
  readonly action: 'withheld' | 'trimmed' | 'reported';
  /** For the documentation. */
  readonly description: string;
  /** The documentation of its reach. */
  readonly source: string;
  /** What it reaches, one line each: `cluster-admin → Group system:unauthenticated`; [] if nothing. */
  readonly reaches: (fields: Fields, context: ReachContext) => readonly string[];
  /** The trimmed object, which is created. */
  readonly trim?: (fields: Fields, context: ReachContext) => Fields;
  /**
   * For a trimmed object that exists, the object to compare: with the parts that the live one already has,
   * which a restore does not remove.
   *
   * @param isOurs whether a project of the cluster is restored to
   */
  readonly keep?: (trimmed: Fields, live: Fields, isOurs: (project: string) => boolean) => Fields;
}

/** An object of the archive that reaches beyond the restored projects, for the report. */
export interface Reach {
  readonly project: string | null;
  readonly type: string;
  readonly name: string;
  readonly rule: string;
  readonly reaches: readonly string[];
  /** Whether it is restored nevertheless. */
  readonly restored: boolean;
}

/** An object that stays within the restored projects, or the reasons why it is not created. */
export interface Limited {
  /** The archived object without the trimmed parts. */
  readonly item: Item;
  /** Why it is not created; null if it is. */
  readonly withheld: string | null;
  readonly reach: readonly Reach[];
  readonly notes: readonly Note[];
  /** The rows that trimmed it. */
  readonly trimmedBy: readonly ReachRow[];
}

/** The limits of an object that may reach as far as it does. */
export const UNLIMITED: Pick<Limited, 'withheld' | 'reach' | 'trimmedBy'> = {
  withheld: null,
  reach: [],
  trimmedBy: [],
};

/** The rule that excludes an object which reaches beyond the restored projects. */
export const BY_REACH = 'reach';

const HINT = '--cluster-resources yes restores it';

/** The table of what reaches beyond the restored projects, and what a restore does about it. */
export const REACH_TABLE: readonly ReachRow[] = [...GRANTS, ...SETTINGS, ...CLUSTER_OBJECTS];

const compiled = REACH_TABLE.map((row) => ({
  row,
  matches: globMatcher(row.types),
  isExcepted: globMatcher(row.except ?? []),
}));
const byType = new Map<string, readonly ReachRow[]>();

type Scoped = Pick<Item, 'project' | 'type'>;

function rowsOf({ project, type }: Scoped): readonly ReachRow[] {
  const key = `${project === null ? '' : 'project/'}${type}`;
  const known = byType.get(key);
  if (known !== undefined) return known;
  const rows = compiled.flatMap(({ row, matches, isExcepted }) =>
    matches(type) && !isExcepted(type) && (project === null || row.isClusterScoped !== true) ? [row] : [],
  );
  byType.set(key, rows);
  return rows;
}

/**
 * Whether any row concerns a type; objects of all others need not be parsed.
 *
 * @param project null for a cluster-scoped object
 */
export function mayReach(type: string, project: string | null = ''): boolean {
  return rowsOf({ type, project }).length > 0;
}

/** Keeps an object of the archive within the restored projects: see REACH_TABLE. Never throws. */
export function limitReach(item: Item, context: ReachContext): Limited {
  const { project, type, name, apiVersion, kind } = item;
  const reach: Reach[] = [];
  const notes: Note[] = [];
  const trimmedBy: ReachRow[] = [];
  const withheld: string[] = [];
  let fields = item.fields;
  for (const row of rowsOf(item)) {
    const reaches = row.reaches(item.fields, context);
    if (reaches.length === 0) continue;
    reach.push({ project, type, name, rule: row.rule, reaches, restored: row.action === 'reported' });
    if (row.action === 'withheld') withheld.push(...reaches);
    if (row.trim === undefined) continue;
    fields = row.trim(fields, context);
    trimmedBy.push(row);
    for (const text of reaches) notes.push({ rule: row.rule, text: `not restored: ${text}; ${HINT}` });
  }
  if (withheld.length === 0)
    return {
      item: { project, type, apiVersion, kind, name, fields },
      withheld: null,
      reach,
      notes,
      trimmedBy,
    };
  // A withheld object is not created, so that its other rows do not matter.
  const rules = new Set(rowsOf(item).flatMap(({ rule, action }) => (action === 'withheld' ? [rule] : [])));
  const all = reach.filter(({ rule }) => rules.has(rule));
  const why = `reaches beyond the restored projects (${withheld.join('; ')}); ${HINT}`;
  return { item, withheld: why, reach: all, notes: [], trimmedBy: [] };
}

/** The reach of an object that the live one does not have yet. */
export function reachBeyond(reach: readonly Reach[], live: Fields, context: ReachContext): readonly Reach[] {
  return reach.flatMap((each) => {
    const rows = rowsOf(each).filter(({ rule }) => rule === each.rule);
    const known = new Set(rows.flatMap((row) => row.reaches(live, context)));
    const reaches = each.reaches.filter((line) => !known.has(line));
    return reaches.length === 0 ? [] : [{ ...each, reaches }];
  });
}

/** A trimmed object for the comparison with the live one; see ReachRow.keep. */
export function keepingReach(
  item: Item,
  live: Fields,
  rows: readonly ReachRow[],
  isOurs: (project: string) => boolean,
): Item {
  const fields = rows.reduce((left, { keep }) => keep?.(left, live, isOurs) ?? left, item.fields);
  return { ...item, fields };
}
