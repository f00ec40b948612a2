import { masked, mayHoldSecrets } from '../changes/secrecy/mask.ts';
import { documentMistake } from '../json/members.ts';
import { parseValue } from '../json/parse-value.ts';
import { Masked, type Value } from '../json/value.ts';
import { Failure } from '../words/failure.ts';
import { valueJson } from './print/json.ts';
import { yamlText } from './print/yaml.ts';

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

/** The API takes objects of 1.5 MB. What is parsed takes up to fifty times its size. */
const LARGEST = 8 * 1024 * 1024;

/**
 * An object's bytes as a value with its secrets masked (see masked); null for an object
 * that has none, of which most are told without being parsed.
 *
 * @param type full name: `deployments.apps`
 * @throws SyntaxError where it is no valid JSON; Failure where it may hold a secret, but is too large to be masked
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
    `an object of ${bytes.length} bytes may hold secrets and is too large to be masked`,
    '--show-secrets prints it as it stands; extract writes the file',
  );
}
