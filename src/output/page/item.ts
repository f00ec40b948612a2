import type { Change, ObjectName } from '../../changes/change.ts';
import { pathText } from '../../changes/path.ts';
import { CLUSTER } from '../../types/archive-paths.ts';
import type { AuthorTexts } from '../changes/authors.ts';
import { changesTable } from './changes-table.ts';
import { count, counted, shown, shownProse } from './html.ts';

/** Characters of the first changed path that are shown beside the title. */
const LONGEST_HINT = 80;

/** Characters of changes on a page: browsers need seconds for this many, and minutes for ten times as many. */
const MOST_TEXT = 24_000_000;

const SIGNS = {
  added: '<i role="img" aria-label="added">+</i>',
  changed: '<i role="img" aria-label="changed">~</i>',
  removed: '<i role="img" aria-label="removed">−</i>',
  kept: '<i aria-hidden="true">·</i>',
} as const;

/** An object that changed, or a version in its history. */
export interface ItemFacts {
  readonly sign: keyof typeof SIGNS;
  readonly title: string;
  /** Text beside the title. */
  readonly about: string;
  readonly changes: readonly Change[];
  readonly authors: AuthorTexts;
  /** The command that shows the changes in full. */
  readonly command: string;
  /** Between which times it happened, in milliseconds; for pages with a zoom. */
  readonly time?: { readonly from: number; readonly to: number };
}

/** An item in two parts: whether it is open is decided when all items have been counted. */
export interface PageItem {
  readonly start: string;
  /** The part that opens and closes; null if there is none. */
  readonly inside: string | null;
}

/** Makes the items of one page, and limits their size to what a browser can show. */
export class PageItems {
  #made = 0;
  #text = 0;

  /** The number of items so far. */
  get made(): number {
    return this.#made;
  }

  make({ sign, title, about, changes, authors, command, time }: ItemFacts): PageItem {
    this.#made += 1;
    const data = time === undefined ? '' : ` data-from="${time.from}" data-to="${time.to}"`;
    const start = `<li class="item ${sign}" id="o${this.#made}" tabindex="-1"${data}>`;
    const by = authors.object === '' ? '' : ` <span class="by">${shownProse(authors.object)}</span>`;
    const line = `${SIGNS[sign]} <b>${shownProse(title)}</b> <span>${shownProse(about)}</span>${by}`;
    if (changes.length === 0) return { start: `${start}<p>${line}</p></li>`, inside: null };
    const table =
      this.#text < MOST_TEXT ? changesTable(changes, authors.changes) : { html: '', isWhole: false };
    this.#text += table.html.length;
    const rest = `<p class="cut">Too long for this page: <kbd>${shown(command)}</kbd> shows all of it.</p>`;
    return {
      start,
      inside: `<summary>${line}</summary>${table.html}${table.isWhole ? '' : rest}</details></li>`,
    };
  }
}

/** An item as HTML. */
export function itemHtml({ start, inside }: PageItem, isOpen: boolean): string {
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
 * An openshift-backup command, quoted for a POSIX shell.
 *
 * @param words `diff` and its arguments
 */
export function commandText(words: readonly string[]): string {
  return ['openshift-backup', ...words].map(quoted).join(' ');
}

/** The arguments that limit `diff` to one object. */
export function narrowedTo({ project, type, name }: ObjectName): readonly string[] {
  return [type, name, '-p', project ?? CLUSTER];
}

function quoted(word: string): string {
  return /^[A-Za-z0-9_./:@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
