import { changesKey, contentKey, memoryOf } from '../changes/alike.ts';
import type { Change, ObjectChange } from '../changes/change.ts';
import type { Tally } from '../changes/comparison.ts';
import { ConditionChecker } from '../changes/noise/condition-checker.ts';
import type { Nouns } from '../changes/noise/row.ts';
import { noiseOf, objectRow } from '../changes/noise/rules.ts';
import type { ObjectComparer, VersionChanges } from '../changes/object-changes.ts';
import type { Path } from '../changes/path.ts';
import { type Bounds, DRIVEN } from '../changes/scaling.ts';
import { deletionTime } from '../types/deletion.ts';
import type { PairAttributor } from './attributor.ts';
import type { FilePair } from './file-pairs.ts';
import type { ListedObject, ObjectPair } from './join-objects.ts';
import type { Neighbours } from './neighbours.ts';
import { BY_CONTROLLER, type RecreatedObjects } from './recreations.ts';

type TypeOfProject = Pick<FilePair, 'project' | 'type'>;

interface Options {
  readonly noise: boolean;
  readonly details: boolean;
}

const REPLICAS = '"replicas"';

/** Finds what changed in an object whose bytes differ, or counts why it is not shown. */
export class ChangeFinder {
  readonly #before: Neighbours;
  readonly #after: Neighbours;
  readonly #shown: Options;
  readonly #tally: Tally;

  constructor(before: Neighbours, after: Neighbours, shown: Options, tally: Tally) {
    this.#before = before;
    this.#after = after;
    this.#shown = shown;
    this.#tally = tally;
  }

  /**
   * Null if the object is equal or not shown. Throws Damage, Unreadable.
   *
   * @param objects of another name where the object was renamed
   * @param attributor names who changed it; null to name nobody
   * @param recreated knows objects with another uid; null if there are none
   */
  async find(
    { project, type }: TypeOfProject,
    { before, after }: ObjectPair,
    comparer: ObjectComparer,
    attributor: PairAttributor | null,
    recreated: RecreatedObjects | null,
  ): Promise<ObjectChange | null> {
    const newest = after ?? before;
    if (newest === null) return null;
    const { notShown } = this.#tally;
    const nouns = await this.#whyPassedOver({ project, type }, { before, after });
    const name = { project, type, kind: newest.head.kind, name: newest.head.name };
    const size = (before?.bytes.length ?? 0) + (after?.bytes.length ?? 0);
    const beingDeletedSince = this.#shown.details ? deletionTime(newest.bytes) : null;
    if (before === null || after === null) {
      if (nouns !== null) notShown.object(nouns);
      if (nouns !== null) return null;
      const change = before === null ? 'added' : 'removed';
      const alike = this.#shown.details && project !== null ? contentKey(newest.bytes) : null;
      const attribution = after === null || attributor === null ? null : await attributor.added(after);
      return { ...name, change, changes: [], beingDeletedSince, attribution, alike, size: 0 };
    }
    const bounds = nouns === null ? await this.#boundsOf(project, after) : null;
    const found = comparer.compare(before.bytes, after.bytes, bounds);
    // Objects with equal bytes come here only if they were recreated.
    const isEqual = before.bytes.equals(after.bytes);
    if (nouns !== null) {
      if (isOther(found) || isEqual) notShown.object(nouns);
      return null;
    }
    notShown.ignoredFields += found.ignored;
    const all = this.#shown.details ? [...found.changes] : firstOf(found.changes);
    if (all.length === 0) {
      const isRecreated = isEqual || (await recreated?.has(after.head.name)) === true;
      const isByController = isRecreated && !this.#shown.noise && isControlled(after);
      if (!isRecreated || isByController) {
        const passed = isByController ? BY_CONTROLLER : found.isDriven ? DRIVEN : found.noise;
        if (passed !== null) notShown.object(passed);
        else if (found.ignored > 0) notShown.ignoredObject();
        return null;
      }
    }
    if (found.isDriven) notShown.field(DRIVEN);
    const isRenamed = before.head.name !== after.head.name;
    const changes = isRenamed ? all.filter(({ path }) => !isName(path)) : all;
    const alike =
      this.#shown.details && project !== null ? changesKey(changes, size, beingDeletedSince) : null;
    const memory = this.#shown.details ? memoryOf(changes) : 0;
    const attribution =
      attributor === null ? null : await attributor.changed(before, after, changes, found.versions);
    const renamed = isRenamed ? { renamedFrom: before.head.name } : {};
    const own = { changes, beingDeletedSince, attribution, alike, size: memory };
    return { ...name, ...renamed, change: 'changed', ...own };
  }

  /** Whether an object is never shown, whatever changed in it. Throws Damage, Unreadable. */
  async isPassedOver(type: TypeOfProject, objects: ObjectPair): Promise<boolean> {
    return (await this.#whyPassedOver(type, objects)) !== null;
  }

  async #whyPassedOver(
    { project, type }: TypeOfProject,
    { before, after }: ObjectPair,
  ): Promise<Nouns | null> {
    // The newest version decides, also of an object that was removed.
    const newest = after ?? before;
    if (newest === null || this.#shown.noise) return null;
    return await whyPassedOver(project, type, newest, after === null ? this.#before : this.#after);
  }

  async #boundsOf(project: string | null, { head, bytes }: ListedObject): Promise<Bounds | null> {
    if (this.#shown.noise || project === null || !bytes.includes(REPLICAS)) return null;
    return (await this.#after.scaled(project)).get(`${head.kind}/${head.name}`) ?? null;
  }
}

async function whyPassedOver(
  project: string | null,
  type: string,
  { head, bytes }: ListedObject,
  neighbours: Neighbours,
): Promise<Nouns | null> {
  const noise = noiseOf(type);
  if (noise.objects.length === 0) return null;
  const checker = new ConditionChecker(bytes);
  const row = objectRow(noise, checker);
  if (row !== null) return row.nouns;
  // Checked last, since it reads another file.
  const selected = noise.objects.find(({ when }) =>
    when?.some(({ kind }) => kind === 'service with selector'),
  );
  if (selected === undefined || project === null) return null;
  return (await neighbours.services(project)).has(head.name) ? selected.nouns : null;
}

/** Whether an owner controls an object, and so creates it again if it is deleted. */
function isControlled({ bytes }: ListedObject): boolean {
  return new ConditionChecker(bytes).meets({ kind: 'controlled' });
}

function isOther({ changes, noise, ignored }: VersionChanges): boolean {
  return noise !== null || ignored > 0 || firstOf(changes).length > 0;
}

/** `metadata.name` */
function isName(path: Path): boolean {
  const keys = path.map((step) => (step.kind === 'key' ? step.key : null));
  return keys.length === 2 && keys[0] === 'metadata' && keys[1] === 'name';
}

function firstOf(changes: Iterator<Change>): Change[] {
  const { done, value } = changes.next();
  return done ? [] : [value];
}
