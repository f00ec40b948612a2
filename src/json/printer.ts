import { meets, type RuleNode, ruleFor } from './pruning-paths.ts';
import {
  INCOMPLETE,
  JsonError,
  MAX_DEPTH,
  pastNotable,
  scalarEnd,
  skipSpace,
  valueEnd,
  wasCompact,
} from './scan.ts';

/** Returned if the output buffer has no room for the value. */
export const FULL = -2;

/** Deeper levels are not indented further; otherwise a few thousand brackets would become megabytes of spaces. */
const DEEPEST_INDENT = 100;

/** Visits the top-level keys of an object, in addition to the rules. */
export interface Visitor {
  /** Whether the current value is that of the top-level key `metadata`. */
  readonly isInMetadata: boolean;
  /** Whether to visit this top-level key (its bytes, including the quotes). */
  wants(src: Uint8Array, keyStart: number, keyEnd: number, isEscaped: boolean): boolean;
  /** Called for each key directly in metadata. */
  metadataKey(src: Uint8Array, keyStart: number, keyEnd: number, isEscaped: boolean): void;
  /** Called with the offsets of the value; true omits key and value. */
  topLevel(src: Uint8Array, keyStart: number, keyEnd: number, valueStart: number, valueEnd: number): boolean;
  /**
   * Called with the offsets of a value that the rules omit and that is stored separately; `key` is that of its rule.
   *
   * @param isCompact whether there is no white space between its tokens
   */
  keptApart(key: string, valueStart: number, valueEnd: number, isCompact: boolean): void;
}

/** The form in which values are printed; one for all objects of a list. */
export interface PrintForm {
  /** Rules for pruning, or null. */
  readonly rules: RuleNode | null;
  /** Indentation of the value's brackets, in levels. */
  readonly depth: number;
  /** Printed members for the beginning of an object (`\n  "kind": …`), or null. */
  readonly head: Uint8Array | null;
  /** Visits each top-level key of an object, or null. */
  readonly visitor: Visitor | null;
}

/** The value unchanged, without indentation of its own. */
export const WHOLE: PrintForm = { rules: null, depth: 0, head: null, visitor: null };

/**
 * Prints JSON values from bytes to bytes: indented by two spaces, without what the rules omit.
 * Every key, number and string is copied. Nothing is interpreted, so nothing can change.
 *
 * A printer can be used for any number of calls; it keeps its stacks between them.
 */
export class Printer {
  /** Offset in the output after what the last successful call printed. */
  at = 0;
  /** Whether lines are indented. */
  indents = true;
  #open = new Uint8Array(64);
  #rules: Array<RuleNode | null> = [];
  #before = new Int32Array(64);
  #printed = new Int32Array(64);
  #dropped = new Uint8Array(64);

  /**
   * Prints the value that begins at `i` of `src` into `out`, from `at` on.
   *
   * @returns the offset after the value; INCOMPLETE if the input ends before; FULL if `out` does
   * @throws JsonError if the bytes are not valid JSON
   */
  print(
    src: Uint8Array,
    i: number,
    end: number,
    out: Uint8Array,
    at: number,
    form: PrintForm = WHOLE,
  ): number {
    const { rules, depth, head, visitor } = form;
    const limit = out.length;
    this.#visitor = visitor;
    let o = at;
    let level = -1;
    let rule = rules;
    for (;;) {
      // At a value. Writing past the end of `out` has no effect, so one check per value is enough.
      if (i >= end) return INCOMPLETE;
      if (o >= limit) return FULL;
      const byte = src[i] as number;
      if (byte === 0x22) {
        out[o++] = 0x22;
        i++;
        const stop = Math.min(end, i + limit - o);
        for (;;) {
          while (i < stop) {
            const c = src[i] as number;
            if (c === 0x22 || c < 0x20 || c === 0x5c) break;
            out[o++] = c;
            i++;
          }
          if (i >= stop) return i >= end ? INCOMPLETE : FULL;
          if (src[i] === 0x22) break;
          const next = pastNotable(src, i, end);
          if (next < 0) return INCOMPLETE;
          while (i < next) out[o++] = src[i++] as number;
        }
        out[o++] = 0x22;
        i++;
      } else if (byte === 0x7b || byte === 0x5b) {
        level++;
        if (level >= MAX_DEPTH) throw new JsonError(`nested deeper than ${MAX_DEPTH} levels`, i);
        if (level >= this.#open.length) this.#grow();
        this.#open[level] = byte;
        this.#rules[level] = rule;
        this.#printed[level] = 0;
        this.#dropped[level] = 0;
        out[o++] = byte;
        i++;
        if (level === 0 && head !== null) {
          out.set(head.subarray(0, Math.max(0, limit - o)), o);
          o += head.length;
          this.#printed[0] = 1;
        }
        i = skipSpace(src, i, end);
        if (i >= end) return INCOMPLETE;
        if (src[i] !== byte + 2) {
          const next = this.#member(src, i, end, out, o, level, depth);
          if (next < 0) return next;
          i = next;
          o = this.at;
          rule = this.#rule;
          if (!this.#closing) continue;
        }
      } else {
        const next = scalarEnd(src, i, end);
        if (next < 0) return INCOMPLETE;
        while (i < next) out[o++] = src[i++] as number;
      }
      // A value has ended: close every container that ends with it, then continue with the next member.
      for (;;) {
        if (level < 0) {
          if (o > limit) return FULL;
          this.at = o;
          return i;
        }
        const container = this.#open[level] as number;
        i = skipSpace(src, i, end);
        if (i >= end) return INCOMPLETE;
        const c = src[i] as number;
        if (c === 0x2c) {
          i = skipSpace(src, i + 1, end);
          const next = this.#member(src, i, end, out, o, level, depth);
          if (next < 0) return next;
          i = next;
          o = this.at;
          rule = this.#rule;
          if (!this.#closing) break;
          continue;
        }
        if (c !== container + 2) throw new JsonError('a comma or the end of a container is missing', i);
        i++;
        if (this.#printed[level] === 0) {
          const own = this.#rules[level] as RuleNode | null;
          if (this.#dropped[level] === 1 && own?.dropWhenEmptied && level > 0) {
            o = this.#before[level - 1] as number;
            level--;
            this.#printed[level] = (this.#printed[level] as number) - 1;
            this.#dropped[level] = 1;
            continue;
          }
        } else {
          o = newLine(out, o, this.indents ? depth + level : 0);
        }
        out[o++] = container === 0x7b ? 0x7d : 0x5d;
        level--;
      }
    }
  }

  #visitor: Visitor | null = null;
  #rule: RuleNode | null = null;
  /** Set if #member omitted the member, so that the container continues or closes. */
  #closing = false;

  /**
   * At a key or an element: omits it, or prints what precedes its value. Stores the rule for
   * the value in #rule and the output offset in `at`.
   */
  #member(
    src: Uint8Array,
    i: number,
    end: number,
    out: Uint8Array,
    o: number,
    level: number,
    depth: number,
  ): number {
    if (i >= end) return INCOMPLETE;
    const parent = this.#rules[level] as RuleNode | null;
    const before = o;
    let rule: RuleNode | null = null;
    let keyStart = -1;
    let keyStop = -1;
    let isEscaped = false;
    if ((this.#printed[level] as number) > 0) out[o++] = 0x2c;
    o = newLine(out, o, this.indents ? depth + level + 1 : 0);
    if (this.#open[level] === 0x7b) {
      // The key is printed while it is read, and removed again if its value is omitted.
      if (src[i] !== 0x22) throw new JsonError('a key is missing', i);
      keyStart = i;
      out[o++] = 0x22;
      i++;
      for (;;) {
        if (i >= end) return INCOMPLETE;
        const c = src[i] as number;
        if (c === 0x22) break;
        if (c >= 0x20 && c !== 0x5c) {
          out[o++] = c;
          i++;
        } else {
          const next = pastNotable(src, i, end);
          if (next < 0) return INCOMPLETE;
          while (i < next) out[o++] = src[i++] as number;
          isEscaped = true;
        }
      }
      out[o++] = 0x22;
      out[o++] = 0x3a;
      out[o++] = 0x20;
      i++;
      keyStop = i;
      if (i < end && src[i] !== 0x3a) i = skipSpace(src, i, end);
      if (i >= end) return INCOMPLETE;
      if (src[i] !== 0x3a) throw new JsonError('a colon is missing', i);
      i++;
      if (i < end && (src[i] as number) <= 0x20) i = skipSpace(src, i, end);
      if (i >= end) return INCOMPLETE;
      if (parent !== null) rule = ruleFor(parent, src, keyStart, keyStop);
    } else if (parent !== null) rule = parent.each;
    const drops = rule?.drops === true && meets(rule, src, i);
    const visitor = this.#visitor;
    let asked = false;
    if (level === 0) asked = visitor?.wants(src, keyStart, keyStop, isEscaped) === true;
    else if (level === 1 && visitor?.isInMetadata === true)
      visitor.metadataKey(src, keyStart, keyStop, isEscaped);
    if (asked || drops) {
      const stop = valueEnd(src, i, end);
      if (stop < 0) return INCOMPLETE;
      if (drops && rule?.apart != null) visitor?.keptApart(rule.apart, i, stop, wasCompact());
      if ((asked && visitor?.topLevel(src, keyStart, keyStop, i, stop)) || drops) {
        this.#dropped[level] = 1;
        this.#closing = true;
        this.at = before;
        return stop;
      }
    }
    this.#before[level] = before;
    this.#printed[level] = (this.#printed[level] as number) + 1;
    this.#rule = rule;
    this.#closing = false;
    this.at = o;
    return i;
  }

  #grow(): void {
    const size = this.#open.length * 2;
    const grown = {
      open: new Uint8Array(size),
      before: new Int32Array(size),
      printed: new Int32Array(size),
      dropped: new Uint8Array(size),
    };
    grown.open.set(this.#open);
    grown.before.set(this.#before);
    grown.printed.set(this.#printed);
    grown.dropped.set(this.#dropped);
    this.#open = grown.open;
    this.#before = grown.before;
    this.#printed = grown.printed;
    this.#dropped = grown.dropped;
  }
}

function newLine(out: Uint8Array, o: number, depth: number): number {
  out[o++] = 0x0a;
  const stop = o + 2 * (depth < DEEPEST_INDENT ? depth : DEEPEST_INDENT);
  while (o < stop) out[o++] = 0x20;
  return o;
}
