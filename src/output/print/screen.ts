import { styleText } from 'node:util';
import { printableText } from './printable.ts';

/** The part of a process stream that is used. */
interface Stream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** The only way to stdout and stderr. */
export interface Screen {
  /** Writes to stdout. */
  readonly print: (text: string) => void;
  /** Writes to stderr. */
  readonly tell: (text: string) => void;
  /** Replaces the progress line on stderr. */
  readonly progress: (line: string) => void;
}

const ERASE_LINE = '\r\u001b[2K';

/**
 * Everything that a run prints goes through here. Names, annotations, server messages and file names
 * may contain control sequences or invisible characters, which become escapes. On a terminal, stdout
 * passes our own colours.
 *
 * Line feeds pass: callers that put untrusted text on one line call `printable` first. The bytes
 * that `extract` writes do not go through here.
 */
export function screenOn(stdout: Stream, stderr: Stream): Screen {
  const isColoured = stdout.isTTY === true;
  return {
    print: (text) => {
      stdout.write(isColoured ? withStyles(text) : printableText(text));
    },
    tell: (text) => {
      stderr.write(printableText(text));
    },
    progress: (line) => {
      stderr.write(`${ERASE_LINE}${printableText(line)}`);
    },
  };
}

function withStyles(text: string): string {
  if (!text.includes('\u001b')) return printableText(text);
  return text
    .split(STYLE_CODES)
    .map((part, at) => (at % 2 === 0 ? printableText(part) : part))
    .join('');
}

/** The styles in use. */
export type Style = 'bold' | 'green' | 'red' | 'yellow' | 'cyan';

/** The codes of these styles, and no others. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: only these control characters may pass
const STYLE_CODES = /(\u001b\[(?:1|22|31|32|33|36|39)m)/;

/** A text of any origin in a style; nothing in it can end the style or begin another. */
export function styled(style: Style, text: string): string {
  return styleText(style, printableText(text), { validateStream: false });
}
