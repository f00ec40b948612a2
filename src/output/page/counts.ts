import { count } from './escape.ts';

/** Objects that were added, changed and removed. */
export interface Counts {
  added: number;
  changed: number;
  removed: number;
}

/** In the order in which they are told. */
export const KINDS = ['added', 'changed', 'removed'] as const;

export function noCounts(): Counts {
  return { added: 0, changed: 0, removed: 0 };
}

/** `3 added, 12 changed`, each in its colour; what is zero is not told. */
export function countsHtml(counts: Readonly<Counts>): string {
  const told = KINDS.filter((kind) => counts[kind] > 0);
  const parts = told.map((kind) => `<span class="${kind}">${count(counts[kind])} ${kind}</span>`);
  return `<span class="counts">${parts.join(', ')}</span>`;
}

/** The same as text. */
export function countsText(counts: Readonly<Counts>): string {
  return KINDS.map((kind) => `${count(counts[kind])} ${kind}`).join(', ');
}
