import { recipientMistake } from '../words/recipient.ts';
import { READING } from './commands.ts';
import { collected, list, type Option, type Reading } from './option.ts';

/** A header has a stanza for each, and a reader tries all of them. */
const MOST_RECIPIENTS = 20;
const IDENTITY = /^AGE-SECRET-KEY-/i;

/** Sealed archives: the recipients of a backup, and the identities that open them. */
export const SEAL = {
  sealTo: withoutIdentities(
    collected({
      flag: 'seal-to',
      placeholder: 'RECIPIENT',
      help: 'seal copies, and archives in a bucket, so that only the identity of this age recipient opens them (age1…)',
      commands: ['backup', 'copy'],
      parse: parseRecipient,
      collect: checkTogether,
    }),
  ),
  identity: withoutIdentities(
    list({
      flag: 'identity',
      placeholder: 'FILE',
      help: 'file of age identities that opens sealed archives (.zip.age)',
      commands: READING,
      parse: parseFile,
    }),
  ),
};

function parseRecipient(text: string): string {
  const recipient = text.trim();
  const mistake = recipientMistake(recipient);
  if (mistake !== null) throw new Error(mistake);
  return recipient;
}

/** As age does: breaking one recipient is enough to read the archive, so a weaker one would undo the others. */
function checkTogether(recipients: readonly string[]): readonly string[] {
  const postQuantum = recipients.filter((recipient) => /^age1(pq|tagpq)1/.test(recipient));
  if (postQuantum.length > 0 && postQuantum.length < recipients.length)
    throw new Error('recipients with and without post-quantum keys (age1pq1…) cannot be mixed');
  const different = [...new Set(recipients)];
  if (different.length > MOST_RECIPIENTS) throw new Error(`takes at most ${MOST_RECIPIENTS} recipients`);
  return different;
}

function parseFile(text: string): string {
  if (IDENTITY.test(text.trim())) throw new Error('must be the file of an identity, not the identity itself');
  return text;
}

/** An identity that was given by mistake is not repeated in the message. */
function withoutIdentities<T>(option: Option<T>): Option<T> {
  const hidden = (text: string | null) =>
    text !== null && IDENTITY.test(text.trim()) ? 'AGE-SECRET-KEY-…' : text;
  const read: Option<T>['read'] = (given): Reading<T> => {
    const reading = option.read(given);
    if (reading.kind === 'value') return reading;
    return {
      kind: 'mistakes',
      mistakes: reading.mistakes.map(({ text, message }) => ({ text: hidden(text), message })),
    };
  };
  return { ...option, read };
}
