import { masked, shownText } from '../changes/secrecy/mask.ts';
import { ApiError, ConnectionError } from '../cluster/api-error.ts';
import type { Item } from '../restore-rules/item.ts';
import type { Note } from '../restore-rules/rewrite.ts';

/** What was sent: its type and content. */
type Sent = Pick<Item, 'type' | 'fields'>;

/** Answers to an object with secrets that quote nothing of what was sent. */
const HARMLESS = new Set([401, 403, 404, 409, 429]);

/** OpenShift requires this to choose hosts and certificates. */
const CUSTOM_HOST =
  'a Route with a chosen host or a certificate needs the permission to create routes/custom-host';
const UNSHOWN = 'is not shown, since it may quote a secret';

/** The message of the server about an object, or of the failed connection. Rethrows every other error. */
export function failureText(error: unknown, sent: Sent): string {
  if (error instanceof ConnectionError) return error.message;
  if (!(error instanceof ApiError)) throw error;
  const head = `${error.status}${error.reason === '' ? '' : ` ${error.reason}`}`;
  const isSecret = hasSecrets(sent);
  // The server quotes invalid values, and secret ones must not be shown.
  const isHidden = isSecret && !HARMLESS.has(error.status);
  const message = shownText(isSecret ? withoutQuotes(error.serverMessage) : error.serverMessage);
  const shown = message === '' ? head : `${head}: ${message}`;
  const text = isHidden ? `${head}; the message of the server ${UNSHOWN}` : shown;
  // This hint is also needed for a Route with a private key, whose message is hidden.
  return isHostRefused(sent.type, error.serverMessage) ? `${text}; ${CUSTOM_HOST}` : text;
}

/** Whether OpenShift refused the host or certificate of a Route. */
function isHostRefused(type: string, message: string): boolean {
  return type === 'routes.route.openshift.io' && /spec\.(?:host|subdomain|tls)\b/.test(message);
}

/** A webhook or a policy may quote secrets in its reason, with any status. */
function withoutQuotes(message: string): string {
  return message.replace(/\b(denied (?:the )?request)\b.*/s, `$1; its reason ${UNSHOWN}`);
}

/** The warnings of the server about an object: unknown fields, deprecated versions. */
export function warningNotes(warnings: readonly string[], sent: Sent): readonly Note[] {
  if (warnings.length === 0) return [];
  if (hasSecrets(sent)) return [noteOf(`a warning of the server ${UNSHOWN}`)];
  return [...new Set(warnings)].map((text) => noteOf(shownText(text)));
}

function hasSecrets({ type, fields }: Sent): boolean {
  // Labels of a Secret may contain a secret value by mistake.
  return type === 'secrets' || fields.get('kind') === 'Secret' || masked(fields, type) !== fields;
}

function noteOf(text: string): Note {
  return { rule: 'server-warning', text };
}
