import type { Change, ObjectName } from '../../changes/change.ts';
import { pathText } from '../../changes/path.ts';
import { CLUSTER } from '../../types/places.ts';
import { changesTable } from './changes-table.ts';
import { count, counted, shown } from './html.ts';

/** The first path of a change is told beside the item's title, as far as it goes. */
const LONGEST_HINT = 80;

/** Characters of changes on a page: browsers take seconds for as much, and minutes for ten times as much. */
const MOST_TEXT = 24_000_000;

const SIGNS = {
  added: '<i role="img" aria-label="added">+</i>',
  changed: '<i role="img" aria-label="changed">~</i>',
  removed: '<i role="img" aria-label="removed">−</i>',
  kept: '<i aria-hidden="true">·</i>',
} as const;

/** Something that happened, as an item of a list: to an object, or to a version of one. */
export interface Happened {
  readonly sign: keyof typeof SIGNS;
  readonly title: string;
  /** What stands beside the title. */
  readonly about: string;
  readonly changes: readonly Change[];
  /** The command that shows what the page has no room for. */
  readonly again: string;
}

/** An item in pieces, since whether it stands open is known when all have been counted. */
export interface Item {
  readonly start: string;
  /** What opens and closes; null where there is nothing inside. */
  readonly inside: string | null;
}

/** Makes the items of one page, which together keep to the size that a browser can take. */
export class Items {
  #made = 0;
  #text = 0;

  /** How many have been made. */
  get made(): number {
    return this.#made;
  }

  make({ sign, title, about, changes, again }: Happened): Item {
    this.#made += 1;
    const start = `<li class="item ${sign}" id="o${this.#made}" tabindex="-1">`;
    const line = `${SIGNS[sign]} <b>${shown(title)}</b> <span>${shown(about)}</span>`;
    if (changes.length === 0) return { start: `${start}<p>${line}</p></li>`, inside: null };
    const table = this.#text < MOST_TEXT ? changesTable(changes) : { html: '', isWhole: false };
    this.#text += table.html.length;
    const rest = `<p class="cut">This page has no room for all of it. <kbd>${shown(again)}</kbd> shows it.</p>`;
    return {
      start,
      inside: `<summary>${line}</summary>${table.html}${table.isWhole ? '' : rest}</details></li>`,
    };
  }
}

/** The item's HTML. */
export function itemHtml({ start, inside }: Item, isOpen: boolean): string {
  return inside === null ? start : `${start}<details${isOpen ? ' open' : ''}>${inside}`;
}

/** `spec.replicas`, `3 changes: spec.replicas and 2 more`. */
export function changesHint(changes: readonly Change[]): string {
  const [first] = changes;
  if (first === undefined) return '';
  const path = [...pathText(first.path)];
  const text = path.length > LONGEST_HINT ? `${path.slice(0, LONGEST_HINT).join('')}…` : path.join('');
  if (changes.length === 1) return text;
  return `${counted(changes.length, 'change')}: ${text} and ${count(changes.length - 1)} more`;
}

/**
 * A command that shows what a page has no room for, for a POSIX shell.
 *
 * @param words `diff`, and what follows it
 */
export function commandText(words: readonly string[]): string {
  return ['openshift-backup', ...words].map(quoted).join(' ');
}

/** What narrows `diff` to one object. */
export function narrowedTo({ project, type, name }: ObjectName): readonly string[] {
  return [type, name, '-p', project ?? CLUSTER];
}

function quoted(word: string): string {
  return /^[A-Za-z0-9_./:@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
