import { parseCommandLine } from '../../src/command-line.ts';
import type { Context } from '../../src/commands/context.ts';
import { readConfig } from '../../src/config.ts';
import { screenOn } from '../../src/output/print/screen.ts';

/** A context as main.ts would make it of these words, and what a command printed. */
export function contextOf(words: readonly string[], { now = new Date(), columns = 0 } = {}) {
  const line = parseCommandLine(words, '1.0.0');
  if (line.kind === 'text') throw new Error(line.text);
  const read = readConfig(line, {}, () => '');
  if (read.kind === 'errors') throw new Error(read.errors.join('; '));
  const printed: string[] = [];
  const written: Uint8Array[] = [];
  const stdout = { isTTY: columns > 0, write: (text: string) => printed.push(text) };
  const silent = () => {};
  const context: Context = {
    config: read.config,
    environment: {},
    log: { debug: silent, info: silent, warn: silent, error: silent },
    print: screenOn(stdout, { write: silent }).print,
    write: async (bytes) => {
      written.push(bytes);
    },
    toTerminal: columns > 0,
    forPeople: false,
    progress: null,
    columns,
    holdTerminal: silent,
    now: () => now,
    peakMemory: () => 0,
    signal: new AbortController().signal,
  };
  return { context, text: () => printed.join(''), bytes: () => Buffer.concat(written) };
}
