import type { Attribution, Author } from '../../../src/changes/attribution/attribution.ts';
import type { ObjectChange } from '../../../src/changes/change.ts';
import { type Comparison, Tally } from '../../../src/changes/comparison.ts';
import { ObjectComparer } from '../../../src/changes/object-changes.ts';
import { type ComparisonFacts, comparisonPage } from '../../../src/output/page/diff-page.ts';

type Json = Readonly<Record<string, unknown>>;

/** A changed object, as a comparison yields it. */
export function changed(
  project: string | null,
  type: string,
  name: string,
  before: Json,
  after: Json,
  secrets = false,
): ObjectChange {
  const comparer = new ObjectComparer(type, { noise: false, secrets });
  const changes = [...comparer.changes(bytes(before), bytes(after))];
  return { project, type, kind: '', name, change: 'changed', changes, beingDeletedSince: null };
}

/** An author that wrote on the tenth of September at this time, or at an unknown one. */
export function author(manager: string, time: string | null): Author {
  return time === null
    ? { manager, operation: 'Update', subresource: 'scale', time }
    : { manager, operation: 'Update', subresource: null, time: `2026-09-10T${time}Z` };
}

/** The object with the authors of each of its changes. */
export function attributed(
  object: ObjectChange,
  changes: ReadonlyArray<readonly Author[]>,
  more: Partial<Attribution> = {},
): ObjectChange {
  return { ...object, attribution: { created: null, isRecreated: false, by: [], changes, ...more } };
}

/** An object that was added or removed. */
export function lone(
  project: string | null,
  type: string,
  name: string,
  change: 'added' | 'removed',
): ObjectChange {
  return { project, type, kind: '', name, change, changes: [], beingDeletedSince: null };
}

/** A comparison of these objects, by project and type. */
export function comparisonOf(
  objects: Iterable<ObjectChange>,
  more: Partial<Pick<Comparison, 'before' | 'after' | 'notes' | 'notComparable'>> = {},
): Comparison {
  const tally = new Tally();
  return {
    before: { name: 'openshift-backup202609100015.zip', time: '2026-09-10T00:15:00Z' },
    after: { name: 'openshift-backup202609110015.zip', time: '2026-09-11T00:15:00Z' },
    notes: [],
    notComparable: [],
    ...more,
    objects: handedOut(objects, tally),
    tally,
  };
}

/** The whole page as one text. */
export async function pageOf(comparison: Comparison, facts: Partial<ComparisonFacts> = {}): Promise<string> {
  const pieces: string[] = [];
  for await (const piece of comparisonPage(comparison, { ...FACTS, ...facts })) pieces.push(piece);
  return pieces.join('');
}

const ARCHIVE = {
  complete: true,
  cluster: { server: 'https://api.example.com:6443', version: 'v1.33.2' },
  identity: { user: 'system:serviceaccount:cluster-backup:backup' },
  totals: { projects: 42, objects: 8123 },
};

export const FACTS: ComparisonFacts = {
  before: ARCHIVE,
  after: { ...ARCHIVE, complete: false, totals: { projects: 43, objects: 8140 } },
  archives: Array.from({ length: 24 }, (_, at) => {
    const date = new Date(Date.UTC(2026, 7, 19 + at, 0, 15));
    return {
      file: `openshift-backup${date.toISOString().replace(/[-T:]/g, '').slice(0, 12)}.zip`,
      time: date.toISOString(),
      state: at === 9 || at === 23 ? ('incomplete' as const) : ('complete' as const),
      previous: at === 0 ? null : { added: (at * 7) % 12, changed: (at * 13) % 31, removed: (at * 5) % 7 },
    };
  }),
  isLive: false,
  zone: 'UTC',
  showsSecrets: false,
  options: [],
  tool: 'openshift-backup 1.0.0',
};

async function* handedOut(objects: Iterable<ObjectChange>, tally: Tally): AsyncGenerator<ObjectChange> {
  for (const object of objects) {
    tally.add(object);
    yield object;
  }
}

function bytes(value: Json): Buffer {
  return Buffer.from(JSON.stringify(value));
}
