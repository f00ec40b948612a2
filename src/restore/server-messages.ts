import { masked, shownText } from '../changes/secrecy/mask.ts';
import { ApiError, ConnectionError } from '../cluster/api-error.ts';
import type { Item } from '../restore-rules/item.ts';
import type { Note } from '../restore-rules/rewrite.ts';

/** What was sent: its type and content. */
type Sent = Pick<Item, 'type' | 'fields'>;

/** Answers to an object with secrets that quote nothing of what was sent. */
const HARMLESS = new Set([401, 403, 404, 409, 429]);

/** What OpenShift wants of those who choose hosts and certificates. */
const CUSTOM_HOST =
  'a Route with a chosen host or a certificate needs the permission to create routes/custom-host';
const UNSHOWN = 'is not shown, since it may quote a secret';

/** What the server said about an object, or what kept it from saying anything. Throws what is no failure of a request. */
export function failureText(error: unknown, sent: Sent): string {
  if (error instanceof ConnectionError) return error.message;
  if (!(error instanceof ApiError)) throw error;
  const head = `${error.status}${error.reason === '' ? '' : ` ${error.reason}`}`;
  const isSecret = hasSecrets(sent);
  // What is invalid is quoted in the answer, and of what is secret nothing is shown.
  const isHidden = isSecret && !HARMLESS.has(error.status);
  const message = shownText(isSecret ? withoutQuotes(error.serverMessage) : error.serverMessage);
  const shown = message === '' ? head : `${head}: ${message}`;
  const text = isHidden ? `${head}; the message of the server ${UNSHOWN}` : shown;
  // A Route with a private key is secret, too.
  return isHostRefused(sent.type, error.serverMessage) ? `${text}; ${CUSTOM_HOST}` : text;
}

/** Whether OpenShift refused the host or certificate of a Route. */
function isHostRefused(type: string, message: string): boolean {
  return type === 'routes.route.openshift.io' && /spec\.(?:host|subdomain|tls)\b/.test(message);
}

/** Whoever denies (a webhook, a policy) says why in words of its own, with any status. */
function withoutQuotes(message: string): string {
  return message.replace(/\b(denied (?:the )?request)\b.*/s, `$1; its reason ${UNSHOWN}`);
}

/** What the server warned of when it took an object: fields that it dropped, versions that will go. */
export function warningNotes(warnings: readonly string[], sent: Sent): readonly Note[] {
  if (warnings.length === 0) return [];
  if (hasSecrets(sent)) return [noteOf(`a warning of the server ${UNSHOWN}`)];
  return [...new Set(warnings)].map((text) => noteOf(shownText(text)));
}

function hasSecrets({ type, fields }: Sent): boolean {
  // The labels of a Secret, too, can hold what somebody put there by mistake.
  return type === 'secrets' || fields.get('kind') === 'Secret' || masked(fields, type) !== fields;
}

function noteOf(text: string): Note {
  return { rule: 'server-warning', text };
}
