import { printable } from './printable.ts';

/** Fields of a log line; never the content of objects. */
export type LogFields = Readonly<Record<string, unknown>>;

/** The log of a run, on stderr; data goes to stdout. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

export type Level = keyof Log;

const RANK: Readonly<Record<Level, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

/** Commands that run unattended in a pod, where a log collector reads their output. */
const UNATTENDED = new Set(['backup', 'prune', 'idle']);

/**
 * Whether the log is JSON lines. With `auto` it is if an unattended command runs in a pod without a
 * terminal: then a log collector reads it. Otherwise a person does, maybe without a terminal
 * (`oc exec` without -t).
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

/** For a person: the message, its details, and what to do. */
export function textLog(level: Level, write: (line: string) => void): Log {
  const at =
    (own: Level) =>
    (message: string, fields: LogFields = {}) => {
      if (RANK[own] < RANK[level]) return;
      const prefix = own === 'info' || own === 'debug' ? '' : `${own === 'warn' ? 'warning' : 'error'}: `;
      const { hint, stack, ...rest } = fields;
      const details = Object.entries(rest)
        .filter(([, value]) => value !== null && value !== undefined)
        .map(([key, value]) => ` ${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
        .join('');
      // printable() below keeps a name with line feeds on its line.
      const below = [
        ...(typeof hint === 'string' ? [`→ ${hint}`] : []),
        ...(typeof stack === 'string' ? stack.split('\n') : []),
      ];
      const lines = [`${prefix}${message}${details}`, ...below.map((line) => `  ${line}`)];
      write(lines.map((line) => `${printable(line)}\n`).join(''));
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
