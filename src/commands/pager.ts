import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { screenOn } from '../output/print/screen.ts';
import type { Context } from './context.ts';
import { printPieces } from './printing.ts';

const DEFAULT_PAGER = 'less';

/**
 * As for git: less ends if everything fits on the screen, passes colours, and leaves the text on the screen.
 *
 * @see https://git-scm.com/docs/git-config#Documentation/git-config.txt-corepager
 */
const PAGER_ENVIRONMENT = { LESS: 'FRX', LV: '-c' };

/** What a shell would expand or interpret; a command without any of these is started without a shell. */
const SHELL_CHARACTERS = /["'\\$`|&;<>()*?[\]{}~#=%!\n]/;

/** Exit codes of a shell that could not start a command. */
const NOT_STARTED: ReadonlySet<number | null> = new Set([126, 127]);

/** Size of a pipe: so much can be written before the reader has read anything. */
const PIPE = 64 * 1024;

/** Prints texts through a pager if stdout is a terminal, otherwise as printPieces. */
export async function printPaged(context: Context, texts: AsyncIterable<string>): Promise<void> {
  const command = pagerCommand(context);
  if (command === null) await printPieces(context, texts);
  else await new Pager(command, context).print(texts);
}

/** The pager that the environment names; null if none is used. */
function pagerCommand({ config, environment, toTerminal }: Context): string | null {
  if (!toTerminal || !config.pager || environment.TERM === 'dumb') return null;
  const command = (environment.PAGER ?? DEFAULT_PAGER).trim();
  return command === '' || command === 'cat' ? null : command;
}

/** A pager that is started when there is something to show. Without it, everything is printed directly. */
class Pager {
  readonly #command: string;
  readonly #context: Context;
  #state: 'new' | 'open' | 'closed' | 'failed' = 'new';
  #child: ChildProcess | null = null;
  /** Resolves when the pager has ended. */
  #closed: Promise<unknown> = Promise.resolve();
  /** The text so far, as long as the pager may not have read any of it. */
  #kept = '';
  #mayHaveRead = false;

  constructor(command: string, context: Context) {
    this.#command = command;
    this.#context = context;
  }

  async print(texts: AsyncIterable<string>): Promise<void> {
    try {
      await printPieces({ print: (text) => this.#write(text) }, this.#whileOpen(texts));
      this.#child?.stdin?.end();
      await this.#closed;
      if (this.#state === 'failed') this.#context.print(this.#kept);
    } finally {
      this.#child?.stdin?.destroy();
      await this.#closed;
      this.#context.holdTerminal(false);
    }
  }

  /** Ends when the pager is closed, so that nothing more is computed. */
  async *#whileOpen(texts: AsyncIterable<string>): AsyncGenerator<string> {
    for await (const text of texts) {
      yield text;
      if (this.#state === 'closed') return;
    }
  }

  async #write(text: string): Promise<void> {
    if (text === '') return;
    if (this.#state === 'new') await this.#start();
    const stdin = this.#child?.stdin ?? null;
    if (this.#state === 'failed' || stdin === null) {
      this.#context.print(this.#kept + text);
      this.#kept = '';
      return;
    }
    if (!this.#mayHaveRead) this.#kept += text;
    // Through the screen, which makes the text safe.
    let isTaken = true;
    const stream = {
      isTTY: true,
      write: (safe: string) => {
        isTaken = stdin.write(safe);
      },
    };
    screenOn(stream, stream).print(text);
    if (!isTaken && this.#state === 'open') {
      await Promise.race([once(stdin, 'drain').catch(() => {}), this.#closed]);
      this.#mayHaveRead ||= this.#kept.length > PIPE && this.#state === 'open';
      if (this.#mayHaveRead) this.#kept = '';
    }
  }

  async #start(): Promise<void> {
    const { environment } = this.#context;
    const words = this.#command.split(/\s+/);
    const [program = '', ...args] = SHELL_CHARACTERS.test(this.#command)
      ? ['/bin/sh', '-c', this.#command]
      : words;
    const child = spawn(program, args, {
      env: { ...PAGER_ENVIRONMENT, ...environment },
      stdio: ['pipe', 'inherit', 'inherit'],
    });
    // A pager that is closed early is no error; `close` says that it ended.
    child.stdin.on('error', () => {});
    this.#closed = new Promise((resolve) => {
      child.once('close', (code) => {
        this.#state = NOT_STARTED.has(code) && !this.#mayHaveRead ? 'failed' : 'closed';
        resolve(code);
      });
    });
    try {
      await once(child, 'spawn');
      this.#state = 'open';
      this.#child = child;
      // Ctrl-C is meant for the pager.
      this.#context.holdTerminal(true);
    } catch {
      this.#state = 'failed';
      this.#closed = Promise.resolve();
    }
  }
}
