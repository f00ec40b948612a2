import type { Fields } from '../../json/value.ts';
import { BINDING } from '../../plan/pruning-table.ts';
import { globMatcher } from '../../words/glob.ts';
import { textAt, valueAt, without, withValue } from '../edit.ts';
import type { ChangeRow, SkipRow } from '../rule.ts';

const CLAIMS = ['persistentvolumeclaims'];
const VOLUMES = ['persistentvolumes'];
const BINDINGS = 'https://kubernetes.io/docs/concepts/storage/persistent-volumes/#binding';
const BY_CONTROLLER = 'metadata.annotations[pv.kubernetes.io/bound-by-controller]';
const LEGACY_CLASS = 'volume.beta.kubernetes.io/storage-class';

/** What ties claims and volumes of a cluster to each other. */
export const STORAGE_RULES: readonly ChangeRow[] = [
  {
    rule: 'claim-binding',
    types: CLAIMS,
    reason: 'a claim that says it is bound, and is not, counts as lost',
    source: BINDINGS,
    change: (fields) => without(fields, ...BINDING.map(({ path }) => path).filter(isAnnotation)),
  },
  {
    rule: 'claim-volume',
    types: CLAIMS,
    reason: 'the one it had is not asked for; --rebind-storage-class keeps volumes',
    source: BINDINGS,
    change: (fields, { options, item }, note) => {
      if (isRebound(fields, options.rebindStorageClasses)) return fields;
      const wasBound =
        textAt(item.fields, 'status', 'phase') === 'Bound' || textAt(fields, 'spec', 'volumeName') !== null;
      if (wasBound) note('a new, empty volume');
      return without(fields, 'spec.volumeName');
    },
  },
  {
    rule: 'claim-class',
    types: CLAIMS,
    reason: 'its volume is of no class, and one that names none would be given the default class',
    source: 'https://kubernetes.io/docs/concepts/storage/persistent-volumes/#class-1',
    change: (fields, { options }) =>
      storageClassOf(fields) === null &&
      isRebound(fields, options.rebindStorageClasses) &&
      textAt(fields, 'spec', 'volumeName') !== null
        ? withValue(fields, 'spec.storageClassName', '')
        : fields,
  },
  {
    rule: 'volume-claim-uid',
    types: VOLUMES,
    reason:
      'with the uid of a claim that is gone the volume counts as released, and may be deleted with its data',
    source: 'https://kubernetes.io/docs/concepts/storage/persistent-volumes/#reserving-a-persistentvolume',
    change: (fields) => without(fields, 'spec.claimRef.uid', 'spec.claimRef.resourceVersion'),
  },
  {
    rule: 'volume-storage',
    types: VOLUMES,
    reason: 'the storage behind a volume is in no archive',
    source: 'https://kubernetes.io/docs/concepts/storage/persistent-volumes/#delete',
    change: (fields, _, note) => {
      if (textAt(fields, 'spec', 'persistentVolumeReclaimPolicy') === 'Delete')
        note('its reclaim policy is Delete, so that its data went with the claim where that was deleted');
      return fields;
    },
  },
  {
    rule: 'volume-binding',
    types: VOLUMES,
    reason: 'a volume that is reserved for its claim was bound by nobody yet',
    source: BINDINGS,
    change: (fields) => without(fields, BY_CONTROLLER),
  },
];

/** Volumes that nobody is to get. */
export const STORAGE_SKIPS: readonly SkipRow[] = [
  {
    rule: 'released-volume',
    types: VOLUMES,
    reason: 'its claim had gone by then; the next claim of that name would get the old data',
    source: 'https://kubernetes.io/docs/concepts/storage/persistent-volumes/#retain',
    skips: ({ fields }) => textAt(fields, 'status', 'phase') === 'Released',
  },
];

/** Whether a claim or a volume is of a storage class that keeps its volumes; `*` are also those of none. */
export function isRebound(fields: Fields, globs: readonly string[]): boolean {
  const name = storageClassOf(fields) ?? '';
  return name === '' ? globs.includes('*') : globMatcher(globs)(name);
}

/** The storage class of a claim or a volume, also as it was written before there was a field for it. */
export function storageClassOf(fields: Fields): string | null {
  const named = textAt(valueAt(fields, 'spec'), 'storageClassName');
  return named ?? textAt(fields, 'metadata', 'annotations', LEGACY_CLASS);
}

function isAnnotation(path: string): boolean {
  return path.startsWith('metadata.annotations');
}
