import pino from 'pino';
import { printable, printableText } from './printable.ts';

/** Fields of a log line; never the content of objects. */
export type Fields = Readonly<Record<string, unknown>>;

/** The run's own account of itself, on stderr; data goes to stdout. */
export interface Log {
  debug(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
}

type Level = keyof Log;

const RANK: Readonly<Record<Level, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

/** Commands that run unattended in a pod, where a collector reads what they say. */
const UNATTENDED = new Set(['backup', 'prune', 'idle']);

/**
 * Whether the log is JSON lines. `auto` asks who reads it: a log collector where an
 * unattended command runs in a pod without a terminal, else a person, who may well have
 * no terminal (`oc exec` without -t).
 */
export function logsJson(
  { logFormat, command }: { readonly logFormat: 'auto' | 'text' | 'json'; readonly command: string },
  atTerminal: boolean,
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  if (logFormat !== 'auto') return logFormat === 'json';
  const inPod = (environment.KUBERNETES_SERVICE_HOST ?? '') !== '';
  return UNATTENDED.has(command) && inPod && !atTerminal;
}

/** One JSON object a line, as log collectors of clusters read it. */
export function jsonLog(level: Level, write: (line: string) => void): Log {
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    // Only strings can hold what is escaped, so that each line stays the JSON that it is.
    { write: (line: string) => write(printableText(line)) },
  );
  return {
    debug: (message, fields) => logger.debug(fields ?? {}, message),
    info: (message, fields) => logger.info(fields ?? {}, message),
    warn: (message, fields) => logger.warn(fields ?? {}, message),
    error: (message, fields) => logger.error(fields ?? {}, message),
  };
}

/** For a person at a terminal: the message, what it is about, and what to do. */
export function textLog(level: Level, write: (line: string) => void): Log {
  const at =
    (own: Level) =>
    (message: string, fields: Fields = {}) => {
      if (RANK[own] < RANK[level]) return;
      const prefix = own === 'info' || own === 'debug' ? '' : `${own === 'warn' ? 'warning' : 'error'}: `;
      const { hint, stack, ...rest } = fields;
      const details = Object.entries(rest)
        .filter(([, value]) => value !== null && value !== undefined)
        .map(([key, value]) => ` ${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
        .join('');
      // Whatever a name holds, the lines below each other are ours.
      const below = [
        ...(typeof hint === 'string' ? [`→ ${hint}`] : []),
        ...(typeof stack === 'string' ? stack.split('\n') : []),
      ];
      const lines = [`${prefix}${message}${details}`, ...below.map((line) => `  ${line}`)];
      write(lines.map((line) => `${printable(line)}\n`).join(''));
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
