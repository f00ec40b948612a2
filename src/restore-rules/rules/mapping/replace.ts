import type { Fields } from '../../../json/value.ts';
import type { ChangeRow, RuleContext, TakeNote } from '../../rule.ts';
import { mapStrings } from '../../strings.ts';

type Replacements = RuleContext['options']['replacements'];
const WORD = /[A-Za-z0-9_-]/;
const NUMBERS = /^[0-9.]+$/;
const compiled = new WeakMap<Replacements, (text: string) => Found>();

interface Found {
  readonly text: string;
  /** The texts that were replaced, as they stand in the options. */
  readonly of: readonly string[];
}

/** `--replace`: addresses that differ in the new cluster. */
export const REPLACE_RULES: readonly ChangeRow[] = [
  {
    rule: 'replace',
    types: ['*'],
    reason: 'by --replace',
    source: '--replace',
    change: replaceAll,
  },
];

function replaceAll(fields: Fields, { options, item }: RuleContext, note: TakeNote): Fields {
  const { replacements } = options;
  if (replacements.length === 0) return fields;
  const replace = compiled.get(replacements) ?? replacer(replacements);
  compiled.set(replacements, replace);
  return mapStrings(fields, (text, place) => {
    const isData = item.type === 'secrets' && place.root === 'data';
    const plain = isData ? decoded(text) : text;
    const found = plain === null ? null : replace(plain);
    if (found === null || found.text === plain) return text;
    for (const { from, to } of replacements)
      if (found.of.includes(from)) note(`${from} → ${to} in ${place}`, from);
    return isData ? Buffer.from(found.text).toString('base64') : found.text;
  });
}

/** Replaces all at once, so that replaced text is not replaced again; the longest match wins. */
function replacer(replacements: Replacements): (text: string) => Found {
  const byFrom = new Map(replacements.map(({ from, to }) => [from, to]));
  const longestFirst = [...byFrom.keys()].filter((from) => from !== '').sort((a, b) => b.length - a.length);
  return (text) => {
    const of = new Set<string>();
    let after = '';
    let end = 0;
    for (const { from, at } of occurrences(text, longestFirst)) {
      // It is part of a text that was replaced.
      if (at < end) continue;
      of.add(from);
      after += text.slice(end, at) + (byFrom.get(from) ?? from);
      end = at + from.length;
    }
    return { text: after + text.slice(end), of: [...of] };
  };
}

interface Occurrence {
  readonly from: string;
  readonly at: number;
}

/** The occurrences of the words in a text, in its order; at the same position, the longest comes first. */
function occurrences(text: string, longestFirst: readonly string[]): Occurrence[] {
  const found: Occurrence[] = [];
  for (const from of longestFirst) {
    for (let at = text.indexOf(from); at >= 0; at = text.indexOf(from, at + 1))
      if (isWhole(text, at, from)) found.push({ from, at });
  }
  return found.sort((a, b) => a.at - b.at || b.from.length - a.from.length);
}

/**
 * An address ends where its name or number ends: 10.0.0.1 is not in 10.0.0.10 or 110.0.0.1,
 * example.com not in myexample.com or example.com.au, but in www.example.com.
 */
function isWhole(text: string, at: number, from: string): boolean {
  const end = at + from.length;
  const goesOn = isWord(text[end]) || (text[end] === '.' && isPlainWord(text[end + 1]));
  if (isWord(from.at(-1)) && goesOn) return false;
  if (!isWord(from[0])) return true;
  const isNumber = NUMBERS.test(from);
  return !(isWord(text[at - 1]) || (isNumber && text[at - 1] === '.' && isPlainWord(text[at - 2])));
}

function isWord(character: string | undefined): boolean {
  return character !== undefined && WORD.test(character);
}

function isPlainWord(character: string | undefined): boolean {
  return character !== '-' && isWord(character);
}

/** The text in base64, or null if it is binary data. */
function decoded(base64: string): string | null {
  const bytes = Buffer.from(base64, 'base64');
  const text = bytes.toString('utf8');
  return Buffer.from(text).equals(bytes) ? text : null;
}
