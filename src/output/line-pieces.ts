import { isInsidePair, type Span } from './differing-spans.ts';

/** A piece of a line: as it stands there, or left out. */
export type Piece =
  | { readonly kind: 'same' | 'differs'; readonly text: string }
  | { readonly kind: 'cut'; readonly characters: number };

/** How much of a long line is shown. */
export interface Room {
  /** Lines of up to so many characters are shown whole. */
  readonly whole: number;
  /** Characters on each side of a difference. */
  readonly around: number;
  /** Characters of a difference. */
  readonly difference: number;
  /** Differences. */
  readonly differences: number;
}

/**
 * A line in pieces. Of a long one only what differs is shown, with what stands around it,
 * and how much is left out.
 *
 * @param spans where it differs from its counterpart; none where it has none: its beginning is shown then
 */
export function linePieces(text: string, spans: readonly Span[], room: Room): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const { from, to, kind } of stretches(text, spans, room)) {
    if (from > at) pieces.push({ kind: 'cut', characters: from - at });
    if (to > from) pieces.push({ kind, text: text.slice(from, to) });
    at = to;
  }
  if (text.length > at) pieces.push({ kind: 'cut', characters: text.length - at });
  return pieces;
}

interface Stretch extends Span {
  readonly kind: 'same' | 'differs';
}

/** What is shown, in order. */
function* stretches(text: string, spans: readonly Span[], room: Room): Generator<Stretch> {
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

/** The same place, or the one before where it would part a pair of surrogates. */
function boundary(text: string, at: number): number {
  return isInsidePair(text, at) ? at - 1 : at;
}
