import { masked, mayHoldSecrets } from '../changes/secrecy/mask.ts';
import { documentMistake } from '../json/members.ts';
import { parseValue } from '../json/parse-value.ts';
import { Masked, type Value } from '../json/value.ts';
import { Failure } from '../words/failure.ts';
import { valueJson } from './print/json.ts';
import { yamlText } from './print/yaml.ts';

interface ObjectForm {
  /** False masks secret values. */
  readonly showSecrets: boolean;
  /** Full name of the objects' type. */
  readonly type: string;
  readonly yaml: boolean;
}

/** The bytes of a List in order: its items, and everything around them. */
interface Part {
  readonly kind: 'envelope' | 'item';
  readonly bytes: Uint8Array;
}

const ITEM_INDENT = '    ';

/**
 * A type file as text, piece by piece. JSON is printed as it is in the archive, except objects with
 * secrets.
 *
 * @throws TypeError if it is not valid UTF-8, SyntaxError if an item is not valid JSON
 */
export async function* listText(parts: AsyncIterable<Part>, form: ObjectForm): AsyncGenerator<string> {
  if (form.yaml) yield* listYaml(parts, form);
  else yield* listJson(parts, form);
}

async function* listJson(parts: AsyncIterable<Part>, form: ObjectForm): AsyncGenerator<string> {
  const decoder = newDecoder();
  for await (const part of parts) {
    if (part.kind === 'item') yield jsonOf(part.bytes, ITEM_INDENT, form);
    else yield onLines(decoder.decode(part.bytes, { stream: true }));
  }
  yield onLines(decoder.decode());
}

async function* listYaml(parts: AsyncIterable<Part>, form: ObjectForm): AsyncGenerator<string> {
  yield 'apiVersion: v1\nkind: List\n';
  let items = 0;
  for await (const part of parts) {
    if (part.kind === 'envelope') continue;
    yield `${items === 0 ? 'items:\n' : ''}- ${yamlOf(part.bytes, 2, form)}`;
    items += 1;
  }
  if (items === 0) yield 'items: []\n';
}

/**
 * An object as text with a newline at the end: its own bytes, so that numbers keep all their digits.
 * An object with secrets is printed again with these masked.
 *
 * @throws as listText
 */
export function objectText(bytes: Uint8Array, form: ObjectForm): string {
  return form.yaml ? yamlOf(bytes, 0, form) : `${jsonOf(bytes, '', form)}\n`;
}

/** @param indent what the lines after the first begin with, if the object is printed again */
function jsonOf(bytes: Uint8Array, indent: string, form: ObjectForm): string {
  const masked = form.showSecrets ? null : maskedBytes(bytes, form.type);
  return masked === null ? onLines(newDecoder().decode(bytes)) : valueJson(masked, indent);
}

function yamlOf(bytes: Uint8Array, column: number, form: ObjectForm): string {
  const masked = form.showSecrets ? null : maskedBytes(bytes, form.type);
  return yamlText(masked === null ? bytes : Buffer.from(valueJson(masked)), column);
}

/** In JSON a carriage return is white space; on a terminal the line would overwrite itself. */
function onLines(json: string): string {
  return json.includes('\r') ? json.replace(/\r\n?/g, '\n') : json;
}

function newDecoder() {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
}

/** The API accepts objects of up to 1.5 MB. A parsed object takes up to fifty times its size. */
const LARGEST = 8 * 1024 * 1024;

/**
 * An object's bytes as a value with its secrets masked (see masked). Null for an object without
 * secrets; most of these are recognised without parsing.
 *
 * @param type full name: `deployments.apps`
 * @throws SyntaxError if it is not valid JSON; Failure if it may contain a secret and is too large to mask
 */
function maskedBytes(bytes: Uint8Array, type: string): Value | null {
  const mistake = documentMistake(bytes);
  if (mistake !== null) throw new SyntaxError(mistake);
  if (!mayHoldSecrets(bytes, type)) return null;
  if (bytes.length > LARGEST) throw tooLarge(bytes);
  const value = parseValue(bytes);
  const shown = masked(value, type);
  if (shown instanceof Masked) throw tooLarge(bytes);
  return shown === value ? null : shown;
}

function tooLarge(bytes: Uint8Array): Failure {
  return new Failure(
    `an object of ${bytes.length} bytes may contain secrets and is too large to be masked`,
    '--show-secrets prints it unmasked; extract writes the file',
  );
}
