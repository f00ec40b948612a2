import { documentMistake, memberOf, membersOf, textAt } from '../json/members.ts';
import { OPEN_OBJECT, skipSpace } from '../json/scan.ts';

/** What identifies an object. */
export interface ObjectHead {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
}

/**
 * Reads what identifies an object from its bytes, or says what is wrong with them,
 * beginning with `path`: `items[3].kind is not a text`. The whole of it is checked
 * to be valid JSON; nothing of it is quoted, since it may be a Secret.
 */
export function readHead(bytes: Uint8Array, path: string): ObjectHead | string {
  const mistake = documentMistake(bytes);
  if (mistake !== null) return `${path} ${mistake}`;
  const at = skipSpace(bytes, 0, bytes.length);
  if (bytes[at] !== OPEN_OBJECT) return `${path} is no object`;
  const found: Record<'apiVersion' | 'kind' | 'metadata', number | null> = {
    apiVersion: null,
    kind: null,
    metadata: null,
  };
  // One walk for the three; of several members of a name the last counts.
  for (const [keyAt, valueAt] of membersOf(bytes, at)) {
    const key = textAt(bytes, keyAt);
    if (key === 'apiVersion' || key === 'kind' || key === 'metadata') found[key] = valueAt;
  }
  const { metadata } = found;
  if (metadata === null || bytes[metadata] !== OPEN_OBJECT) return `${path}.metadata is no object`;
  const name = textAt(bytes, memberOf(bytes, metadata, 'name'));
  if (name === null) return `${path}.metadata.name is not a text`;
  const apiVersion = textAt(bytes, found.apiVersion);
  if (apiVersion === null) return `${path}.apiVersion is not a text`;
  const kind = textAt(bytes, found.kind);
  return kind === null ? `${path}.kind is not a text` : { apiVersion, kind, name };
}
