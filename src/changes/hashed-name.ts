import { globMatcher } from '../words/glob.ts';

/** How a tool writes a hash of an object's content behind its name. */
interface HashForm {
  readonly pattern: RegExp;
  /** All hashes of this form have the same number of characters in one name. */
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
    // A 32-bit hash in decimal, each digit replaced by a letter or digit that spells no words:
    // pod-template-hash, and what operators name in the same way. generateName adds five
    // characters of this alphabet, which are random and say nothing about the content.
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

/** Types whose objects stand for something of its own: under another name it is another thing. */
const THINGS = globMatcher([
  'namespaces',
  'nodes',
  'persistentvolumes',
  'persistentvolumeclaims',
  'pods',
  '*.machine.openshift.io',
  '*.cluster.x-k8s.io',
  '*.metal3.io',
  '*.snapshot.storage.k8s.io',
  // Revisions stand beside each other: the one that goes is the oldest, not the one before.
  'replicasets.apps',
  'replicationcontrollers',
  'controllerrevisions.apps',
]);

/** A name that ends in what may be a hash of the object's content. */
export interface HashedName {
  /** All before the hash, with the `-` or `.` between them. */
  readonly stem: string;
  readonly hash: string;
}

/** Whether a hash in the names of a type's objects may tell versions of one object apart. */
export function mayBeHashed(type: string): boolean {
  return !THINGS(type);
}

/** Takes a name apart; null where it ends in nothing that looks like a hash. */
export function hashedName(name: string): HashedName | null {
  const at = Math.max(name.lastIndexOf('-'), name.lastIndexOf('.')) + 1;
  const hash = name.slice(at);
  if (at < 2 || !FORMS.some(({ pattern }) => pattern.test(hash))) return null;
  return { stem: name.slice(0, at), hash };
}

/**
 * Whether two ends of names are two hashes of one form: dates, numbers and words look like
 * a hash, too, but not both of them, or they count up.
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
