import type { Value } from '../json/value.ts';
import { globMatcher } from '../words/glob.ts';
import { Likeness } from './likeness.ts';
import { parseSingle } from './parse-pair.ts';

/** A form in which tools append a hash of an object's content to its name. */
interface HashForm {
  readonly pattern: RegExp;
  /** Whether all hashes of this form after the same name have the same length. */
  readonly sameLength: boolean;
  readonly source: string;
}

const FORMS: readonly HashForm[] = [
  {
    // Ten hex digits of SHA-256; 0, 1, 3, a and e become g, h, k, m and t.
    pattern: /^[2456789bcdfghkmt]{10}$/,
    sameLength: true,
    source: 'https://github.com/kubernetes-sigs/kustomize/blob/master/api/hasher/hasher.go',
  },
  {
    // A 32-bit hash in decimal with each digit replaced by a letter or digit that cannot spell
    // words: pod-template-hash, also used by operators. generateName adds five characters of
    // this alphabet, which are random and not a hash of the content.
    pattern: /^[bcdfghjklmnpqrstvwxz2456789]{7,10}$/,
    sameLength: false,
    source: 'https://pkg.go.dev/k8s.io/apimachinery/pkg/util/rand#SafeEncodeString',
  },
  {
    // `sha256sum | trunc 8` in Helm charts, Kapitan's versioned ConfigMaps, short commit ids,
    // Crossplane's revisions; whole sums of MD5, SHA-1 or SHA-256.
    pattern: /^[0-9a-f]{7,64}$/,
    sameLength: true,
    source: 'https://helm.sh/docs/chart_template_guide/function_list/#sha256sum',
  },
];

/** Types whose objects have an identity: an object with another name is never a new version. */
const WITH_IDENTITY = globMatcher([
  'namespaces',
  'nodes',
  'persistentvolumes',
  'persistentvolumeclaims',
  'pods',
  '*.machine.openshift.io',
  '*.cluster.x-k8s.io',
  '*.metal3.io',
  '*.snapshot.storage.k8s.io',
  // Several revisions exist at the same time: the removed one is the oldest, not the previous one.
  'replicasets.apps',
  'replicationcontrollers',
  'controllerrevisions.apps',
]);

/** A name that ends in what may be a hash of the object's content. */
export interface HashedName {
  /** The part before the hash, including the `-` or `.`. */
  readonly stem: string;
  readonly hash: string;
}

/** Whether objects of a type that differ only in the hash in their names may be versions of one object. */
export function mayBeHashed(type: string): boolean {
  return !WITH_IDENTITY(type);
}

/** Splits a name; null if its end does not look like a hash. */
export function hashedName(name: string): HashedName | null {
  const at = Math.max(name.lastIndexOf('-'), name.lastIndexOf('.')) + 1;
  const hash = name.slice(at);
  if (at < 2 || !FORMS.some(({ pattern }) => pattern.test(hash))) return null;
  return { stem: name.slice(0, at), hash };
}

/**
 * Whether two endings are hashes of the same form. Dates, numbers and words may look like a
 * hash, but rarely both of them, or they are consecutive.
 */
export function areHashes(one: string, two: string): boolean {
  const both = `${one}${two}`;
  if (one === two || !/[0-9]/.test(both) || !/[a-z]/.test(both) || isCount(one, two)) return false;
  return FORMS.some(
    ({ pattern, sameLength }) =>
      pattern.test(one) && pattern.test(two) && (!sameLength || one.length === two.length),
  );
}

/** `feed0001`, `feed0002`. */
function isCount(one: string, two: string): boolean {
  const number = /[0-9]{3,}$/;
  return number.test(one) && number.test(two) && one.replace(number, '') === two.replace(number, '');
}

/** An object whose name exists in only one of two archives. */
export interface Lone {
  readonly name: string;
  readonly kind: string;
  readonly bytes: Uint8Array;
}

/** If there are several candidates, two objects are a pair if they have this much in common, */
const ALIKE = 0.5;
/** and this much more than with any other candidate. */
const CLEARLY = 0.1;
/** If more objects, counting both sides, have the same stem, their content is not compared. */
const MOST = 20;

/**
 * Pairs removed and added objects that are versions of one object whose name contains a hash
 * of its content. A single removed and a single added object are a pair, whatever their
 * content; of several, only those that are clearly most similar. All others count as removed
 * and added.
 *
 * @param removed objects whose names have one stem; see hashedName
 * @param added others with that stem
 */
export function renamedPairs<T extends Lone>(removed: readonly T[], added: readonly T[]): Array<[T, T]> {
  if (removed.length + added.length > MOST) return [];
  const candidates = removed.flatMap((before, from) =>
    added.flatMap((after, to) => (mayBeRenamed(before, after) ? [{ before, after, from, to }] : [])),
  );
  const [only, ...others] = candidates;
  if (only === undefined) return [];
  if (others.length === 0) return [[only.before, only.after]];
  const values = [removed, added].map((side) => side.map(({ bytes }) => parseSingle(bytes)));
  const [own, other] = values.map((side) => side.flatMap((value) => (value === null ? [] : [value])));
  if (own?.length !== removed.length || other?.length !== added.length) return [];
  return clearest(candidates, own, other).map(({ before, after }) => [before, after]);
}

function mayBeRenamed(before: Lone, after: Lone): boolean {
  const [own, other] = [hashedName(before.name), hashedName(after.name)];
  if (own === null || other === null || before.kind !== after.kind) return false;
  return own.stem === other.stem && areHashes(own.hash, other.hash);
}

interface Candidate {
  readonly from: number;
  readonly to: number;
}

/** Candidates that are more similar than any other candidate for the same object. */
function clearest<T extends Candidate>(
  candidates: readonly T[],
  removed: readonly Value[],
  added: readonly Value[],
): T[] {
  const likeness = new Likeness(removed, added);
  const scored = candidates.map((candidate) => ({
    candidate,
    score: likeness.of(candidate.from, candidate.to),
  }));
  return scored.flatMap(({ candidate, score }) => {
    const rivals = scored.filter(
      (each) =>
        each.candidate !== candidate &&
        (each.candidate.from === candidate.from || each.candidate.to === candidate.to),
    );
    const isClear = score >= ALIKE && rivals.every((each) => score >= each.score + CLEARLY);
    return isClear ? [candidate] : [];
  });
}
