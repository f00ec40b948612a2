import { Damage, Unreadable } from '../archive/format/damage.ts';
import type { Manifest } from '../archive/format/manifest.ts';
import { groupAlike, type ListingEntry } from '../changes/alike.ts';
import { type ChangeLog, WaitingEntries, type WaitingLimits } from '../changes/change-log.ts';
import { NotShownCount } from '../changes/comparison.ts';
import { earliestTime, type LogEntry, latestTime, logEntries } from '../changes/log-entry.ts';
import type { Unknown } from '../changes/version-spans.ts';
import type { CatalogueRow } from '../volume/catalogue.ts';
import { isSameCluster, periodBetween } from './attributor.ts';
import { hasMetadata } from './comparable.ts';
import { type ComparisonScope, compareArchives, type ObjectsIn } from './compare.ts';
import {
  CoveredParts,
  type Extent,
  extentOf,
  objectsOf,
  type Part,
  partialTypes,
  uncoveredParts,
} from './covered-parts.ts';
import { comparedOf } from './object-location.ts';
import { Side } from './side.ts';

/** What of the archives is read, and how it is listed. */
export interface LogScope extends ComparisonScope {
  /** Only what may have happened from this time on; null for all. */
  readonly from: Date | null;
  /** Only what may have happened until this time; null for all. */
  readonly to: Date | null;
  /** Whether the same change in several projects is one entry. */
  readonly groups: boolean;
}

/** An archive whose manifest could be read. */
interface Night {
  readonly row: CatalogueRow;
  readonly manifest: Manifest;
}

/** Times of API servers and of the machines that make archives may differ by this; see attributionOf. */
const TOLERANCE = 6_000;

/**
 * Every change between archives, newest first. Each archive is compared with the one before it; what that one
 * does not cover is compared with the newest older archive that covers it. Archives that cannot be read are
 * listed in the result. Archives of different clusters are not compared with each other.
 *
 * @param rows newest first
 * @param limits for entries that are kept until their position is known
 * @throws the signal's reason, while the entries are iterated
 */
export function readChangeLog(
  rows: readonly CatalogueRow[],
  scope: LogScope,
  signal: AbortSignal,
  limits?: WaitingLimits,
): ChangeLog {
  const nights = rows.flatMap((row) =>
    row.reading.kind === 'manifest' ? [{ row, manifest: row.reading.manifest }] : [],
  );
  const unread = rows.flatMap((row) =>
    row.reading.kind === 'manifest'
      ? []
      : [{ archive: comparedOf(row), reason: `${row.reading.kind}: ${row.reading.reason}` }],
  );
  const reader = new LogReader(nights, unread, scope, signal, limits);
  return {
    archives: rows.map(comparedOf),
    notes: reader.notes,
    unread,
    notShown: reader.notShown,
    entries: reader.entries(),
  };
}

class LogReader {
  readonly notShown = new NotShownCount();
  readonly notes: string[];
  readonly #nights: readonly Night[];
  readonly #unread: Unknown[];
  readonly #scope: LogScope;
  readonly #signal: AbortSignal;
  readonly #limits: WaitingLimits | undefined;
  readonly #extent: Extent;
  /** The last two that were opened: each archive is first the older, then the newer one of two. */
  readonly #open = new Map<Night, Side>();
  readonly #broken = new Set<Night>();
  readonly #withoutMetadata = new Set<Night>();

  constructor(
    nights: readonly Night[],
    unread: Unknown[],
    scope: LogScope,
    signal: AbortSignal,
    limits: WaitingLimits | undefined,
  ) {
    this.#nights = nights;
    this.#unread = unread;
    this.#scope = scope;
    this.#signal = signal;
    this.#limits = limits;
    const manifests = nights.map(({ manifest }) => manifest);
    this.#extent = extentOf(manifests);
    this.notes = notesOf(manifests);
  }

  async *entries(): AsyncGenerator<LogEntry | 'limit'> {
    const waiting = new WaitingEntries(this.#limits);
    try {
      for (const [at, night] of this.#nights.entries()) {
        const older = this.#nights.slice(at + 1);
        if (!this.#isTooOld(night)) {
          for await (const entry of this.#changesIn(night, older)) {
            if (entry !== 'limit' && (!this.#isInTime(entry) || waiting.add(entry))) continue;
            yield 'limit';
            yield* waiting.takeAll();
          }
        }
        yield* waiting.takeSince(Math.max(...older.map(lastMoment), Number.NEGATIVE_INFINITY));
      }
    } finally {
      for (const side of this.#open.values()) side.close();
    }
    const { size } = this.#withoutMetadata;
    if (size > 0)
      this.notes.push(
        `${size} of ${this.#nights.length} archives have no _metadata: they do not show who changed the objects`,
      );
  }

  /** What changed since the archives before, in no order. */
  async *#changesIn(night: Night, olderNights: readonly Night[]): AsyncGenerator<LogEntry | 'limit'> {
    const older = olderNights.filter(({ manifest }) => isSameCluster(manifest, night.manifest));
    if (older[0] !== undefined && this.#isTooNew(older[0])) return;
    /** What no archive so far covers; null before the first. */
    let left: readonly Part[] | null = null;
    for (const other of older) {
      this.#signal.throwIfAborted();
      if (left !== null && !mayCover(other, left)) continue;
      const [after, before] = [await this.#side(night), await this.#side(other)];
      if (after === null) return;
      if (before === null) continue;
      const isWhole = yield* this.#changesBetween(
        { night: other, side: before },
        { night, side: after },
        left,
      );
      if (!isWhole) continue;
      const covered = new CoveredParts(before.manifest, before.fingerprints);
      left =
        left === null
          ? uncoveredParts(new CoveredParts(after.manifest, after.fingerprints), covered, this.#extent)
          : left.filter((part) => !covered.covers(part));
      if (left.length === 0) return;
    }
  }

  /**
   * Between two archives.
   *
   * @param parts what is compared; null for everything
   * @returns false if the older one cannot be read to its end; then it counts for nothing
   */
  async *#changesBetween(
    before: { readonly night: Night; readonly side: Side },
    after: { readonly night: Night; readonly side: Side },
    parts: readonly Part[] | null,
  ): AsyncGenerator<LogEntry | 'limit', boolean> {
    const interval = { before: comparedOf(before.night.row), after: comparedOf(after.night.row) };
    const period = periodBetween(before.night.manifest, after.night.manifest);
    const found = new WaitingEntries(this.#limits);
    try {
      for await (const listed of this.#listed(before.side, after.side, parts)) {
        const isKept = listed.kind !== 'limit' && found.addAll(logEntries(listed, interval, period));
        if (isKept) continue;
        // So many changes are not kept until the last has been read.
        yield 'limit';
        yield* found.takeAll();
      }
    } catch (error) {
      const isOlder = this.#noteDamage(error, before.night, after.night);
      if (isOlder) return false;
    }
    yield* found.takeAll();
    return true;
  }

  async *#listed(before: Side, after: Side, parts: readonly Part[] | null): AsyncGenerator<ListingEntry> {
    const partial = [before, after].map(({ manifest }) => partialTypes(manifest));
    const isWhole: ObjectsIn = (project, type) =>
      project === null && partial.some((types) => types.has(type)) ? null : () => true;
    const scope = limitedTo(this.#scope, parts === null ? isWhole : objectsOf(parts));
    const { objects, tally } = compareArchives(before, after, { before: '', after: '' }, scope, this.#signal);
    if (this.#scope.groups) yield* groupAlike(objects);
    else for await (const object of objects) yield { kind: 'object', object };
    this.notShown.addAll(tally.notShown);
  }

  /** Null for an archive that cannot be read, which is noted. */
  async #side(night: Night): Promise<Side | null> {
    if (this.#broken.has(night)) return null;
    const open = this.#open.get(night);
    if (open !== undefined) {
      // The one that was used last is closed last.
      this.#open.delete(night);
      this.#open.set(night, open);
      return open;
    }
    try {
      const side = await Side.open(night.row.archive, night.manifest);
      if (!hasMetadata(side)) this.#withoutMetadata.add(night);
      const [oldest] = this.#open;
      if (this.#open.size > 1 && oldest !== undefined) {
        oldest[1].close();
        this.#open.delete(oldest[0]);
      }
      this.#open.set(night, side);
      return side;
    } catch (error) {
      this.#noteDamage(error, night, night);
      return null;
    }
  }

  #isTooOld({ manifest }: Night): boolean {
    const { from } = this.#scope;
    return from !== null && Date.parse(manifest.finishedAt) + TOLERANCE < from.getTime();
  }

  /** @param before the older one of two archives */
  #isTooNew({ manifest }: Night): boolean {
    const { to } = this.#scope;
    return to !== null && Date.parse(manifest.startedAt) - TOLERANCE > to.getTime();
  }

  #isInTime(entry: LogEntry): boolean {
    const { from, to } = this.#scope;
    return (
      (from === null || latestTime(entry) >= from.getTime()) &&
      (to === null || earliestTime(entry) <= to.getTime())
    );
  }

  /** Notes which of two archives an error is about; throws other errors. */
  #noteDamage(error: unknown, before: Night, after: Night): boolean {
    if (!(error instanceof Damage || error instanceof Unreadable)) throw error;
    const isOlder = error.file === before.row.archive.path;
    const broken = isOlder ? before : after;
    this.#broken.add(broken);
    const kind = error instanceof Damage ? 'damaged' : 'unreadable';
    this.#unread.push({ archive: comparedOf(broken.row), reason: `${kind}: ${error.reason}` });
    return isOlder;
  }
}

/** The last moment, in milliseconds, at which something can have happened that an archive shows. */
function lastMoment({ manifest }: Night): number {
  return Date.parse(manifest.finishedAt) + TOLERANCE;
}

/** Whether an archive may cover any of these parts, as far as its manifest tells. */
function mayCover({ manifest }: Night, parts: readonly Part[]): boolean {
  const covered = new CoveredParts(manifest, null);
  return parts.some((part) => covered.covers(part));
}

function limitedTo(scope: LogScope, objectsIn: ObjectsIn): LogScope {
  return {
    ...scope,
    objectsIn: (project, type) => {
      const [own, other] = [scope.objectsIn?.(project, type), objectsIn(project, type)];
      if (own === null || other === null) return null;
      return (name) => (own?.(name) ?? true) && other(name);
    },
  };
}

/** What makes archives less alike than they should be. */
function notesOf(manifests: readonly Manifest[]): string[] {
  const differs = (flag: string) =>
    new Set(manifests.map(({ options }) => JSON.stringify(options[flag] ?? null))).size > 1;
  const clusters = new Set(manifests.flatMap(({ cluster }) => cluster.uid ?? []));
  return [
    ...(clusters.size > 1 ? [`the archives are of ${clusters.size} clusters, which are not compared`] : []),
    ...(differs('filter') ? ['made with different --filter programs, which may cause differences'] : []),
    ...(differs('selector')
      ? ['made with different --selector values; objects that only one of them includes are not compared']
      : []),
  ];
}
