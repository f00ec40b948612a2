import { skipSpace } from '../snapshot/json.ts';
import { FULL, Printer } from '../snapshot/printer.ts';
import { compileRules, type RuleNode } from '../snapshot/rules.ts';
import type { Change } from './change.ts';
import { NOISE } from './noise.ts';
import { parseValue } from './parse.ts';
import { maskSecret } from './secrets.ts';
import { canonical, isFields, type Value } from './value.ts';
import { valueChanges } from './value-changes.ts';

/** What a comparison shows. */
export interface Shown {
  /** Also what changes by itself; see NOISE. */
  readonly noise: boolean;
  /** The values of Secrets. */
  readonly secrets: boolean;
}

/** Compares the objects of one type, two versions of one object at a time. */
export class ObjectComparer {
  readonly #type: string;
  readonly #shown: Shown;
  readonly #rules: RuleNode | null;
  readonly #printer = new Printer();

  /** @param type full name: `deployments.apps` */
  constructor(type: string, shown: Shown) {
    this.#type = type;
    this.#shown = shown;
    this.#rules = shown.noise ? null : compileRules(NOISE, type);
  }

  /**
   * The differences between two versions, lazily: whoever only asks whether there are
   * any takes the first. Both documents must be valid (see documentMistake).
   */
  *changes(before: Uint8Array, after: Uint8Array): Generator<Change> {
    const [own, other] = [this.#printed(before), this.#printed(after)];
    if (own.equals(other)) return;
    yield* valueChanges(this.#value(own), this.#value(other));
  }

  /** The same text for versions between which there are no changes; it may hold what is secret. */
  identity(bytes: Uint8Array): string {
    return canonical(this.#value(this.#printed(bytes)));
  }

  #value(bytes: Uint8Array): Value {
    const value = parseValue(bytes);
    if (this.#shown.secrets) return value;
    const isSecret = this.#type === 'secrets' || (isFields(value) && value.get('kind') === 'Secret');
    return isSecret ? maskSecret(value) : value;
  }

  /** Without noise and in one form of white space. */
  #printed(bytes: Uint8Array): Buffer {
    const from = skipSpace(bytes, 0, bytes.length);
    for (let size = bytes.length + 1024; ; size *= 2) {
      const out = Buffer.allocUnsafeSlow(size);
      const end = this.#printer.print(bytes, from, bytes.length, out, 0, this.#rules);
      if (end !== FULL) return out.subarray(0, this.#printer.at);
    }
  }
}
