import { counted, shownLine } from './escape.ts';

/** Longer lines are shown around what differs in them. */
const MOST_TEXT = 2000;
/** What is kept of a long line on each side of what differs. */
const AROUND = 300;
/** Lines that have less in common than this share are different lines, not one that was changed. */
const ALIKE = 1 / 3;

/** Where a line differs from its counterpart. */
export interface Span {
  readonly from: number;
  readonly to: number;
  /** The two have so much in common that the difference is worth a mark. */
  readonly isMarked: boolean;
}

/** The parts in which two lines differ, whole words and numbers, between what they begin and end with alike. */
export function differingSpans(before: string, after: string): readonly [Span, Span] {
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && before[head] === after[head]) head += 1;
  while (head > 0 && (isInside(before, head) || isInside(after, head))) head -= 1;
  let tail = 0;
  while (tail < most - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  while (tail > 0 && (isInside(before, before.length - tail) || isInside(after, after.length - tail)))
    tail -= 1;
  const isMarked = head + tail > 0 && head + tail >= ALIKE * Math.max(before.length, after.length);
  return [
    { from: head, to: before.length - tail, isMarked },
    { from: head, to: after.length - tail, isMarked },
  ];
}

/**
 * A line as HTML, what differs in an element of its own; of a long one, what stands
 * around that, and how much is left out.
 *
 * @returns `isWhole` where nothing is
 */
export function lineHtml(
  text: string,
  span: Span | null,
  mark: 'del' | 'ins',
): { html: string; isWhole: boolean } {
  const { from, to } = span ?? { from: 0, to: text.length };
  const marked = (html: string) => (html !== '' && span?.isMarked ? `<${mark}>${html}</${mark}>` : html);
  if (text.length <= MOST_TEXT) {
    const parts = [text.slice(0, from), text.slice(from, to), text.slice(to)].map(shownLine);
    return { html: `${parts[0]}${marked(parts[1] ?? '')}${parts[2]}`, isWhole: true };
  }
  const start = boundary(text, Math.max(0, from - AROUND));
  const stop = boundary(text, Math.min(to, from + MOST_TEXT - 2 * AROUND));
  const resume = stop < to ? stop : to;
  const end = stop < to ? stop : boundary(text, Math.min(text.length, to + AROUND));
  const html = [
    leftOut(start),
    shownLine(text.slice(start, from)),
    marked(shownLine(text.slice(from, stop))),
    shownLine(text.slice(resume, end)),
    leftOut(text.length - end),
  ].join('');
  return { html, isWhole: start === 0 && end === text.length };
}

function leftOut(characters: number): string {
  return characters === 0 ? '' : `<span class="cut">${counted(characters, 'character')} left out</span>`;
}

/** The same place, or the one before where it would part a pair of surrogates. */
function boundary(text: string, at: number): number {
  return isInsidePair(text, at) ? at - 1 : at;
}

/** Whether a place stands between two letters or digits, or the halves of a pair. */
function isInside(text: string, at: number): boolean {
  return isInsidePair(text, at) || (isWord(text.charCodeAt(at - 1)) && isWord(text.charCodeAt(at)));
}

function isInsidePair(text: string, at: number): boolean {
  const [high, low] = [text.charCodeAt(at - 1), text.charCodeAt(at)];
  return high >= 0xd800 && high <= 0xdbff && low >= 0xdc00 && low <= 0xdfff;
}

function isWord(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}
