import type { Change } from '../../changes/change.ts';
import { pathText } from '../../changes/path.ts';
import { isFields, isList, type Value } from '../../json/value.ts';
import { valueJson } from '../print/json.ts';
import { printable } from '../print/printable.ts';
import { styled } from '../print/screen.ts';
import { yamlText } from '../print/yaml.ts';
import { BEFORE_AUTHORS } from './authors.ts';
import { differingSpans, linePieces, type Room, type Span } from './line-pieces.ts';
import { deletionTexts, orderMoves, orderNames, shownPair } from './words.ts';

/** A line about a change. */
export interface ChangeLine {
  /** Added, removed or changed; the header of a hunk; a line of context. */
  readonly sign: '+' | '-' | '~' | '@' | ' ';
  /** The whole line with its sign, safe on a terminal. */
  readonly text: string;
}

/** Characters of both values on one line; longer values get a line each. */
const SHORT = 100;

/** For a line that replaces another one. JSON output has the values in full. */
const PAIR_ROOM: Room = { whole: 500, around: 80, difference: 240, differences: 5 };

/** For a line that was added or removed. */
const LINE_ROOM: Room = { whole: 2000, around: 0, difference: 1000, differences: 1 };

/**
 * The lines of changes, with their authors.
 *
 * @param authors of each change; see authorTexts
 * @param arrows see changeLines
 */
export function changesLines(
  changes: readonly Change[],
  authors: readonly string[],
  arrows: boolean,
): ChangeLine[] {
  return changes.flatMap((change, at) => {
    const lines = changeLines(change, arrows);
    const text = authors[at] ?? '';
    // Behind the new value: the authors wrote that.
    const place = Math.max(
      lines.findIndex(({ sign }) => sign !== '-'),
      0,
    );
    if (text === '') return lines;
    return lines.map((each, index) =>
      index === place ? { ...each, text: withAuthors(each.text, text) } : each,
    );
  });
}

/** A line, and who did it; safe on a terminal if the line is. */
export function withAuthors(line: string, authors: string): string {
  return authors === '' ? line : `${line}${BEFORE_AUTHORS}${printable(authors)}`;
}

/** A change as lines; `arrows` puts short old and new values on one line. */
export function changeLines(change: Change, arrows: boolean): ChangeLine[] {
  const path = printable(pathText(change.path));
  const deletion = deletionTexts(change);
  if (deletion !== null) {
    return [
      ...(deletion.before === null ? [] : [signed('-', deletion.before)]),
      ...(deletion.after === null ? [] : [signed('+', deletion.after)]),
    ];
  }
  switch (change.kind) {
    case 'added':
      return valueLines('+', path, change.value);
    case 'removed':
      return valueLines('-', path, change.value);
    case 'text':
      return [
        signed('~', `${path}:`),
        ...change.hunks.flatMap(({ beforeStart, beforeLines, afterStart, afterLines, lines }) => [
          { sign: '@' as const, text: `@@ -${beforeStart},${beforeLines} +${afterStart},${afterLines} @@` },
          ...hunkLines(lines),
        ]),
      ];
    case 'reordered': {
      const names = orderNames(change);
      const order = names === null ? orderMoves(change) : `${names.before} → ${names.after}`;
      return [signed('~', `${path} (order): ${printable(order)}`)];
    }
    case 'changed': {
      const [before, after] = shownPair(change.before, change.after);
      if (isBlock(before) !== isBlock(after))
        return [...valueLines('-', path, before), ...valueLines('+', path, after)];
      return pairLines(path, before, after, arrows);
    }
  }
}

function pairLines(label: string, before: Value, after: Value, arrows: boolean): ChangeLine[] {
  const [own, other] = [textOf(before), textOf(after)];
  const spans = differingSpans(own, other);
  const [from, to] = [
    quotedAs(before, lineText(own, spans.before, PAIR_ROOM, typeof before === 'string')),
    quotedAs(after, lineText(other, spans.after, PAIR_ROOM, typeof after === 'string')),
  ];
  if (arrows && from.length + to.length <= SHORT) return [signed('~', `${label}: ${from} → ${to}`)];
  return [signed('-', `${label}: ${from}`), signed('+', `${label}: ${to}`)];
}

/** A string as it is, any other value as JSON. */
function textOf(value: Value): string {
  return typeof value === 'string' ? value : valueJson(value);
}

function quotedAs(value: Value, text: string): string {
  return typeof value === 'string' ? `"${text}"` : text;
}

/** A line, or the shown parts of a long one, safe on a terminal. */
function lineText(text: string, spans: readonly Span[], room: Room, isEscaped = false): string {
  return linePieces(text, spans, room)
    .map((piece) => {
      if (piece.kind === 'cut') return `[…${piece.characters} characters…]`;
      return printable(isEscaped ? JSON.stringify(piece.text).slice(1, -1) : piece.text);
    })
    .join('');
}

function valueLines(sign: '+' | '-', path: string, value: Value): ChangeLine[] {
  if (!isBlock(value)) {
    const text = lineText(textOf(value), [], LINE_ROOM, typeof value === 'string');
    return [signed(sign, `${path}: ${quotedAs(value, text)}`)];
  }
  const lines = yamlText(Buffer.from(valueJson(value)))
    .trimEnd()
    .split('\n');
  return [
    signed(sign, `${path}:`),
    ...lines.map((line) => signed(sign, `  ${lineText(line, [], LINE_ROOM)}`)),
  ];
}

function isBlock(value: Value): boolean {
  return (isFields(value) && value.size > 0) || (isList(value) && value.length > 0);
}

function signed(sign: ChangeLine['sign'], text: string): ChangeLine {
  return { sign, text: `${sign} ${text}` };
}

/** The lines of a hunk; of long lines that replace each other, the parts that differ. */
function hunkLines(lines: readonly string[]): ChangeLine[] {
  const shown: ChangeLine[] = [];
  for (let at = 0; at < lines.length; ) {
    const removed = runOf(lines, at, '-');
    const added = runOf(lines, at + removed.length, '+');
    const spans = removed.map((line, index) => differingSpansOf(line, added[index]));
    for (const [index, line] of removed.entries()) shown.push(hunkLine(line, spans[index]?.before ?? []));
    for (const [index, line] of added.entries()) shown.push(hunkLine(line, spans[index]?.after ?? []));
    at += removed.length + added.length;
    if (removed.length + added.length > 0) continue;
    shown.push(hunkLine(lines[at] ?? '', []));
    at += 1;
  }
  return shown;
}

function runOf(lines: readonly string[], from: number, sign: '-' | '+'): string[] {
  let end = from;
  while (lines[end]?.startsWith(sign)) end += 1;
  return lines.slice(from, end);
}

function differingSpansOf(before: string, after: string | undefined) {
  if (after === undefined || Math.max(before.length, after.length) <= PAIR_ROOM.whole) return null;
  return differingSpans(before.slice(1), after.slice(1));
}

/** Keeps tabs: scripts are full of them. */
function hunkLine(line: string, spans: readonly Span[]): ChangeLine {
  const sign = line[0] === '+' || line[0] === '-' ? line[0] : ' ';
  const room = spans.length === 0 ? LINE_ROOM : PAIR_ROOM;
  const parts = linePieces(line.slice(1), spans, room).map((piece) =>
    piece.kind === 'cut'
      ? `[…${piece.characters} characters…]`
      : piece.text.split('\t').map(printable).join('\t'),
  );
  return { sign, text: `${line.slice(0, 1)}${parts.join('')}` };
}

/** How text is printed. */
export interface TextForm {
  readonly colour: boolean;
}

const STYLE = { '+': 'green', '-': 'red', '~': 'yellow', '@': 'cyan', ' ': null } as const;

/** A line in the colour of its sign. */
export function line({ sign, text }: ChangeLine, indent: string, { colour }: TextForm): string {
  const style = STYLE[sign];
  return `${indent}${colour && style !== null ? styled(style, text) : text}\n`;
}

/** A heading, safe on a terminal. */
export function bold(text: string, { colour }: TextForm): string {
  return colour ? styled('bold', printable(text)) : printable(text);
}
