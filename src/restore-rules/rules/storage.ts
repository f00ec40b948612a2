import type { Fields } from '../../json/value.ts';
import { BINDING } from '../../plan/pruning-table.ts';
import { globMatcher } from '../../words/glob.ts';
import { textAt, valueAt, without, withValue } from '../edit.ts';
import { type ChangeRow, isCopied, type RuleContext, type SkipRow } from '../rule.ts';

const CLAIMS = ['persistentvolumeclaims'];
const VOLUMES = ['persistentvolumes'];
const BINDINGS = 'https://kubernetes.io/docs/concepts/storage/persistent-volumes/#binding';
const BY_CONTROLLER = 'metadata.annotations[pv.kubernetes.io/bound-by-controller]';
const LEGACY_CLASS = 'volume.beta.kubernetes.io/storage-class';

/** Fields that bind claims and volumes to each other. */
export const STORAGE_RULES: readonly ChangeRow[] = [
  {
    rule: 'claim-binding',
    types: CLAIMS,
    reason: 'a claim that is marked as bound without its volume counts as lost',
    source: BINDINGS,
    silent: true,
    change: (fields) => without(fields, ...BINDING.map(({ path }) => path).filter(isAnnotation)),
  },
  {
    rule: 'claim-volume',
    types: CLAIMS,
    reason: 'archives hold no volume data',
    source: BINDINGS,
    change: (fields, context, note) => {
      if (keepsVolume(fields, context)) return fields;
      const { item } = context;
      const wasBound =
        textAt(item.fields, 'status', 'phase') === 'Bound' || textAt(fields, 'spec', 'volumeName') !== null;
      if (wasBound) note(newVolume(fields));
      return without(fields, 'spec.volumeName');
    },
  },
  {
    rule: 'claim-class',
    types: CLAIMS,
    reason: 'its volume has no class; a claim that names none would get the default class',
    source: 'https://kubernetes.io/docs/concepts/storage/persistent-volumes/#class-1',
    change: (fields, context) =>
      storageClassOf(fields) === null &&
      keepsVolume(fields, context) &&
      textAt(fields, 'spec', 'volumeName') !== null
        ? withValue(fields, 'spec.storageClassName', '')
        : fields,
  },
  {
    rule: 'volume-claim-uid',
    types: VOLUMES,
    reason: 'with the uid of a deleted claim the volume counts as released, and may be deleted with its data',
    source: 'https://kubernetes.io/docs/concepts/storage/persistent-volumes/#reserving-a-persistentvolume',
    change: (fields) => without(fields, 'spec.claimRef.uid', 'spec.claimRef.resourceVersion'),
  },
  {
    rule: 'volume-storage',
    types: VOLUMES,
    reason: 'an archive holds the volume object, not the storage behind it',
    source: 'https://kubernetes.io/docs/concepts/storage/persistent-volumes/#delete',
    change: (fields, _, note) => {
      if (textAt(fields, 'spec', 'persistentVolumeReclaimPolicy') === 'Delete')
        note('its reclaim policy is Delete: if the claim was deleted, so was the data');
      return fields;
    },
  },
  {
    rule: 'volume-binding',
    types: VOLUMES,
    reason: 'a volume that is reserved for its claim is not bound yet',
    source: BINDINGS,
    change: (fields) => without(fields, BY_CONTROLLER),
  },
];

/** Volumes that must not be bound again. */
export const STORAGE_SKIPS: readonly SkipRow[] = [
  {
    rule: 'released-volume',
    types: VOLUMES,
    reason: 'its claim had been deleted; the next claim of that name would get the old data',
    source: 'https://kubernetes.io/docs/concepts/storage/persistent-volumes/#retain',
    skips: ({ fields }) => textAt(fields, 'status', 'phase') === 'Released',
  },
];

/** Whether a claim or a volume has a class of --rebind-storage-class; `*` includes those without a class. */
export function isRebound(fields: Fields, globs: readonly string[]): boolean {
  return isReboundClass(storageClassOf(fields) ?? '', globs);
}

/** Whether a claim gets its old volume. */
function keepsVolume(fields: Fields, context: RuleContext): boolean {
  const { options, item, archiveIndex } = context;
  if (isRebound(fields, options.rebindStorageClasses)) return true;
  // A copy must not get the volume of the original project.
  if (isCopied(context)) return false;
  const volume = archiveIndex.staticVolumes.get(`${item.project}/${item.name}`);
  return volume !== undefined && volume === textAt(fields, 'spec', 'volumeName');
}

/**
 * Whether a volume was created by hand (it has no class) and is retained: nothing provisions another one, so that its
 * claim gets it back.
 *
 * @see https://kubernetes.io/docs/concepts/storage/persistent-volumes/#static
 */
export function isStaticVolume(volume: Fields): boolean {
  const policy = textAt(volume, 'spec', 'persistentVolumeReclaimPolicy');
  const isReleased = textAt(volume, 'status', 'phase') === 'Released';
  return (
    (storageClassOf(volume) ?? '') === '' &&
    policy === 'Retain' &&
    !isReleased &&
    claimOfVolume(volume) !== null
  );
}

/** `PROJECT/NAME` of the claim that a volume is bound to or reserved for, or null. */
export function claimOfVolume(volume: Fields): string | null {
  const claim = valueAt(volume, 'spec', 'claimRef');
  const [project, name] = [textAt(claim, 'namespace'), textAt(claim, 'name')];
  return project === null || name === null ? null : `${project}/${name}`;
}

/** @param name of a storage class; '' for none */
export function isReboundClass(name: string, globs: readonly string[]): boolean {
  return name === '' ? globs.includes('*') : globMatcher(globs)(name);
}

/** The storage class of a claim or a volume, also from the annotation of old versions. */
export function storageClassOf(fields: Fields): string | null {
  const named = textAt(valueAt(fields, 'spec'), 'storageClassName');
  return named ?? textAt(fields, 'metadata', 'annotations', LEGACY_CLASS);
}

/** What a claim gets instead of its old volume, and how to keep that. */
function newVolume(fields: Fields): string {
  const name = storageClassOf(fields);
  if (name === '')
    return 'no volume: class "" provisions none. The claim waits for a matching volume; --rebind-storage-class \'*\' binds it to its old one';
  return `new, EMPTY volume; to keep the old one if it still exists: --rebind-storage-class ${name ?? "'*'"}`;
}

function isAnnotation(path: string): boolean {
  return path.startsWith('metadata.annotations');
}
