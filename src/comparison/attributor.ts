import type { Manifest } from '../archive/format/manifest.ts';
import {
  type Attribution,
  attributionOf,
  needsMetadataBefore,
  type Period,
  type VersionPair,
} from '../changes/attribution/attribution.ts';
import { readMetadata } from '../changes/attribution/managers.ts';
import type { Change } from '../changes/change.ts';
import type { FilePair } from './file-pairs.ts';
import type { ListedObject } from './join-objects.ts';
import { MetadataFile } from './metadata-file.ts';
import type { Side } from './side.ts';

/** Finds out who changed objects between two archives, from their `_metadata`. */
export class Attributor {
  readonly #before: Side;
  readonly #after: Side;
  readonly #period: Period;

  private constructor(before: Side, after: Side, period: Period) {
    this.#before = before;
    this.#after = after;
    this.#period = period;
  }

  /** Null for two archives between which nobody can have changed anything; see periodBetween. */
  static of(before: Side, after: Side): Attributor | null {
    const period = periodBetween(before.manifest, after.manifest);
    return period === null ? null : new Attributor(before, after, period);
  }

  /** For the objects of a type in a project. Must be closed. */
  in({ project, type }: Pick<FilePair, 'project' | 'type'>): PairAttributor {
    const [before, after] = [this.#before, this.#after];
    return new PairAttributor(
      new MetadataFile(before, project, type),
      new MetadataFile(after, project, type),
      this.#period,
      before.manifest,
    );
  }
}

/**
 * The time in which a change between two archives was made; null for archives of two clusters, and if the
 * first is the newer one. It ends with the second export: what an archive has was written by then.
 */
export function periodBetween(before: Manifest, after: Manifest): Period | null {
  if (!isSameCluster(before, after)) return null;
  if (Date.parse(before.startedAt) > Date.parse(after.startedAt)) return null;
  return { from: before.startedAt, to: after.finishedAt };
}

/** Whether two archives are of one cluster, as far as both say of which. */
export function isSameCluster(one: Manifest, other: Manifest): boolean {
  const [own, its] = [one.cluster.uid, other.cluster.uid];
  return own === null || its === null || own === its;
}

/** Finds out who changed the objects of one type in one project. Methods throw Damage, Unreadable. */
export class PairAttributor {
  readonly #before: MetadataFile;
  readonly #after: MetadataFile;
  readonly #period: Period;
  readonly #exported: Pick<Manifest, 'startedAt' | 'finishedAt'>;

  /** @param exported when the older archive was made */
  constructor(
    before: MetadataFile,
    after: MetadataFile,
    period: Period,
    exported: Pick<Manifest, 'startedAt' | 'finishedAt'>,
  ) {
    this.#before = before;
    this.#after = after;
    this.#period = period;
    this.#exported = exported;
  }

  /** Null if the archive has no metadata. Objects must be passed in the order of their names. */
  async added(after: ListedObject): Promise<Attribution | null> {
    return await this.changed(null, after, [], [null, null]);
  }

  /**
   * As added.
   *
   * @param before null if there was none
   * @param versions what was compared
   */
  async changed(
    before: ListedObject | null,
    after: ListedObject,
    changes: readonly Change[],
    versions: VersionPair,
  ): Promise<Attribution | null> {
    const item = await this.#after.find(after.head.name);
    if (item === null) return null;
    // An object of another name is another object.
    const isNew = before === null || before.head.name !== after.head.name;
    const own = readMetadata(item);
    const needsBefore = !isNew && needsMetadataBefore(changes, own, this.#exported);
    const itemBefore = needsBefore ? await this.#before.find(after.head.name) : null;
    const metadata = { before: itemBefore === null ? null : readMetadata(itemBefore), after: own, isNew };
    return attributionOf(changes, metadata, versions, this.#period);
  }

  async close(): Promise<void> {
    await this.#before.close();
    await this.#after.close();
  }
}
