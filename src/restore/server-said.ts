import { ApiError, ConnectionError } from '../cluster/api-error.ts';
import type { Note } from '../restoration/rewrite.ts';

/** Answers to a Secret that quote nothing of what was sent. */
const HARMLESS = new Set([401, 403, 404, 409, 429]);

const UNSHOWN = 'is not shown, since it may quote the Secret';

/** What the server said about an object, or what kept it from saying anything. Throws what is no failure of a request. */
export function failureText(error: unknown, type: string): string {
  if (error instanceof ConnectionError) return error.message;
  if (!(error instanceof ApiError)) throw error;
  const head = `${error.status}${error.reason === '' ? '' : ` ${error.reason}`}`;
  // What is invalid is quoted in the answer, and of a Secret nothing is shown.
  if (type === 'secrets' && !HARMLESS.has(error.status))
    return `${head}; what else the server says ${UNSHOWN}`;
  const said = type === 'secrets' ? withoutQuotes(error.said) : error.said;
  return said === '' ? head : `${head}: ${said}`;
}

/** Whoever denies (a webhook, a policy) says why in words of its own, with any status. */
function withoutQuotes(said: string): string {
  return said.replace(/\b(denied (?:the )?request)\b.*/s, `$1; what else it says ${UNSHOWN}`);
}

/** What the server warned of when it took an object: fields that it dropped, versions that will go. */
export function warningNotes(warnings: readonly string[], type: string): readonly Note[] {
  if (type === 'secrets' && warnings.length > 0) return [noteOf(`what the server warns of ${UNSHOWN}`)];
  return [...new Set(warnings)].map(noteOf);
}

function noteOf(text: string): Note {
  return { rule: 'server-warning', text };
}
