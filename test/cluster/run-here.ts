import { readFileSync } from 'node:fs';
import { parseCommandLine } from '../../src/command-line.ts';
import { COMMANDS } from '../../src/commands/load.ts';
import { readConfig } from '../../src/config.ts';
import { type Ending, EXIT } from '../../src/exit.ts';
import { jsonLog } from '../../src/output/print/json-log.ts';
import { type Log, logsJson, textLog } from '../../src/output/print/log.ts';
import { printable } from '../../src/output/print/printable.ts';
import { screenOn } from '../../src/output/print/screen.ts';
import { Failure } from '../../src/words/failure.ts';
import { type CliRun, LOGGING, logLines, OWN, type RunOptions } from './run-cli.ts';

/**
 * Runs `openshift-backup WORDS` in this process, as main.ts does in its own, with a JSON log. It costs a fraction of a
 * process, so it is for tests of what commands do; what concerns the process itself (signals, stdin, memory, threads of
 * several runs) needs runCli. It finds no credentials but those that words and environment name.
 */
export async function runHere(
  words: readonly string[],
  { environment = {} }: Pick<RunOptions, 'environment'> = {},
): Promise<CliRun> {
  const stdout: Buffer[] = [];
  let stderr = '';
  const tell = (text: string): void => {
    stderr += text;
  };
  const screen = screenOn(
    { isTTY: false, write: (text: string) => stdout.push(Buffer.from(text)) },
    { write: tell },
  );
  const ending = await endingOf(
    words,
    { ...OWN, HOME: '/nonexistent', ...LOGGING, ...environment },
    {
      print: screen.print,
      write: async (bytes) => {
        stdout.push(Buffer.from(bytes));
      },
      tell: screen.tell,
    },
  );
  return { status: EXIT[ending], stdout: Buffer.concat(stdout).toString(), stderr, log: logLines(stderr) };
}

interface Outputs {
  readonly print: (text: string) => void;
  readonly write: (bytes: Uint8Array) => Promise<void>;
  readonly tell: (text: string) => void;
}

async function endingOf(
  words: readonly string[],
  environment: NodeJS.ProcessEnv,
  { print, write, tell }: Outputs,
): Promise<Ending> {
  const line = parseCommandLine(words, '1.0.0');
  if (line.kind === 'text') throw new Error(`no command: ${line.text}`);
  const read = readConfig(line, environment, (file) => readFileSync(file, 'utf8'));
  if (read.kind === 'errors') {
    tell(read.errors.map((error) => `openshift-backup: ${printable(error)}\n`).join(''));
    return 'usage';
  }
  const { config } = read;
  const asText = !logsJson(config, false, environment);
  const log = (asText ? textLog : jsonLog)(config.logLevel, tell);
  for (const warning of read.warnings) log.warn(warning);
  const run = await COMMANDS[config.command]();
  try {
    return await run({
      config,
      environment,
      log,
      print,
      write,
      toTerminal: false,
      forPeople: asText,
      progress: null,
      columns: 0,
      holdTerminal: () => {},
      now: () => new Date(),
      peakMemory: () => 0,
      signal: new AbortController().signal,
    });
  } catch (error) {
    return failed(error, log);
  }
}

/** What is no Failure is a defect, which fails the test. */
function failed(error: unknown, log: Log): Ending {
  if (!(error instanceof Failure)) throw error;
  log.error(error.message, error.hint === null ? {} : { hint: error.hint });
  return error.ending;
}
