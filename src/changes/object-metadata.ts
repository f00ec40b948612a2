import { OPEN_LIST, OPEN_OBJECT, skipSpace } from '../snapshot/json.ts';
import { itemsOf, memberOf, membersOf, textAt } from '../snapshot/members.ts';
import { DERIVED_BY } from './noise.ts';

const TRUE = 0x74;
/** Few objects hold any of these words; the others need not be walked. */
const MARKS = ['ownerReferences', ...DERIVED_BY.map(({ label }) => label)];

/**
 * Whether a controller made the object and keeps it: a ReplicaSet of a Deployment, its
 * pods. What changes there follows from a change of what owns it.
 *
 * @param bytes a valid document (see documentMistake)
 */
export function isDerived(bytes: Buffer): boolean {
  if (!MARKS.some((mark) => bytes.includes(mark))) return false;
  const metadata = metadataOf(bytes);
  if (metadata === null) return false;
  const owners = memberOf(bytes, metadata, 'ownerReferences');
  if (owners !== null && bytes[owners] === OPEN_LIST) {
    for (const owner of itemsOf(bytes, owners)) {
      const controller = memberOf(bytes, owner, 'controller');
      if (controller !== null && bytes[controller] === TRUE) return true;
    }
  }
  const labels = labelsOf(bytes);
  return DERIVED_BY.some(({ label }) => labels.has(label));
}

/** The labels of an object. The document must be valid. */
export function labelsOf(bytes: Uint8Array): ReadonlyMap<string, string> {
  const labels = new Map<string, string>();
  const metadata = metadataOf(bytes);
  const at = metadata === null ? null : memberOf(bytes, metadata, 'labels');
  if (at === null || bytes[at] !== OPEN_OBJECT) return labels;
  for (const [keyAt, valueAt] of membersOf(bytes, at)) {
    const [key, value] = [textAt(bytes, keyAt), textAt(bytes, valueAt)];
    if (key !== null && value !== null) labels.set(key, value);
  }
  return labels;
}

function metadataOf(bytes: Uint8Array): number | null {
  return memberOf(bytes, skipSpace(bytes, 0, bytes.length), 'metadata');
}
