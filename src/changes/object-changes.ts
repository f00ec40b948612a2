import { FULL, Printer } from '../json/printer.ts';
import { skipSpace } from '../json/scan.ts';
import { canonical, type Value } from '../json/value.ts';
import { type Bare, bare, countOther } from './bare.ts';
import type { Change } from './change.ts';
import type { Ignored } from './ignored.ts';
import { ConditionChecker } from './noise/condition-checker.ts';
import type { Nouns } from './noise/row.ts';
import { type FieldRule, noiseOf } from './noise/rules.ts';
import { MOST_COMPARED, parsePair, parseSingle } from './parse-pair.ts';
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
}

/** Compares the objects of one type, two versions of one object at a time. */
export class ObjectComparer {
  readonly #type: string;
  readonly #shown: Shown;
  readonly #rules: readonly FieldRule[];
  readonly #ignored: readonly Ignored[];
  readonly #bounds: Bounds | null;
  readonly #printer = new Printer();

  /**
   * @param type full name: `deployments.apps`
   * @param bounds the replicas that an autoscaler may choose, where all versions are of one object
   */
  constructor(type: string, shown: Shown, bounds: Bounds | null = null) {
    this.#type = type;
    this.#bounds = shown.noise ? null : bounds;
    this.#shown = shown;
    this.#rules = shown.noise ? [] : noiseOf(type).fields;
    this.#ignored = (shown.ignored ?? []).filter(({ hasType }) => hasType(type));
  }

  /** The differences between two versions. Both documents must be valid (see documentMistake). */
  changes(before: Uint8Array, after: Uint8Array): VersionChanges['changes'] {
    return this.compare(before, after).changes;
  }

  /**
   * The differences between two versions, and what was passed over. Both documents must be
   * valid (see documentMistake).
   *
   * @param bounds the replicas that an autoscaler of the object may choose; null where it has none
   */
  compare(before: Uint8Array, after: Uint8Array, bounds = this.#bounds): VersionChanges {
    const [own, other] = [this.#printed(before), this.#printed(after)];
    // What differs in white space alone is the same.
    if (own.equals(other)) return { changes: none(), noise: null, isDriven: false, ignored: 0 };
    const [value, changed] = parsePair(own, other);
    const [from, to] = [this.#bare(own, value), this.#bare(other, changed)];
    const driven = bounds === null || this.#shown.noise ? null : withoutDriven(from.value, to.value, bounds);
    const [left, right] = driven ?? [from.value, to.value];
    const rule = this.#rules.find((_, at) => countOther(from.noise[at], to.noise[at]) > 0);
    return {
      changes: valueChanges(this.#masked(left), this.#masked(right)),
      noise: rule?.row.nouns ?? null,
      isDriven: driven !== null,
      ignored: this.#ignored.reduce(
        (total, _, at) => total + countOther(from.ignored[at], to.ignored[at]),
        0,
      ),
    };
  }

  /** The same for versions between which there are no changes; it may hold what is secret. */
  identity(bytes: Uint8Array): string | Uint8Array {
    const printed = this.#printed(bytes);
    const parsed = parseSingle(printed);
    // Too large to be brought into the one order of keys; a server does not change its own order by itself.
    if (parsed === null) return printed;
    const { value } = this.#bare(printed, parsed);
    return canonical(this.#masked(this.#bounds === null ? value : withoutChosen(value, this.#bounds)));
  }

  #bare(bytes: Buffer, value: Value): Bare {
    return bare(value, new ConditionChecker(bytes), this.#rules, this.#ignored);
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
      const end = this.#printer.print(bytes, from, bytes.length, out, 0, null);
      if (end !== FULL) return out.subarray(0, this.#printer.at);
    }
  }
}

function* none(): Generator<Change> {}
