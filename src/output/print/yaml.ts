import { itemsOf, membersOf, textAt } from '../../json/members.ts';
import {
  CLOSE_LIST,
  CLOSE_OBJECT,
  OPEN_LIST,
  OPEN_OBJECT,
  skipSpace,
  stringEnd,
  valueEnd,
} from '../../json/scan.ts';
import { isPrintable, UNSEEN } from './printable.ts';

/** Deeper values are printed on one line: a few thousand brackets would otherwise become megabytes of spaces. */
const MOST_COLUMNS = 100;

/** YAML ends an ordinary key after 1,024 characters. */
const LONGEST_KEY = 500;

const QUOTE = 0x22;

/** What is before a value on its line. */
type Lead = 'nothing' | 'key' | 'dash';

/**
 * A JSON document as YAML in the manner of kubectl, a newline at the end. Keys keep
 * their order and numbers their digits (9007199254740993, 1.0), which JavaScript values would
 * not. Every string is read back as a string by readers of YAML 1.1, such as kubectl. Safe on a
 * terminal. The document must be valid (see documentMistake).
 *
 * @param column where the lines after the first begin
 */
export function yamlText(json: Uint8Array, column = 0): string {
  const pieces: string[] = [];
  printValue(json, skipSpace(json, 0, json.length), column, column === 0 ? 'nothing' : 'dash', pieces);
  return pieces.join('');
}

function printValue(json: Uint8Array, at: number, column: number, lead: Lead, pieces: string[]): void {
  if (isBlock(json, at) && column <= MOST_COLUMNS) {
    if (lead === 'key') pieces.push('\n');
    if (json[at] === OPEN_OBJECT) printObject(json, at, column, lead, pieces);
    // In an object, kubectl puts a list's dashes below the key.
    else printList(json, at, lead === 'key' ? column - 2 : column, lead, pieces);
    return;
  }
  if (lead === 'key') pieces.push(' ');
  pieces.push(scalar(json, at, lead === 'nothing' ? column + 2 : column), '\n');
}

function printObject(json: Uint8Array, at: number, column: number, lead: Lead, pieces: string[]): void {
  const pad = ' '.repeat(column);
  let first = lead === 'dash';
  for (const [keyAt, valueAt] of membersOf(json, at)) {
    if (!first) pieces.push(pad);
    first = false;
    const key = lineText(textAt(json, keyAt) ?? '');
    if (key.length <= LONGEST_KEY) {
      pieces.push(key, ':');
      printValue(json, valueAt, column + 2, 'key', pieces);
    } else {
      pieces.push('? ', key, '\n', pad, ': ');
      printValue(json, valueAt, column + 2, 'dash', pieces);
    }
  }
}

function printList(json: Uint8Array, at: number, column: number, lead: Lead, pieces: string[]): void {
  const pad = ' '.repeat(column);
  let first = lead === 'dash';
  for (const itemAt of itemsOf(json, at)) {
    if (!first) pieces.push(pad);
    first = false;
    pieces.push('- ');
    printValue(json, itemAt, column + 2, 'dash', pieces);
  }
}

/** An object or list that is not empty. */
function isBlock(json: Uint8Array, at: number): boolean {
  if (json[at] !== OPEN_OBJECT && json[at] !== OPEN_LIST) return false;
  const next = json[skipSpace(json, at + 1, json.length)];
  return next !== CLOSE_OBJECT && next !== CLOSE_LIST;
}

function scalar(json: Uint8Array, at: number, column: number): string {
  const text = textAt(json, at);
  if (text === null) return onOneLine(json, at);
  return literal(text, column) ?? lineText(text);
}

/** A value of any depth on one line, token by token. */
function onOneLine(json: Uint8Array, from: number): string {
  const end = valueAtEnd(json, from);
  let text = '';
  for (let at = skipSpace(json, from, end); at < end; at = skipSpace(json, at, end)) {
    const byte = json[at] ?? 0;
    if (byte === QUOTE) {
      const next = stringEnd(json, at, json.length);
      const own = quoted(textAt(json, at) ?? '');
      const isLongKey = own.length > LONGEST_KEY && json[skipSpace(json, next, end)] === 0x3a;
      text += isLongKey ? `? ${own}` : own;
      at = next;
    } else {
      const character = String.fromCharCode(byte);
      text += character === ',' || character === ':' ? `${character} ` : character;
      at += 1;
    }
  }
  return text;
}

/** A number at the end of the document has no byte after it that would end it. */
function valueAtEnd(json: Uint8Array, from: number): number {
  const end = valueEnd(json, from, json.length);
  return end < 0 ? json.length : end;
}

/**
 * Words that YAML 1.1, or some reader of it, does not take for strings: kubectl reads `y` and `n` as
 * booleans if they are keys.
 */
const RESERVED = new Set(
  '~ null y n yes no on off true false .nan nan .inf inf . infinity undefined none'.split(' '),
);

/** Begins with a letter or another harmless character, and has no indicator. Colons and spaces are checked apart. */
const PLAIN =
  /^(?:[\p{L}_/$]|-{1,2}[A-Za-z]|\.[A-Za-z])[\p{L}\p{N}_./$@%+=~^;:,()<>\\-]*(?: [\p{L}\p{N}_./$@%+=~^;:,()<>\\-]+)*$/u;

/** Quantities and addresses: strings that begin with a digit and cannot be a number, time or date. */
const HARMLESS = /^(?:[1-9]\d*(?:[a-df-zA-DF-Z]|[KMGTPE]i)|\d{1,3}(?:\.\d{1,3}){3}(?:\/\d{1,2})?)$/;

const UNSEEN_CHARACTER = new RegExp(`[${UNSEEN}]`, 'gv');

/** A string on one line: plain if every reader takes it for a string, otherwise in double quotes. */
export function lineText(text: string): string {
  return isPlain(text) ? text : quoted(text);
}

/** In double quotes, safe on a terminal; a lone surrogate becomes U+FFFD, as for every reader in Go. */
export function quoted(text: string): string {
  // Not the escapes of JSON: YAML has no surrogate pairs.
  return JSON.stringify(text.toWellFormed()).replace(UNSEEN_CHARACTER, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16);
    return code.length <= 4 ? `\\u${code.padStart(4, '0')}` : `\\U${code.padStart(8, '0')}`;
  });
}

/**
 * A string of several lines as a literal: `|` and its lines at a column. Null if it has one line, or
 * would not be read back unchanged.
 */
export function literal(text: string, column: number): string | null {
  if (!text.includes('\n') || !isPrintable(text)) return null;
  // A literal of white space alone is read as indentation.
  if (!/[^ \t\n]/.test(text)) return null;
  const indicator = /^[ \t\n]/.test(text) ? '2' : '';
  const end = text.endsWith('\n\n') ? '+' : text.endsWith('\n') ? '' : '-';
  const lines = text.replace(/\n$/, '').split('\n');
  const pad = ' '.repeat(column);
  return `|${indicator}${end}\n${lines.map((line) => (line === '' ? '' : `${pad}${line}`)).join('\n')}`;
}

function isPlain(text: string): boolean {
  if (HARMLESS.test(text)) return true;
  return PLAIN.test(text) && isPrintable(text) && !/:( |$)/.test(text) && !RESERVED.has(text.toLowerCase());
}
