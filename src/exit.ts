/**
 * The exit codes of all commands. A test compares help, docs/reference.md and docs/design.md
 * with this table.
 */
export const EXIT = {
  done: 0,
  differences: 1,
  usage: 2,
  incomplete: 3,
  failed: 4,
  SIGINT: 130,
  SIGPIPE: 141,
  SIGTERM: 143,
} as const;

/** How a run can end; main.ts turns it into the process's exit code. */
export type Ending = keyof typeof EXIT;

/** The meaning of each ending, for help and documentation. */
export const ENDING_MEANING: Readonly<Record<Ending, string>> = {
  done: 'done',
  differences: 'diff found differences',
  usage: 'wrong usage or configuration, or something named does not exist; nothing was changed',
  incomplete:
    'incomplete: an archive was written or read, but something in it failed, it could not be copied, or its rehearsal found differences',
  failed: 'failed: nothing was written, an archive is damaged or cannot be read, or stdout cannot be written',
  SIGINT: 'interrupted (SIGINT)',
  SIGPIPE: 'stdout was closed before everything was printed, as `head` does in a pipe',
  SIGTERM: 'terminated (SIGTERM)',
};
