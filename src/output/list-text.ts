import { maskedBytes } from './mask.ts';
import { valueJson } from './value-json.ts';
import { yamlText } from './yaml.ts';

interface Form {
  /** False masks what is secret. */
  readonly showSecrets: boolean;
  /** Full name of the objects' type. */
  readonly type: string;
  readonly yaml: boolean;
}

/** A List's bytes in order: its items, and all that stands around them. */
interface Part {
  readonly kind: 'frame' | 'item';
  readonly bytes: Uint8Array;
}

const ITEM_INDENT = '    ';

/**
 * A type file as text, piece by piece: in JSON as it stands, but for objects with secrets.
 *
 * @throws TypeError where it is no valid UTF-8, SyntaxError where an item is no valid JSON
 */
export async function* listText(parts: AsyncIterable<Part>, form: Form): AsyncGenerator<string> {
  if (form.yaml) yield* listYaml(parts, form);
  else yield* listJson(parts, form);
}

async function* listJson(parts: AsyncIterable<Part>, form: Form): AsyncGenerator<string> {
  const decoder = newDecoder();
  for await (const part of parts) {
    if (part.kind === 'item') yield jsonOf(part.bytes, ITEM_INDENT, form);
    else yield onLines(decoder.decode(part.bytes, { stream: true }));
  }
  yield onLines(decoder.decode());
}

async function* listYaml(parts: AsyncIterable<Part>, form: Form): AsyncGenerator<string> {
  yield 'apiVersion: v1\nkind: List\n';
  let items = 0;
  for await (const part of parts) {
    if (part.kind === 'frame') continue;
    yield `${items === 0 ? 'items:\n' : ''}- ${yamlOf(part.bytes, 2, form)}`;
    items += 1;
  }
  if (items === 0) yield 'items: []\n';
}

/**
 * An object as text, a newline at the end: its own bytes, so that numbers of any size
 * survive. One that has secrets is printed anew with these masked.
 *
 * @throws as listText
 */
export function objectText(bytes: Uint8Array, form: Form): string {
  return form.yaml ? yamlOf(bytes, 0, form) : `${jsonOf(bytes, '', form)}\n`;
}

/** @param indent what the lines after the first begin with, in a Secret that is printed anew */
function jsonOf(bytes: Uint8Array, indent: string, form: Form): string {
  const masked = form.showSecrets ? null : maskedBytes(bytes, form.type);
  return masked === null ? onLines(newDecoder().decode(bytes)) : valueJson(masked, indent);
}

function yamlOf(bytes: Uint8Array, column: number, form: Form): string {
  const masked = form.showSecrets ? null : maskedBytes(bytes, form.type);
  return yamlText(masked === null ? bytes : Buffer.from(valueJson(masked)), column);
}

/** In JSON a carriage return is white space; a terminal would write over what stands on the line. */
function onLines(json: string): string {
  return json.includes('\r') ? json.replace(/\r\n?/g, '\n') : json;
}

function newDecoder() {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
}
