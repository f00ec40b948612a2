import { FULL, Printer } from '../json/printer.ts';
import { skipSpace } from '../json/scan.ts';
import { canonical, type Value } from '../json/value.ts';
import type { Change } from './change.ts';
import type { Ignored } from './ignored.ts';
import { ConditionChecker } from './noise/condition-checker.ts';
import type { Condition, Nouns } from './noise/row.ts';
import { type FieldRule, noiseOf } from './noise/rules.ts';
import { MOST_COMPARED, parsePair, parseSingle } from './parse-pair.ts';
import { NOTHING, without } from './path.ts';
import { type Bounds, withoutChosen, withoutDriven } from './scaling.ts';
import { masked } from './secrecy/mask.ts';
import { valueChanges } from './value-changes.ts';

/** What a comparison shows. */
export interface Shown {
  /** Also show what changes by itself; see FIELD_NOISE. */
  readonly noise: boolean;
  /** Show secret values; see masked. */
  readonly secrets: boolean;
  /** Fields that the user ignores. */
  readonly ignored?: readonly Ignored[];
}

/** The result of comparing two versions of an object. */
export interface VersionChanges {
  /** Computed lazily, since some callers only need the first one. Can be iterated once. */
  readonly changes: Iterator<Change> & Iterable<Change>;
  /** What differs but is not shown: the nouns of the first rule that matched. */
  readonly noise: Nouns | null;
  /** Whether the replicas differ, but an autoscaler set them. */
  readonly isDriven: boolean;
  /** Number of fields that match --ignore and differ. */
  readonly ignored: number;
  /** The values that were compared, before and after. They contain all secrets: use them only to find positions. */
  readonly versions: readonly [Value, Value];
}

/** A version of an object without the fields that are not shown, and the values of these. */
interface Stripped {
  readonly value: Value;
  /** The values that matched, by rule, as comparable texts. */
  readonly noise: readonly Texts[];
  /** The same, by path of --ignore. */
  readonly ignored: readonly Texts[];
}

type Texts = readonly string[];

const NONE: Texts = [];

/** Compares the objects of one type, two versions of one object at a time. */
export class ObjectComparer {
  readonly #type: string;
  readonly #shown: Shown;
  readonly #rules: readonly FieldRule[];
  readonly #ignored: readonly Ignored[];
  readonly #printer = new Printer();

  /**
   * @param type full name: `deployments.apps`
   * @param rules fields that are not shown; by default all noise of the type
   */
  constructor(type: string, shown: Shown, rules: readonly FieldRule[] = noiseOf(type).fields) {
    this.#type = type;
    this.#shown = shown;
    this.#rules = shown.noise ? [] : rules;
    this.#ignored = (shown.ignored ?? []).filter(({ hasType }) => hasType(type));
  }

  /** The differences between two versions. Both documents must be valid (see documentMistake). */
  changes(before: Uint8Array, after: Uint8Array): VersionChanges['changes'] {
    return this.compare(before, after, null).changes;
  }

  /**
   * The differences between two versions, and what is counted instead of shown. Both documents must
   * be valid (see documentMistake).
   *
   * @param bounds the limits of the object's autoscaler; null if it has none
   */
  compare(before: Uint8Array, after: Uint8Array, bounds: Bounds | null): VersionChanges {
    const [own, other] = this.#parsed(before, after);
    const [from, to] = [this.#stripped(before, own), this.#stripped(after, other)];
    const driven = bounds === null || this.#shown.noise ? null : withoutDriven(from.value, to.value, bounds);
    const [left, right] = driven ?? [from.value, to.value];
    const rule = this.#rules.find((_, at) => countUnequal(from.noise[at], to.noise[at]) > 0);
    return {
      changes: valueChanges(this.#masked(left), this.#masked(right)),
      noise: rule?.row.nouns ?? null,
      isDriven: driven !== null,
      ignored: this.#ignored.reduce(
        (total, _, at) => total + countUnequal(from.ignored[at], to.ignored[at]),
        0,
      ),
      versions: [left, right],
    };
  }

  /**
   * A text that is equal for versions without changes between them. It may contain secrets.
   *
   * @param bounds as for compare
   */
  identity(bytes: Uint8Array, bounds: Bounds | null): string | Uint8Array {
    const printed = this.#printed(bytes);
    const parsed = parseSingle(printed);
    // Too large to sort the keys; a server keeps the order of keys.
    if (parsed === null) return printed;
    const { value } = this.#stripped(printed, parsed);
    return canonical(
      this.#masked(bounds === null || this.#shown.noise ? value : withoutChosen(value, bounds)),
    );
  }

  #parsed(before: Uint8Array, after: Uint8Array): readonly [Value, Value] {
    const pair = parsePair(before, after, this.#type);
    if (!pair.hasText) return [pair.before, pair.after];
    // Parts that stay text are compared as text, so their white space must be normalized.
    const printed = parsePair(this.#printed(before), this.#printed(after), this.#type);
    return [printed.before, printed.after];
  }

  /** Removes from a version what matches --ignore and the rules. */
  #stripped(bytes: Uint8Array, value: Value): Stripped {
    const checker = new ConditionChecker(bytes);
    let left: Value = value;
    const take = (
      pattern: FieldRule['pattern'],
      placeholder: string | null,
      when: readonly Condition[],
    ): Texts => {
      let found: string[] | null = null;
      // Conditions are searched in the bytes, so they are checked last: few objects have what a pattern describes.
      let applies: boolean | null = null;
      const rest = without(left, pattern, (each) => {
        applies ??= when.every((condition) => checker.meets(condition));
        if (!applies) return each;
        if (placeholder !== null && (typeof each !== 'string' || each === '')) return each;
        found ??= [];
        found.push(canonical(each));
        return placeholder ?? NOTHING;
      });
      left = rest === NOTHING ? null : rest;
      return found ?? NONE;
    };
    // First, so that these fields are counted as ignored, and not for a rule.
    const ignored = this.#ignored.map(({ pattern }) => take(pattern, null, []));
    const noise = this.#rules.map(({ row: { when = [], placeholder = null }, pattern }) =>
      take(pattern, placeholder, when),
    );
    return { value: left, noise, ignored };
  }

  #masked(value: Value): Value {
    if (this.#shown.secrets) return value;
    return masked(value, this.#type, MOST_COMPARED / 2);
  }

  /** With normalized white space. */
  #printed(bytes: Uint8Array): Buffer {
    const from = skipSpace(bytes, 0, bytes.length);
    for (let size = bytes.length + 1024; ; size *= 2) {
      const out = Buffer.allocUnsafeSlow(size);
      const end = this.#printer.print(bytes, from, bytes.length, out, 0);
      if (end !== FULL) return out.subarray(0, this.#printer.at);
    }
  }
}

/** How many of the values found in two versions differ. */
function countUnequal(before: Texts = NONE, after: Texts = NONE): number {
  const most = Math.max(before.length, after.length);
  let count = 0;
  for (let at = 0; at < most; at += 1) if (before[at] !== after[at]) count += 1;
  return count;
}
