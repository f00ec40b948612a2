import { editRuns } from '../../changes/edit-runs.ts';

/** A piece of a line: shown, or left out. */
export type Piece =
  | { readonly kind: 'same' | 'differs'; readonly text: string }
  | { readonly kind: 'cut'; readonly characters: number };

/** How much of a line is shown. */
export interface Room {
  /** Lines of up to this many characters are shown in full. */
  readonly whole: number;
  /** Characters on each side of a difference. */
  readonly around: number;
  /** Characters of a difference. */
  readonly difference: number;
  /** Differences. */
  readonly differences: number;
}

/**
 * A line in pieces. Of a long line only the differences and the characters around them are shown, and
 * the number of characters that are left out.
 *
 * @param spans where the line differs from the one it replaces; empty if there is none, then its
 *   beginning is shown
 */
export function linePieces(text: string, spans: readonly Span[], room: Room): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const { from, to, kind } of shownSpans(text, spans, room)) {
    if (from > at) pieces.push({ kind: 'cut', characters: from - at });
    if (to > from) pieces.push({ kind, text: text.slice(from, to) });
    at = to;
  }
  if (text.length > at) pieces.push({ kind: 'cut', characters: text.length - at });
  return pieces;
}

interface Shown extends Span {
  readonly kind: 'same' | 'differs';
}

/** The shown parts, in order. */
function* shownSpans(text: string, spans: readonly Span[], room: Room): Generator<Shown> {
  const isLong = text.length > room.whole;
  const shown = isLong ? spans.slice(0, room.differences) : spans;
  let at = 0;
  for (const [index, { from, to }] of shown.entries()) {
    const start = isLong ? boundary(text, Math.max(at, from - room.around)) : at;
    const stop = isLong ? boundary(text, Math.min(to, from + room.difference)) : to;
    yield { kind: 'same', from: start, to: from };
    yield { kind: 'differs', from, to: stop };
    at = stop;
    if (stop < to) continue;
    const next = shown[index + 1]?.from ?? text.length;
    const end = isLong ? boundary(text, Math.min(next, to + room.around)) : next;
    yield { kind: 'same', from: to, to: end };
    at = end;
  }
  if (spans.length > 0) return;
  yield { kind: 'same', from: 0, to: isLong ? boundary(text, room.difference) : text.length };
}

/** The same offset, or the one before if it would split a surrogate pair. */
function boundary(text: string, at: number): number {
  return isInsidePair(text, at) ? at - 1 : at;
}

/** A part of a line, from one offset to another. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Where two lines differ: the same number of spans on each side; a span may be empty. */
export interface DifferingSpans {
  readonly before: readonly Span[];
  readonly after: readonly Span[];
  /** Whether the lines have enough in common to mark the differences. */
  readonly isMarked: boolean;
}

/** Lines with a smaller share in common are two different lines, not one line that changed. */
const ALIKE = 1 / 3;

/** Differences with fewer characters between them are joined. */
const NEAR = 20;

/** Lines with more words are not compared word by word. */
const MOST_WORDS = 100_000;

/** The parts in which two lines differ, in whole words and numbers. */
export function differingSpans(before: string, after: string): DifferingSpans {
  const { head, tail } = commonEnds(before, after);
  const isMarked = head + tail > 0 && head + tail >= ALIKE * Math.max(before.length, after.length);
  const [own, other] = [
    { from: head, to: before.length - tail },
    { from: head, to: after.length - tail },
  ];
  const inner = innerSpans(before, own, after, other);
  if (inner === null) return { before: [own], after: [other], isMarked };
  return { ...inner, isMarked: true };
}

function commonEnds(before: string, after: string): { head: number; tail: number } {
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && before[head] === after[head]) head += 1;
  while (head > 0 && (isInside(before, head) || isInside(after, head))) head -= 1;
  let tail = 0;
  while (tail < most - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  while (tail > 0 && (isInside(before, before.length - tail) || isInside(after, after.length - tail)))
    tail -= 1;
  return { head, tail };
}

/** Differences that are far from each other; null if there is only one. */
function innerSpans(
  before: string,
  own: Span,
  after: string,
  other: Span,
): { before: Span[]; after: Span[] } | null {
  if (Math.min(own.to - own.from, other.to - other.from) < NEAR) return null;
  const [from, to] = [wordsOf(before.slice(own.from, own.to)), wordsOf(after.slice(other.from, other.to))];
  const runs = from === null || to === null ? null : editRuns(from, to);
  if (from === null || to === null || runs === null) return null;
  const spans: { before: Span[]; after: Span[] } = { before: [], after: [] };
  let [at, too, place, placeToo] = [0, 0, own.from, other.from];
  const lengthOf = (words: readonly string[], start: number, count: number) =>
    words.slice(start, start + count).reduce((sum, word) => sum + word.length, 0);
  for (const { kept, removed, added } of runs) {
    const same = lengthOf(from, at, kept);
    const [start, startToo] = [place + same, placeToo + same];
    place = start + lengthOf(from, at + kept, removed);
    placeToo = startToo + lengthOf(to, too + kept, added);
    const [last, lastToo] = [spans.before.at(-1), spans.after.at(-1)];
    const isNear = last !== undefined && lastToo !== undefined && same < NEAR;
    if (isNear) {
      spans.before.pop();
      spans.after.pop();
    }
    spans.before.push({ from: isNear ? last.from : start, to: place });
    spans.after.push({ from: isNear ? lastToo.from : startToo, to: placeToo });
    at += kept + removed;
    too += kept + added;
  }
  return spans.before.length > 1 ? spans : null;
}

/** Words, numbers, and each character between them; null if there are too many. */
function wordsOf(text: string): string[] | null {
  const words: string[] = [];
  for (const [word] of text.matchAll(/[A-Za-z0-9]+|[^A-Za-z0-9]/gu)) {
    if (words.push(word) > MOST_WORDS) return null;
  }
  return words;
}

/** Whether an offset is between two letters or digits, or inside a surrogate pair. */
function isInside(text: string, at: number): boolean {
  return isInsidePair(text, at) || (isWord(text.charCodeAt(at - 1)) && isWord(text.charCodeAt(at)));
}

/** Whether an offset is inside a surrogate pair. */
function isInsidePair(text: string, at: number): boolean {
  const [high, low] = [text.charCodeAt(at - 1), text.charCodeAt(at)];
  return high >= 0xd800 && high <= 0xdbff && low >= 0xdc00 && low <= 0xdfff;
}

function isWord(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}
