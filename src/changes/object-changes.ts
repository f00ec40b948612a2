import { FULL, Printer } from '../json/printer.ts';
import { skipSpace } from '../json/scan.ts';
import { canonical, type Value } from '../json/value.ts';
import type { Change } from './change.ts';
import type { Ignored } from './ignored.ts';
import { ConditionChecker } from './noise/condition-checker.ts';
import type { Nouns } from './noise/row.ts';
import { type FieldRule, noiseOf } from './noise/rules.ts';
import { MOST_COMPARED, parsePair, parseSingle } from './parse-pair.ts';
import { NOTHING, without } from './path.ts';
import { type Bounds, withoutChosen, withoutDriven } from './scaling.ts';
import { masked } from './secrecy/mask.ts';
import { valueChanges } from './value-changes.ts';

/** What a comparison shows. */
export interface Shown {
  /** Also what changes by itself; see FIELD_NOISE. */
  readonly noise: boolean;
  /** What is secret; see masked. */
  readonly secrets: boolean;
  /** Fields that somebody does not want to see. */
  readonly ignored?: readonly Ignored[];
}

/** What comparing two versions of an object comes to. */
export interface VersionChanges {
  /** Lazily: whoever only asks whether there are any takes the first. Can be walked once. */
  readonly changes: Iterator<Change> & Iterable<Change>;
  /** What is not the same, but passed over: the nouns of the first rule that found it. */
  readonly noise: Nouns | null;
  /** The replicas are not the same, but an autoscaler chose them. */
  readonly isDriven: boolean;
  /** Number of fields of --ignore that are not the same. */
  readonly ignored: number;
  /** What was compared, before and after: with all secrets, for finding places in it alone. */
  readonly versions: readonly [Value, Value];
}

/** A version of an object without the fields that are passed over, and what these were. */
interface Stripped {
  readonly value: Value;
  /** By rule, the values that it found, as texts that can be compared. */
  readonly noise: readonly Texts[];
  /** By path of --ignore. */
  readonly ignored: readonly Texts[];
}

type Texts = readonly string[];

/** Compares the objects of one type, two versions of one object at a time. */
export class ObjectComparer {
  readonly #type: string;
  readonly #shown: Shown;
  readonly #rules: readonly FieldRule[];
  readonly #ignored: readonly Ignored[];
  readonly #printer = new Printer();

  /**
   * @param type full name: `deployments.apps`
   * @param rules fields that are passed over; by default all noise of the type
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
   * The differences between two versions, and what was passed over. Both documents must be
   * valid (see documentMistake).
   *
   * @param bounds the replicas that an autoscaler of the object may choose; null where it has none
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
   * Equal for versions between which there are no changes; it may hold what is secret.
   *
   * @param bounds as for compare
   */
  identity(bytes: Uint8Array, bounds: Bounds | null): string | Uint8Array {
    const printed = this.#printed(bytes);
    const parsed = parseSingle(printed);
    // Too large to be brought into the one order of keys; a server does not change its own order by itself.
    if (parsed === null) return printed;
    const { value } = this.#stripped(printed, parsed);
    return canonical(
      this.#masked(bounds === null || this.#shown.noise ? value : withoutChosen(value, bounds)),
    );
  }

  #parsed(before: Uint8Array, after: Uint8Array): readonly [Value, Value] {
    const pair = parsePair(before, after, this.#type);
    if (!pair.hasText) return [pair.before, pair.after];
    // What stays text is compared as text, so that it needs one form of white space.
    const printed = parsePair(this.#printed(before), this.#printed(after), this.#type);
    return [printed.before, printed.after];
  }

  /** Takes out of a version what --ignore and the rules find in it. */
  #stripped(bytes: Uint8Array, value: Value): Stripped {
    const checker = new ConditionChecker(bytes);
    let left: Value = value;
    const take = (pattern: FieldRule['pattern'], placeholder: string | null): Texts => {
      const found: string[] = [];
      const rest = without(left, pattern, (each) => {
        if (placeholder !== null && (typeof each !== 'string' || each === '')) return each;
        found.push(canonical(each));
        return placeholder ?? NOTHING;
      });
      left = rest === NOTHING ? null : rest;
      return found;
    };
    // First, lest a rule takes what somebody has named.
    const ignored = this.#ignored.map(({ pattern }) => take(pattern, null));
    // A rule with conditions applies only where all of them hold.
    const noise = this.#rules.map(({ row: { when = [], placeholder = null }, pattern }) =>
      when.every((condition) => checker.meets(condition)) ? take(pattern, placeholder) : [],
    );
    return { value: left, noise, ignored };
  }

  #masked(value: Value): Value {
    if (this.#shown.secrets) return value;
    return masked(value, this.#type, MOST_COMPARED / 2);
  }

  /** In one form of white space. */
  #printed(bytes: Uint8Array): Buffer {
    const from = skipSpace(bytes, 0, bytes.length);
    for (let size = bytes.length + 1024; ; size *= 2) {
      const out = Buffer.allocUnsafeSlow(size);
      const end = this.#printer.print(bytes, from, bytes.length, out, 0);
      if (end !== FULL) return out.subarray(0, this.#printer.at);
    }
  }
}

/** Number of values that are not equal, of those found in two versions. */
function countUnequal(before: Texts = [], after: Texts = []): number {
  const most = Math.max(before.length, after.length);
  return Array.from({ length: most }, (_, at) => at).filter((at) => before[at] !== after[at]).length;
}
