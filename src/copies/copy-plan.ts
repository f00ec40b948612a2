import {
  applyRetention,
  type DatedArchive,
  isInFuture,
  type Retention,
  type RetentionPolicy,
  type Ruling,
} from '../volume/retention.ts';

/** The cluster of an archive. `uid` is null if the account was not allowed to read it. */
export interface ClusterIdentity {
  readonly uid: string | null;
  readonly server: string;
}

/** An archive on the volume that can be copied. */
export interface LocalArchive extends DatedArchive {
  readonly bytes: number;
  readonly cluster: ClusterIdentity;
}

/** An archive in a place for copies. `file` is its name without `.age`. */
export interface Copy {
  readonly file: string;
  /** When its backup started; the time in its name if nothing else is known. */
  readonly time: Date;
  /** The size of the archive before it was sealed; null if unknown. */
  readonly bytes: number | null;
  /** For the first copy in a place: the time of the oldest archive that the run was going to copy. Otherwise null. */
  readonly from: Date | null;
  /** Null for an archive that another program stored, or that cannot be read. */
  readonly known:
    | (Pick<DatedArchive, 'complete' | 'heldUntil' | 'expires'> & { readonly cluster: ClusterIdentity })
    | null;
}

/** What a run copies. Every archive on the volume is in exactly one of the lists. */
export interface CopyPlan {
  /** File names in the order of inCopyOrder. */
  readonly due: readonly string[];
  /** The time of the oldest archive that is due, if the place has no copies and several are due. */
  readonly from: Date | null;
  readonly present: readonly string[];
  /** Archives that the place does not need. */
  readonly leftOut: readonly Ruling[];
  /** Another archive has the name in the place. */
  readonly taken: readonly Ruling[];
}

/**
 * Decides which archives on the volume are copied: those that the place lacks, that its retention would keep, and that are
 * not older than its oldest copy. Because of the last condition, copies that a lifecycle rule or a person removed are not
 * made again. An archive that the user names is always copied.
 *
 * @param policy null if copies are never removed
 * @param named file names that the user gave; null means all
 */
export function planCopies(
  local: readonly LocalArchive[],
  copies: readonly Copy[],
  policy: RetentionPolicy | null,
  now: Date,
  named: ReadonlySet<string> | null = null,
): CopyPlan {
  const byFile = new Map(copies.map((copy) => [copy.file, copy]));
  const ours = ownCopies(local, copies);
  const oldest = lowestTime(ours, now);
  const lacking = local.filter(({ file }) => !byFile.has(file));
  const recent = lacking.filter(({ time }) => oldest === null || time >= oldest);
  const rulings = removedByPolicy([...recent, ...dated(ours)], policy, now);

  const leftOutReason = (archive: LocalArchive): string | null => {
    if (named !== null) return named.has(archive.file) ? null : 'it was not named';
    if (!recent.includes(archive)) return 'older than the oldest copy';
    return rulings.get(archive.file) ?? null;
  };
  const due: LocalArchive[] = [];
  const leftOut: Ruling[] = [];
  for (const archive of lacking) {
    const reason = leftOutReason(archive);
    if (reason === null) due.push(archive);
    else leftOut.push({ file: archive.file, reason });
  }
  const present: string[] = [];
  const taken: Ruling[] = [];
  for (const archive of local) {
    const copy = byFile.get(archive.file);
    if (copy === undefined) continue;
    const reason = otherArchive(archive, copy);
    if (reason === null) present.push(archive.file);
    else taken.push({ file: archive.file, reason });
  }
  const isFirst = ours.length === 0 && named === null && due.length > 1;
  const from = isFirst ? oldestTime(due, now) : null;
  return { due: inCopyOrder(due, now).map(({ file }) => file), from, present, leftOut, taken };
}

/**
 * Applies the retention policy to the copies. Archives of other clusters are not in the result. A copy about which nothing is
 * known is kept, since it may be the last good one.
 */
export function retainCopies(
  local: readonly LocalArchive[],
  copies: readonly Copy[],
  policy: RetentionPolicy,
  now: Date,
): Retention {
  const ours = ownCopies(local, copies);
  const { keep, remove } = applyRetention(dated(ours), policy, now);
  const unknown = ours.filter(({ known }) => known === null);
  return {
    keep: [...keep, ...unknown.map(({ file }) => ({ file, reason: 'nothing is known about its content' }))],
    remove,
  };
}

/** The copies of the same cluster as an archive on the volume, and those of an unknown cluster. */
function ownCopies(local: readonly LocalArchive[], copies: readonly Copy[]): readonly Copy[] {
  return copies.filter(
    ({ known }) => known === null || local.some(({ cluster }) => isSameCluster(cluster, known.cluster)),
  );
}

function isSameCluster(one: ClusterIdentity, other: ClusterIdentity): boolean {
  if (one.uid !== null && other.uid !== null) return one.uid === other.uid;
  return one.server === other.server;
}

function dated(copies: readonly Copy[]): readonly DatedArchive[] {
  return copies.flatMap(({ file, time, known }) => (known === null ? [] : [{ file, time, ...known }]));
}

/**
 * The time before which no archives are copied: that of the oldest copy. If there is only one copy, the first run may have
 * been interrupted after it; the copy then says how far back that run was going to copy.
 */
function lowestTime(copies: readonly Copy[], now: Date): Date | null {
  const [first, ...more] = copies;
  const from = more.length === 0 ? (first?.from ?? null) : null;
  // Anyone who can write to the place can write `from`: it only goes back from the copy.
  return oldestTime(from === null ? copies : [...copies, { time: from }], now);
}

/** Ignores times in the future, which are wrong. */
function oldestTime(archives: ReadonlyArray<{ readonly time: Date }>, now: Date): Date | null {
  const times = archives.filter(({ time }) => !isInFuture(time, now)).map(({ time }) => time.getTime());
  return times.length === 0 ? null : new Date(Math.min(...times));
}

/** Why the policy would remove archives, by file name. */
function removedByPolicy(
  archives: readonly DatedArchive[],
  policy: RetentionPolicy | null,
  now: Date,
): ReadonlyMap<string, string> {
  if (policy === null) return new Map();
  const { remove } = applyRetention(archives, policy, now);
  return new Map(
    remove.map(({ file, reason }) => [file, `the retention of copies would remove it: ${reason}`]),
  );
}

/**
 * A copy with what the volume says about its archive, if the volume still has it: anyone who can write to the place can
 * change the facts there, and must not be able to have a good copy removed. Facts about a different archive are not used.
 */
export function confirmed<C extends Copy>(copy: C, local: readonly LocalArchive[]): C {
  const archive = local.find(({ file }) => file === copy.file);
  if (archive === undefined || copy.known === null || !isSameCluster(archive.cluster, copy.known.cluster))
    return copy;
  if (otherArchive(archive, copy) !== null) return { ...copy, known: null };
  const { complete, heldUntil, expires, cluster } = archive;
  return { ...copy, known: { complete, heldUntil, expires, cluster } };
}

function otherArchive(archive: LocalArchive, { time, bytes, known }: Copy): string | null {
  if (known === null)
    return bytes === null || bytes === archive.bytes ? null : 'a different file has its name';
  if (!isSameCluster(archive.cluster, known.cluster)) return 'an archive of another cluster has its name';
  const isSame = time.getTime() === archive.time.getTime() && (bytes === null || bytes === archive.bytes);
  return isSame ? null : 'a different archive has its name';
}

/**
 * The newest archive first, since it matters most if the time is short; then from the oldest to the newest, since the oldest
 * copy marks how far back the next run goes.
 */
export function inCopyOrder(archives: readonly LocalArchive[], now: Date): readonly LocalArchive[] {
  const rising = [...archives].sort(
    (a, b) => a.time.getTime() - b.time.getTime() || (a.file < b.file ? -1 : 1),
  );
  const newest = rising.findLast(({ time }) => !isInFuture(time, now)) ?? rising.at(-1);
  const rest = rising.filter((archive) => archive !== newest);
  return newest === undefined ? rest : [newest, ...rest];
}
