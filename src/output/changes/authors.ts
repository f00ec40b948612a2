import type { Attribution, Author } from '../../changes/attribution/attribution.ts';
import { isSameAuthors } from '../../changes/attribution/attribution.ts';
import type { Change } from '../../changes/change.ts';
import type { Fields, Value } from '../../json/value.ts';
import { plain } from '../print/json.ts';
import { second } from '../print/units.ts';

/** More authors of one change are counted. */
const MOST_NAMED = 3;

/** Who made the changes of an object, as texts; empty where nobody can be named. */
export interface AuthorTexts {
  /** For the line of the object: who created it, or who made all of its changes. */
  readonly object: string;
  /** For each change, unless the line of the object says it. */
  readonly changes: readonly string[];
}

/** An object that changed, or a version in its history. */
interface Attributed {
  readonly changes: readonly Change[];
  readonly attribution?: Attribution | null;
}

/**
 * The authors of an object and its changes: several changes by the same authors name them once, for the
 * object. The names come from clients, so callers must escape them before printing.
 *
 * @param zone IANA zone of the times
 */
export function authorTexts({ changes, attribution }: Attributed, zone: string): AuthorTexts {
  const none = changes.map(() => '');
  if (attribution === undefined || attribution === null) return { object: '', changes: none };
  const [first = [], ...others] = attribution.changes;
  const isShared = others.length > 0 && others.every((each) => isSameAuthors(each, first));
  const shared = isShared ? authorsText(first, zone) : '';
  return {
    object: [createdText(attribution, zone), shared].filter((text) => text !== '').join('; '),
    changes: isShared ? none : attribution.changes.map((authors) => authorsText(authors, zone)),
  };
}

/** `created by helm, 2026-11-26 14:00:03`; `recreated 2026-11-26 14:00:03`; empty if neither is known. */
function createdText({ created, isRecreated, by }: Attribution, zone: string): string {
  const verb = isRecreated ? 'recreated' : 'created';
  if (by.length > 0) return `${verb} by ${authorsText(by, zone)}`;
  if (created !== null) return `${verb} ${second(new Date(created), zone)}`;
  return isRecreated ? verb : '';
}

/** `kubectl-edit, 2026-11-26 14:02:11; helm, 2026-11-26 13:40:00 and 2 more`. */
function authorsText(authors: readonly Author[], zone: string): string {
  const named = authors.slice(0, MOST_NAMED).map(({ manager, subresource, time }) => {
    if (time !== null) return `${manager}, ${second(new Date(time), zone)}`;
    return subresource === null ? manager : `${manager} (${subresource})`;
  });
  const left = authors.length - named.length;
  return `${named.join('; ')}${left > 0 ? ` and ${left} more` : ''}`;
}

/** Authors with the fields in docs/output.md. */
export function authorValues(authors: readonly Author[] = []): Value[] {
  return authors.map(({ manager, operation, subresource, time }): Fields => {
    const client = plain({ manager, operation });
    return new Map([...client, ...(subresource === null ? [] : plain({ subresource })), ...plain({ time })]);
  });
}

/** How the authors follow what they did on a line. */
export const BEFORE_AUTHORS = '   ';
