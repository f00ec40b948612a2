import type { Span } from '../differing-spans.ts';
import { linePieces, type Room } from '../line-pieces.ts';
import { counted, shownLine } from './escape.ts';

/** What of a long line a page shows. */
const ROOM: Room = { whole: 2000, around: 300, difference: 1400, differences: 8 };

/**
 * A line as HTML, what differs in elements of its own; of a long one, what stands
 * around that, and how much is left out.
 *
 * @param spans where it differs from its counterpart
 * @param isMarked whether what differs is marked
 * @returns `isWhole` where nothing is left out
 */
export function lineHtml(
  text: string,
  spans: readonly Span[],
  mark: 'del' | 'ins',
  isMarked: boolean,
): { html: string; isWhole: boolean } {
  const pieces = linePieces(text, spans, ROOM);
  const html = pieces.map((piece) => {
    if (piece.kind === 'cut')
      return `<span class="cut">${counted(piece.characters, 'character')} left out</span>`;
    const own = shownLine(piece.text);
    return piece.kind === 'differs' && isMarked ? `<${mark}>${own}</${mark}>` : own;
  });
  return { html: html.join(''), isWhole: pieces.every(({ kind }) => kind !== 'cut') };
}
