import type { Fields } from '../changes/value.ts';
import type { ChangeRow, Facts } from './rule.ts';
import { mapStrings } from './strings.ts';

type Replacements = Facts['options']['replacements'];
const WORD = /[A-Za-z0-9_-]/;
const NUMBERS = /^[0-9.]+$/;
const compiled = new WeakMap<Replacements, (text: string) => Found>();

interface Found {
  readonly text: string;
  /** The texts that were replaced, as they stand in the options. */
  readonly of: readonly string[];
}

/** `--replace`: addresses that are others where the objects come back. */
export const REPLACE_RULES: readonly ChangeRow[] = [
  {
    rule: 'replace',
    types: ['*'],
    reason: 'by --replace',
    source: '--replace',
    change: replaceAll,
  },
];

function replaceAll(fields: Fields, { options, item }: Facts, note: (what: string) => void): Fields {
  const { replacements } = options;
  if (replacements.length === 0) return fields;
  const replace = compiled.get(replacements) ?? replacer(replacements);
  compiled.set(replacements, replace);
  return mapStrings(fields, (text, place) => {
    const isData = item.type === 'secrets' && place.root === 'data';
    const plain = isData ? decoded(text) : text;
    const found = plain === null ? null : replace(plain);
    if (found === null || found.text === plain) return text;
    for (const { from, to } of replacements) if (found.of.includes(from)) note(`${from} → ${to} in ${place}`);
    return isData ? Buffer.from(found.text).toString('base64') : found.text;
  });
}

/** All at once, so that what one has put in is nothing for another; the longest wins. */
function replacer(replacements: Replacements): (text: string) => Found {
  const byFrom = new Map(replacements.map(({ from, to }) => [from, to]));
  const longestFirst = [...byFrom.keys()].filter((from) => from !== '').sort((a, b) => b.length - a.length);
  const pattern = new RegExp(longestFirst.map(bounded).join('|'), 'g');
  return (text) => {
    // Most texts have none of them, which is seen quicker without the pattern.
    if (!longestFirst.some((from) => text.includes(from))) return { text, of: [] };
    const of = new Set<string>();
    const after = text.replace(pattern, (found) => {
      of.add(found);
      return byFrom.get(found) ?? found;
    });
    return { text: after, of: [...of] };
  };
}

/**
 * An address ends where its name or number ends: 10.0.0.1 is not in 10.0.0.10 or 110.0.0.1,
 * example.com not in myexample.com or example.com.au, but in www.example.com.
 */
function bounded(from: string): string {
  const before = NUMBERS.test(from) ? '(?<![\\w-]|\\w\\.)' : '(?<![\\w-])';
  return [
    WORD.test(from[0] ?? '') ? before : '',
    from.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'),
    WORD.test(from.at(-1) ?? '') ? '(?![\\w-]|\\.\\w)' : '',
  ].join('');
}

/** The text in base64, or null where it is none: keys and archives are no place for addresses. */
function decoded(base64: string): string | null {
  const bytes = Buffer.from(base64, 'base64');
  const text = bytes.toString('utf8');
  return Buffer.from(text).equals(bytes) ? text : null;
}
