import { memberOf, membersOf, textAt } from '../json/members.ts';
import { OPEN_OBJECT, skipSpace } from '../json/scan.ts';

const NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const PREFIX = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const LONGEST_PREFIX = 253;

/**
 * What is wrong with a label, or null.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
 */
export function labelMistake(key: string, value: string): string | null {
  const [prefix, name, ...more] = key.includes('/') ? key.split('/') : [null, key];
  const isPrefix = prefix === null || (PREFIX.test(prefix ?? '') && (prefix ?? '').length <= LONGEST_PREFIX);
  if (!isPrefix || !NAME.test(name ?? '') || more.length > 0) return `"${key}" is not a valid label key`;
  return value === '' || NAME.test(value) ? null : `"${value}" is not a valid label value`;
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
