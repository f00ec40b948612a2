import type { Change } from '../changes/change.ts';
import { pathText } from '../changes/path.ts';
import { isFields, isList, type List, MASK, Masked, type Value } from '../changes/value.ts';
import { clock } from './age.ts';
import { printable } from './printable.ts';
import { valueJson } from './value-json.ts';
import { yamlText } from './yaml.ts';

/** A line about a change. */
export interface ChangeLine {
  /** What came, what went, what is another; the place of a hunk; what stands around it. */
  readonly sign: '+' | '-' | '~' | '@' | ' ';
  /** The whole line, safe on a terminal. */
  readonly text: string;
}

/** Longer ones stand below each other. */
const SHORT = 100;
/** A change of a masked value, whatever its length. */
const OTHER_MASK = `${MASK} (changed)`;

/** A change as lines; `arrows` puts short old and new values on one line. */
export function changeLines(change: Change, arrows: boolean): ChangeLine[] {
  const path = printable(pathText(change.path));
  const deletion = deletionText(change);
  if (deletion !== null) return [signed(change.kind === 'removed' ? '-' : '+', deletion)];
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
          ...lines.map(hunkLine),
        ]),
      ];
    case 'reordered': {
      const [before, after] = [orderText(change.before), orderText(change.after)];
      return pairLines(`${path} (order)`, before, after, arrows);
    }
    case 'changed': {
      const [before, after] = shownPair(change.before, change.after);
      if (isBlock(before) || isBlock(after))
        return [...valueLines('-', path, before), ...valueLines('+', path, after)];
      return pairLines(path, inline(before), inline(after), arrows);
    }
  }
}

/** `being deleted since 2026-11-20 14:32 UTC`, for an object that is, or was; null for any other change. */
export function deletionText(change: Change): string | null {
  if (change.kind !== 'added' && change.kind !== 'removed') return null;
  if (pathText(change.path) !== 'metadata.deletionTimestamp' || typeof change.value !== 'string') return null;
  const time = new Date(change.value);
  return Number.isNaN(time.getTime()) ? null : `being deleted since ${clock(time, 'UTC')}`;
}

/** Old and new value as they are shown: a masked value that has changed says so. */
export function shownPair(before: Value, after: Value): readonly [Value, Value] {
  return [before, before instanceof Masked && after instanceof Masked ? OTHER_MASK : after];
}

function pairLines(label: string, before: string, after: string, arrows: boolean): ChangeLine[] {
  if (arrows && before.length + after.length <= SHORT) return [signed('~', `${label}: ${before} → ${after}`)];
  return [signed('-', `${label}: ${before}`), signed('+', `${label}: ${after}`)];
}

function valueLines(sign: '+' | '-', path: string, value: Value): ChangeLine[] {
  if (!isBlock(value)) return [signed(sign, `${path}: ${inline(value)}`)];
  const lines = yamlText(Buffer.from(valueJson(value)))
    .trimEnd()
    .split('\n');
  return [signed(sign, `${path}:`), ...lines.map((line) => signed(sign, `  ${line}`))];
}

function isBlock(value: Value): boolean {
  return (isFields(value) && value.size > 0) || (isList(value) && value.length > 0);
}

function inline(value: Value): string {
  return printable(valueJson(value));
}

function orderText(items: List): string {
  return items.map((item) => (typeof item === 'string' ? printable(item) : inline(item))).join(', ');
}

function signed(sign: ChangeLine['sign'], text: string): ChangeLine {
  return { sign, text: `${sign} ${text}` };
}

/** Tabs stay: scripts are full of them. */
function hunkLine(line: string): ChangeLine {
  const sign = line[0] === '+' || line[0] === '-' ? line[0] : ' ';
  return { sign, text: line.split('\t').map(printable).join('\t') };
}
