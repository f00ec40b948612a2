import pino from 'pino';
import type { Level, Log } from './log.ts';
import { printableText } from './printable.ts';

/** One JSON object per line, for log collectors. */
export function jsonLog(level: Level, write: (line: string) => void): Log {
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    // Only strings can contain what is escaped, so each line stays valid JSON.
    { write: (line: string) => write(printableText(line)) },
  );
  return {
    debug: (message, fields) => logger.debug(fields ?? {}, message),
    info: (message, fields) => logger.info(fields ?? {}, message),
    warn: (message, fields) => logger.warn(fields ?? {}, message),
    error: (message, fields) => logger.error(fields ?? {}, message),
  };
}
