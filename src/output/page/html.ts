import { UNSEEN } from '../print/printable.ts';

/** Characters that would become markup, or would not be seen. */
const NOT_AS_IS = new RegExp(`[&<>"'${UNSEEN}]`, 'gv');

/** The same without the tab: scripts are full of them. */
const NOT_AS_IS_IN_LINE = new RegExp(String.raw`[[&<>"'${UNSEEN}]--\t]`, 'gv');

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A text of any origin as HTML; an invisible character becomes a boxed `U+202E`. */
export function shown(text: string): string {
  return text.replace(
    NOT_AS_IS,
    (character) => ENTITIES[character] ?? `<span class="u">${codePoint(character)}</span>`,
  );
}

/** Dates with times, and options: browsers would break lines at their hyphens. */
const UNBROKEN = /\b\d{4}-\d\d-\d\d\b(?: \d\d:\d\d(?::\d\d)?\b)?|--[a-z][a-z-]*/g;

/** As `shown`, for sentences: each date, time and option stays on one line. */
export function shownProse(text: string): string {
  return shown(text).replace(UNBROKEN, '<span class="whole">$&</span>');
}

/** As `shown`, but keeps tabs. */
export function shownLine(text: string): string {
  return text.replace(
    NOT_AS_IS_IN_LINE,
    (character) => ENTITIES[character] ?? `<span class="u">${codePoint(character)}</span>`,
  );
}

/** A text of any origin for a quoted attribute, or an element that can contain only text. */
export function plain(text: string): string {
  return text.replace(NOT_AS_IS, (character) => ENTITIES[character] ?? codePoint(character));
}

/** A number for a person: `12,345`. */
export function count(value: number): string {
  return value.toLocaleString('en');
}

/** `1 object`, `12,345 objects`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** Objects that were added, changed and removed. */
export interface Counts {
  added: number;
  changed: number;
  removed: number;
}

/** In the order in which they are shown. */
export const KINDS = ['added', 'changed', 'removed'] as const;

/** Counts of zero, to be added to. */
export function noCounts(): Counts {
  return { added: 0, changed: 0, removed: 0 };
}

/** `3 added, 12 changed`, each in its colour, without zeros. */
export function countsHtml(counts: Readonly<Counts>): string {
  const present = KINDS.filter((kind) => counts[kind] > 0);
  const parts = present.map((kind) => `<span class="${kind}">${count(counts[kind])} ${kind}</span>`);
  return `<span class="counts">${parts.join(', ')}</span>`;
}

/** The same as text. */
export function countsText(counts: Readonly<Counts>): string {
  return KINDS.map((kind) => `${count(counts[kind])} ${kind}`).join(', ');
}
