/** Whether a text matches. */
export type Test = (text: string) => boolean;

/** An error in a pattern. */
export class PatternMistake extends Error {}

/** A state of the matcher: which character must follow, and the states after it. */
interface State {
  /** A character, ANY, a SET, or JUMP, which goes on without a character. */
  readonly wants: number;
  readonly isInSet: (character: number) => boolean;
  next: readonly number[];
}

const ANY = -1;
const SET = -2;
const JUMP = -3;

/** Limit for nested alternatives; real patterns have one or two levels. */
const DEEPEST = 8;
const CARET = '^'.charCodeAt(0);
const DASH = '-'.charCodeAt(0);
const DOT = '.'.charCodeAt(0);

/**
 * Compiles a glob: `*`, `?`, `[a-z]`, `[^a]` and `{a,b}`, ignoring case. A text is read once, with
 * the set of states that the pattern can be in. So the time is at most the product of both lengths
 * for any pattern, which a regular expression does not guarantee.
 *
 * @throws PatternMistake
 */
export function compile(pattern: string): Test {
  const states = statesOf(pattern);
  return (text) => {
    const start = new StateSet(states.length);
    start.add(states, 0);
    return leadsToEnd(states, start, text);
  };
}

/**
 * Whether a pattern matches any text with this ending and no dot before it: any type of a group.
 *
 * @throws PatternMistake
 */
export function canEndIn(pattern: string, ending: string): boolean {
  const states = statesOf(pattern);
  const anywhere = new StateSet(states.length);
  anywhere.add(states, 0);
  // The list grows while it is iterated.
  for (const at of anywhere.members) {
    const state = states[at];
    if (state?.wants !== DOT) for (const next of state?.next ?? []) anywhere.add(states, next);
  }
  return leadsToEnd(states, anywhere, ending);
}

function statesOf(pattern: string): readonly State[] {
  return new Parser(pattern.toLowerCase()).states();
}

/** Whether a text leads from one of these states to the end of the pattern. */
function leadsToEnd(states: readonly State[], start: StateSet, text: string): boolean {
  const end = states.length;
  let current = start;
  let following = new StateSet(end);
  for (const character of text.toLowerCase()) {
    following.clear();
    const code = character.codePointAt(0) ?? 0;
    for (const at of current.members) {
      const state = states[at];
      if (state !== undefined && accepts(state, code))
        for (const next of state.next) following.add(states, next);
    }
    if (following.members.length === 0) return false;
    [current, following] = [following, current];
  }
  return current.has(end);
}

function accepts({ wants, isInSet }: State, character: number): boolean {
  return wants === character || wants === ANY || (wants === SET && isInSet(character));
}

/** A set of states, each with those that are reached from it without a character. */
class StateSet {
  readonly members: number[] = [];
  readonly #seen: Uint8Array;

  constructor(end: number) {
    this.#seen = new Uint8Array(end + 1);
  }

  has(at: number): boolean {
    return this.#seen[at] === 1;
  }

  clear(): void {
    for (const at of this.members) this.#seen[at] = 0;
    this.members.length = 0;
  }

  add(states: readonly State[], first: number): void {
    if (!this.#isNew(first)) return;
    if (states[first]?.wants !== JUMP) return;
    const waiting = [first];
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      for (const next of states[at]?.next ?? []) {
        if (this.#isNew(next) && states[next]?.wants === JUMP) waiting.push(next);
      }
    }
  }

  #isNew(at: number): boolean {
    if (this.#seen[at] === 1) return false;
    this.#seen[at] = 1;
    this.members.push(at);
    return true;
  }
}

class Parser {
  readonly #characters: readonly string[];
  readonly #states: State[] = [];
  #at = 0;

  constructor(pattern: string) {
    this.#characters = [...pattern];
  }

  /** The states in the order of the pattern; the index after the last one is the end. */
  states(): readonly State[] {
    this.#sequence(0);
    return this.#states;
  }

  /** To the end of the pattern or, inside braces, to the next comma or closing brace. */
  #sequence(depth: number): void {
    for (let next = this.#peek(); next !== undefined; next = this.#peek()) {
      if (depth > 0 && (next === ',' || next === '}')) return;
      this.#at += 1;
      if (next === '*') this.#star();
      else if (next === '?') this.#push(ANY);
      else if (next === '[') this.#push(SET, this.#set());
      else if (next === '{') this.#alternatives(depth + 1);
      else if (next === ']' || next === '}') throw unpaired();
      else this.#push(codeOf(next));
    }
    if (depth > 0) throw unpaired();
  }

  /** Stays in its state with any character, or goes on without one. */
  #star(): void {
    while (this.#peek() === '*') this.#at += 1;
    const at = this.#states.length;
    this.#states.push(jump(at + 1, at + 2), state(ANY, [at]));
  }

  #alternatives(depth: number): void {
    if (depth > DEEPEST) throw new PatternMistake(`has more than ${DEEPEST} levels of braces`);
    if (this.#peek() === '}') throw unpaired();
    const fork = jump();
    this.#states.push(fork);
    const starts: number[] = [];
    const ends: State[] = [];
    for (let closed = false; !closed; ) {
      starts.push(this.#states.length);
      this.#sequence(depth);
      const end = jump();
      this.#states.push(end);
      ends.push(end);
      closed = this.#peek() === '}';
      this.#at += 1;
    }
    fork.next = starts;
    for (const end of ends) end.next = [this.#states.length];
  }

  #set(): (character: number) => boolean {
    const close = this.#characters.indexOf(']', this.#at);
    const members = this.#characters.slice(this.#at, close).map(codeOf);
    if (close < 0 || members.length === 0 || members.includes(codeOf('['))) throw unpaired();
    this.#at = close + 1;
    const negated = members[0] === CARET;
    const ranges = rangesOf(negated ? members.slice(1) : members);
    return (character) => ranges.some(([from, to]) => from <= character && character <= to) !== negated;
  }

  #push(wants: number, isInSet = nothing): void {
    this.#states.push(state(wants, [this.#states.length + 1], isInSet));
  }

  #peek(): string | undefined {
    return this.#characters[this.#at];
  }
}

function state(wants: number, next: readonly number[], isInSet = nothing): State {
  return { wants, isInSet, next };
}

function jump(...next: readonly number[]): State {
  return state(JUMP, next);
}

function nothing(_: number): boolean {
  return false;
}

function rangesOf(members: readonly number[]): ReadonlyArray<readonly [from: number, to: number]> {
  const ranges: Array<readonly [number, number]> = [];
  for (let at = 0; at < members.length; at += 1) {
    const from = members[at] ?? 0;
    const to = members[at + 1] === DASH ? members[at + 2] : undefined;
    ranges.push([from, to ?? from]);
    if (to !== undefined) at += 2;
  }
  return ranges;
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}

function unpaired(): PatternMistake {
  return new PatternMistake('has an unmatched bracket');
}
