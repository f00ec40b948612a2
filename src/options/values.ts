import { labelMistake } from '../types/labels.ts';
import { isProjectName } from '../types/project-name.ts';
import type { Parse } from './option.ts';

/** A whole number with at most six digits. */
export function wholeNumber(least: number): Parse<number> {
  return (text) => {
    const value = Number(text);
    if (!/^\d{1,6}$/.test(text) || value < least)
      throw new Error(`must be a whole number from ${least} to 999999`);
    return value;
  };
}

/** A whole number, or `unlimited`: Infinity. */
export function countOrAll(text: string): number {
  if (text === 'unlimited') return Number.POSITIVE_INFINITY;
  if (!/^\d{1,6}$/.test(text)) throw new Error('must be a whole number from 0 to 999999, or unlimited');
  return Number(text);
}

/** Seconds as a user writes them, milliseconds as the code counts. */
export function seconds(least: number): Parse<number> {
  const number = wholeNumber(least);
  return (text, readText) => number(text, readText) * 1000;
}

/** `old.example.com=new.example.com`: the part after the first = is the new text. Throws Error. */
export function textPair(text: string): readonly [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new Error('must be OLD=NEW');
  return [text.slice(0, at), text.slice(at + 1)];
}

/** A jq program, or the one in the file of `@FILE`. Throws Error where the file cannot be read. */
export const programOf: Parse<string> = (text, readText) =>
  text.startsWith('@') ? readText(text.slice(1)) : text;

/** `team=shop`. Throws Error if this is not a valid label. */
export function labelPair(text: string): readonly [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new Error('must be KEY=VALUE');
  const [key, value] = [text.slice(0, at), text.slice(at + 1)];
  const mistake = labelMistake(key, value);
  if (mistake !== null) throw new Error(mistake);
  return [key, value];
}

/** `shop=shop-copy`. Throws Error if one of them is not a valid project name. */
export function projectPair(text: string): readonly [string, string] {
  const pair = textPair(text);
  for (const name of pair)
    if (!isProjectName(name))
      throw new Error(`"${name}" is not a valid project name (letters a-z, digits and dashes)`);
  return pair;
}

/** Old → new. Throws Error if one old name has several new ones. */
export function pairs(all: ReadonlyArray<readonly [string, string]>): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const mistakes = all.flatMap(([from, to]) => {
    const other = found.get(from);
    if (other === undefined) found.set(from, to);
    return other === undefined || other === to ? [] : [`${from} is given two new values, ${other} and ${to}`];
  });
  if (mistakes.length > 0) throw new Error(mistakes.join('; '));
  return found;
}
