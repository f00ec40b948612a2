import { ChildProcess, spawnSync } from 'node:child_process';
import diagnostics from 'node:diagnostics_channel';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { Failure } from '../snapshot/failure.ts';
import type { JqFilter, Verdict } from './filter.ts';

/** A filter that is ready, and what about the jq at hand is worth a warning. */
export interface OpenedFilter {
  readonly filter: JqFilter;
  readonly warning: string | null;
}

/**
 * Makes a filter of a jq program, run through node-jq with the system's jq, which
 * ends when the signal fires.
 *
 * @throws Failure (usage) where jq is missing or the program is none
 */
export async function openFilter(
  program: string,
  environment: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<OpenedFilter> {
  const jq = findJq(environment);
  // node-jq reads this when it is loaded; without it, it looks for a download of its own.
  process.env.JQ_PATH = jq;
  // A CommonJS package: its names are those of the default export, in Node as in the bundle.
  const { default: nodeJq } = await import('node-jq');
  const jqRun = (filter: string, input: string) =>
    endedBy(signal, () => nodeJq.run(filter, input, { input: 'string', output: 'compact' }));
  // Compiles the program without running it: alone, since brackets could be made to close early, and where it is
  // called, since jq does not look into functions that nobody calls. Without input, for jq would not read it.
  const check = `def program: ${program}\n; null | if . then (${program}\n) else empty end`;
  const compiled = spawnSync(jq, ['-n', check], {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    env: {},
  });
  if (compiled.status !== 0) {
    throw new Failure(
      `--filter: ${oneLine((compiled.error?.message ?? compiled.stderr).replace(/^jq: /, ''))}`,
      'the program must be one that jq takes; try it with jq by hand',
      'usage',
    );
  }
  const version = spawnSync(jq, ['--version'], { encoding: 'utf8' }).stdout?.trim() ?? '';
  const old = /^jq-1\.[0-6](\D|$)/.test(version);
  return {
    filter: { run: (objects, nameOf) => runBatch(jqRun, program, objects, nameOf) },
    warning: old
      ? `${version} rounds integers beyond 2^53 in objects that --filter changes; jq 1.7 keeps them`
      : null,
  };
}

/** node-jq keeps the processes that it starts to itself, and one that loops would outlive the run. */
async function endedBy<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const started: ChildProcess[] = [];
  const watch = (message: unknown) => {
    const child: unknown = Object(message).process;
    if (child instanceof ChildProcess) started.push(child);
  };
  const end = () => {
    for (const child of started) child.kill('SIGKILL');
  };
  diagnostics.subscribe('child_process', watch);
  let working: Promise<T>;
  try {
    working = work();
  } finally {
    diagnostics.unsubscribe('child_process', watch);
  }
  signal.addEventListener('abort', end);
  try {
    return await working;
  } finally {
    signal.removeEventListener('abort', end);
  }
}

type JqRun = (filter: string, input: string) => Promise<object | string | undefined>;

async function runBatch(
  jqRun: JqRun,
  program: string,
  objects: readonly Buffer[],
  nameOf: (index: number) => string,
): Promise<Verdict[]> {
  // An answer a line for each object, whatever the program does: a list of what it yields, or its error.
  const wrapped = `. as $object | try [(${program}\n) | if . == $object then {same: true} else {value: .} end] catch {error: tostring}`;
  let output: string;
  try {
    output = String((await jqRun(wrapped, objects.join('\n'))) ?? '');
  } catch (error) {
    throw new Failure(
      `--filter: jq ended with an error, from ${nameOf(0)} on: ${ownWords(error)}`,
      'nothing was written; try the program on this object with jq by hand',
    );
  }
  const lines = output.split('\n');
  if (lines.length !== objects.length) {
    throw new Failure(
      `--filter: jq answered for ${lines.length} of ${objects.length} objects, from ${nameOf(0)} on`,
      'a filter sees one object at a time; input, inputs and halt are not for it',
    );
  }
  return lines.map((line, index) => verdictOf(line, nameOf(index)));
}

function verdictOf(line: string, name: string): Verdict {
  const answer: unknown = JSON.parse(line);
  if (!Array.isArray(answer)) {
    throw new Failure(
      `--filter: ${name}: ${withoutContent(String(Object(answer).error), name)}`,
      'nothing was written; correct the program, for example with select() or the ? operator',
    );
  }
  if (answer.length === 0) return 'out';
  if (answer.length > 1)
    throw new Failure(
      `--filter: ${name}: it yields ${answer.length} values instead of one`,
      'nothing was written; a filter yields the object, changed or not, or nothing',
    );
  if (Object(answer[0]).same === true) return 'same';
  // Taken from the text, since JSON.parse would round numbers.
  return Buffer.from(line.slice('[{"value":'.length, -'}]'.length));
}

function findJq(environment: Readonly<Record<string, string | undefined>>): string {
  const candidates = environment.JQ_PATH
    ? [environment.JQ_PATH]
    : (environment.PATH ?? '').split(path.delimiter).map((directory) => path.join(directory, 'jq'));
  for (const candidate of candidates) {
    try {
      accessSync(candidate, constants.X_OK);
      return candidate;
    } catch {
      // Not here; the next directory may have it.
    }
  }
  throw new Failure(
    '--filter needs jq, and there is none on the PATH',
    'install jq, or set JQ_PATH',
    'usage',
  );
}

/** jq puts the values that it trips over in brackets; logs never carry object content. */
function withoutContent(message: string, name: string): string {
  if (name.split('/')[1] === 'secrets') return 'jq fails on it (what it says may quote the Secret)';
  return oneLine(withoutBrackets(message));
}

/** What jq itself says on stderr: `halt_error` and `stderr` print objects there. */
function ownWords(error: unknown): string {
  const lines = (error instanceof Error ? error.message : '').split('\n');
  const own = lines.filter((line) => line.startsWith('jq: error')).map(withoutBrackets);
  return own.length === 0 ? 'it gives no reason' : oneLine(own.join(' '));
}

/** From the first opening bracket to the last closing one; what a filter calls an error may be megabytes of them. */
function withoutBrackets(text: string): string {
  const [open, close] = [text.indexOf('('), text.lastIndexOf(')')];
  return open < 0 || close < open ? text : `${text.slice(0, open)}(…)${text.slice(close + 1)}`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, 500);
}
