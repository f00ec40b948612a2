import type { Compared, NotShownCount } from './comparison.ts';
import type { LogEntry } from './log-entry.ts';
import { earliestTime, latestTime } from './log-entry.ts';
import type { Unknown } from './version-spans.ts';

/** Every change over all archives of a place; what every form of output is made from. */
export interface ChangeLog {
  /** All archives, the newest first. */
  readonly archives: readonly Compared[];
  /** Sentences about limits of the comparison; complete after the last entry. */
  readonly notes: readonly string[];
  /** Archives that could not be read, or not to their end; complete after the last entry. */
  readonly unread: readonly Unknown[];
  /** What is not shown; complete after the last entry. */
  readonly notShown: NotShownCount;
  /**
   * The newest first. `limit`: from here on, the order within an archive may be wrong, or the same change
   * may be listed more than once. Can be iterated once.
   */
  readonly entries: AsyncIterable<LogEntry | 'limit'>;
}

/** Limits for entries that are kept in memory: how many, and roughly how much memory their changes take. */
export interface WaitingLimits {
  readonly entries: number;
  readonly bytes: number;
}

const LIMITS: WaitingLimits = { entries: 20_000, bytes: 64 * 1024 * 1024 };

/** Entries that wait until no older archive can have a later one. */
export class WaitingEntries {
  readonly #limits: WaitingLimits;
  #entries: LogEntry[] = [];
  #bytes = 0;

  constructor(limits = LIMITS) {
    this.#limits = limits;
  }

  /** False if too much is waiting: then everything should be taken. */
  add(entry: LogEntry): boolean {
    this.#entries.push(entry);
    this.#bytes += entry.object.size ?? 0;
    return this.#entries.length < this.#limits.entries && this.#bytes < this.#limits.bytes;
  }

  /** As add, for several. */
  addAll(entries: readonly LogEntry[]): boolean {
    let hasRoom = true;
    for (const entry of entries) hasRoom = this.add(entry);
    return hasRoom;
  }

  /** All entries, the newest first. */
  takeAll(): LogEntry[] {
    return this.takeSince(Number.NEGATIVE_INFINITY);
  }

  /** The entries that cannot have happened before a time (in milliseconds), the newest first. */
  takeSince(time: number): LogEntry[] {
    const taken = this.#entries.filter((entry) => latestTime(entry) >= time);
    this.#entries = this.#entries.filter((entry) => latestTime(entry) < time);
    this.#bytes = this.#entries.reduce((sum, { object }) => sum + (object.size ?? 0), 0);
    // Changes at an unknown time come first in their archive; otherwise, sorting is stable.
    return taken.sort((a, b) => latestTime(b) - latestTime(a) || earliestTime(a) - earliestTime(b));
  }
}
