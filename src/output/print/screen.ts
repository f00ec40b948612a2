import { styleText } from 'node:util';
import { printableText } from './printable.ts';

/** What main.ts has of a stream of the process. */
interface Stream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** The two ways by which a run tells anything. */
export interface Screen {
  /** Writes to stdout. */
  readonly print: (text: string) => void;
  /** Writes to stderr. */
  readonly tell: (text: string) => void;
  /** Shows a line on stderr in the place of the one that it showed before. */
  readonly progress: (line: string) => void;
}

const ERASE_LINE = '\r\u001b[2K';

/**
 * Everything that a run prints goes through here, so that no command has to remember
 * that names, annotations, messages of servers and file names may hold what a terminal
 * obeys or a reader cannot see. On a terminal, stdout passes our own colours on.
 *
 * Line feeds pass: what puts a text of foreign origin on a line makes it one line with
 * `printable`. Bytes that somebody is owed (`extract`) do not go through here.
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

/** The styles that we use. */
export type Style = 'bold' | 'green' | 'red' | 'yellow' | 'cyan';

/** Their codes and no others, each as a group of its own. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: this is where they are told from all others
const STYLE_CODES = /(\u001b\[(?:1|22|31|32|33|36|39)m)/;

/** A text of any origin in a style; nothing in it can end the style or begin another. */
export function styled(style: Style, text: string): string {
  return styleText(style, printableText(text), { validateStream: false });
}
