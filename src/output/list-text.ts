import { maskedSecret } from './mask.ts';
import { printableJson } from './printable.ts';

interface Form {
  /** False masks the data of Secrets. */
  readonly showSecrets: boolean;
  /** True escapes what a terminal would obey. */
  readonly terminal: boolean;
}

/** A List's bytes in order: its items, and all that stands around them. */
interface Part {
  readonly kind: 'frame' | 'item';
  readonly bytes: Uint8Array;
}

const ITEM_INDENT = '    ';

/**
 * A type file as text, piece by piece: as it stands, but for Secrets.
 *
 * @throws TypeError where it is no valid UTF-8, SyntaxError where an item is no valid JSON
 */
export async function* listText(parts: AsyncIterable<Part>, form: Form): AsyncGenerator<string> {
  const decoder = newDecoder();
  for await (const part of parts) {
    if (part.kind === 'item') yield objectText(part.bytes, ITEM_INDENT, form);
    else yield finished(decoder.decode(part.bytes, { stream: true }), form);
  }
  yield finished(decoder.decode(), form);
}

/**
 * An object as text: its own bytes, so that numbers of any size survive; only
 * a Secret, which has none, is parsed and printed anew with its values masked.
 *
 * @param indent what the lines after the first begin with, in a Secret that is printed anew
 * @throws as listText
 */
export function objectText(bytes: Uint8Array, indent: string, form: Form): string {
  const text = newDecoder().decode(bytes);
  if (form.showSecrets) return finished(text, form);
  const masked = maskedSecret(JSON.parse(text));
  if (masked === null) return finished(text, form);
  return finished(JSON.stringify(masked, null, 2).replaceAll('\n', `\n${indent}`), form);
}

function finished(text: string, { terminal }: Form): string {
  return terminal ? printableJson(text) : text;
}

function newDecoder() {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
}
