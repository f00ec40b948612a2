import { memberOf, membersOf, textAt } from '../json/members.ts';
import { OPEN_OBJECT, skipSpace } from '../json/scan.ts';

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
