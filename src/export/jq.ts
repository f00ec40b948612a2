import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { mayHoldSecrets, shownText } from '../changes/secrecy/mask.ts';
import { itemsOf } from '../json/members.ts';
import { INCOMPLETE, valueEnd } from '../json/scan.ts';
import { Failure } from '../words/failure.ts';
import { FilterFault, type JqFilter, type Verdict } from './filter.ts';
import { type JqEnd, type JqLimits, runJq } from './jq-process.ts';

/** A filter that is ready, and a warning about the version of jq. */
export interface OpenedFilter {
  readonly filter: JqFilter;
  readonly warning: string | null;
}

/** jq receives one megabyte of objects at a time and needs some twenty for it, more for an object that consists of `{}`. */
const LIMITS: JqLimits = { seconds: 60, memory: 256 * 1024 * 1024, output: 32 * 1024 * 1024 };
/** A program that never ends is not run for every type. */
const MOST_TIMEOUTS = 3;
/** Time limit for compiling the program, in milliseconds. */
const COMPILING = 10_000;

/**
 * Creates a filter from a jq program. The jq of the system runs it, and is ended when the signal fires.
 *
 * @throws Failure (usage) if jq is missing or the program does not compile
 */
export async function openFilter(
  program: string,
  environment: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
  limits: JqLimits = LIMITS,
): Promise<OpenedFilter> {
  const jq = findJq(environment);
  // Compiles the program without running it: alone, since brackets could be made to close early, and where it is
  // called, since jq does not look into functions that nobody calls. Without input, for jq would not read it.
  const check = `def program: ${program}\n; null | if . then (${program}\n) else empty end`;
  const compiled = spawnSync(jq, ['-n', check], {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    env: {},
    timeout: COMPILING,
  });
  if (compiled.status !== 0) {
    throw new Failure(
      `--filter: ${oneLine((compiled.error?.message ?? compiled.stderr).replace(/^jq: /, ''))}`,
      'test the program with jq on the command line',
      'usage',
    );
  }
  const version = spawnSync(jq, ['--version'], { encoding: 'utf8', timeout: COMPILING }).stdout?.trim() ?? '';
  const old = /^jq-1\.[0-6](\D|$)/.test(version);
  return {
    filter: new SystemJq(jq, program, limits, signal),
    warning: old
      ? `${version} rounds integers beyond 2^53 in objects that --filter changes; jq 1.7 keeps them`
      : null,
  };
}

class SystemJq implements JqFilter {
  readonly #jq: string;
  readonly #program: string;
  readonly #limits: JqLimits;
  readonly #signal: AbortSignal;
  #timeouts = 0;
  /** One process at a time, since its memory counts in the same container. */
  #before: Promise<unknown> = Promise.resolve();

  constructor(jq: string, program: string, limits: JqLimits, signal: AbortSignal) {
    this.#jq = jq;
    // One line of output per object, whatever the program does: a list of its values, or its error.
    this.#program = `. as $object | try [(${program}\n) | if . == $object then {same: true} else {value: .} end] catch {error: tostring}`;
    this.#limits = limits;
    this.#signal = signal;
  }

  async run(objects: readonly Buffer[], nameOf: (index: number) => string): Promise<readonly Verdict[]> {
    const mine = this.#before.then(() => this.#runBatch(objects, nameOf));
    this.#before = mine.catch(() => {});
    return await mine;
  }

  async #runBatch(
    objects: readonly Buffer[],
    nameOf: (index: number) => string,
  ): Promise<readonly Verdict[]> {
    const { seconds } = this.#limits;
    if (this.#timeouts >= MOST_TIMEOUTS) {
      throw new FilterFault(
        `it did not finish within ${seconds} s ${MOST_TIMEOUTS} times, so it is not run on ${nameOf(0)} and what follows`,
      );
    }
    const end = await runJq(this.#jq, this.#program, objects, this.#limits, this.#signal);
    if (end.how === 'out of time') this.#timeouts += 1;
    const lines = linesOf(end.output);
    // It ended at the first object without an answer or, if there are too many answers, before it.
    const at = nameOf(Math.min(lines.length, objects.length - 1));
    if (end.how !== 'exited') throw new FilterFault(`${at}: ${this.#explained(end)}`);
    if (lines.length !== objects.length) {
      throw new FilterFault(
        `jq answered for ${lines.length} of ${objects.length} objects, from ${nameOf(0)} on; a filter receives one object at a time and must not use input, inputs or halt`,
      );
    }
    return lines.map((line, index) => verdictOf(line, nameOf(index), objects[index]));
  }

  #explained({ how, stderr }: JqEnd): string {
    const { seconds, memory, output } = this.#limits;
    if (how === 'out of time') return `jq did not finish within ${seconds} s`;
    if (how === 'killed') return 'jq was killed; the system kills programs when memory is short';
    if (how === 'too much output') return `it yields more than ${output / 2 ** 20} MiB`;
    // jq aborts then, which looks like a crash.
    if (stderr.includes('cannot allocate memory')) return `jq needs more than ${memory / 2 ** 20} MiB for it`;
    if (how === 'crashed') return `jq itself crashed${assertion(stderr)}; a newer version of jq may not`;
    return `jq ended with an error: ${ownWords(stderr)}`;
  }
}

function linesOf(output: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let from = 0; from < output.length; ) {
    const end = output.indexOf(0x0a, from);
    // A line without a line end is incomplete.
    if (end < 0) break;
    lines.push(output.subarray(from, end));
    from = end + 1;
  }
  return lines;
}

const SAME = Buffer.from('[{"same":true}]');
const VALUE = Buffer.from('[{"value":');
const VALUE_END = '}]';

function verdictOf(line: Buffer, name: string, object: Buffer | undefined): Verdict {
  if (line[0] !== 0x5b) {
    const { error }: { error?: unknown } = Object(JSON.parse(line.toString()));
    throw new FilterFault(`${name}: ${withoutContent(String(error), name, object)}`);
  }
  if (line.equals(SAME)) return 'same';
  if (line.equals(Buffer.from('[]'))) return 'out';
  if (line.subarray(0, VALUE.length).equals(VALUE)) {
    // Cut from the text, since JSON.parse() would round numbers.
    const end = valueEnd(line, VALUE.length, line.length);
    if (end !== INCOMPLETE && line.toString('latin1', end) === VALUE_END)
      return line.subarray(VALUE.length, end);
  }
  const values = [...itemsOf(line, 0)].length;
  throw new FilterFault(
    `${name}: it yields ${values} values instead of one; a filter yields the object, changed or not, or nothing`,
  );
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
      // Not in this directory.
    }
  }
  throw new Failure('--filter needs jq, which is not on the PATH', 'install jq, or set JQ_PATH', 'usage');
}

/** jq quotes values in brackets; logs must not contain the content of objects. */
function withoutContent(message: string, name: string, object: Buffer | undefined): string {
  if (object === undefined || mayHoldSecrets(object, name.split('/')[1] ?? ''))
    return 'jq fails on it (what it says may quote a secret)';
  return oneLine(withoutBrackets(message));
}

/** The messages of jq itself on stderr, to which `halt_error` and `stderr` print objects, too. */
function ownWords(stderr: string): string {
  const own = stderr
    .split('\n')
    .flatMap((line) => /^(?:jq: )?(?:parse )?error.*$/.exec(line) ?? [])
    .map(withoutBrackets);
  return own.length === 0 ? 'it gives no reason' : shownText(oneLine(own.join(' ')));
}

/** The check in the source of jq that failed: a line of its source, and no content of objects. */
function assertion(stderr: string): string {
  const [, file, check] =
    /^jq: ([\w./]+:\d+): \w+: Assertion `([^'\n]{1,100})' failed\.$/m.exec(stderr) ?? [];
  return file === undefined ? '' : ` (${file}: ${check} is not true)`;
}

/** Removes everything from the first opening to the last closing bracket; the error of a filter may have megabytes. */
function withoutBrackets(text: string): string {
  const [open, close] = [text.indexOf('('), text.lastIndexOf(')')];
  return open < 0 || close < open ? text : `${text.slice(0, open)}(…)${text.slice(close + 1)}`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, 500);
}
