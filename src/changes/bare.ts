import { canonical, type Value } from '../json/value.ts';
import type { Ignored } from './ignored.ts';
import type { ConditionChecker } from './noise/condition-checker.ts';
import type { FieldRule } from './noise/rules.ts';
import { NOTHING, without } from './path-pattern.ts';

/** A version of an object without the fields that are passed over, and what these were. */
export interface Bare {
  readonly value: Value;
  /** By rule, the values that it found, as texts that can be compared. */
  readonly noise: readonly Found[];
  /** By path of --ignore. */
  readonly ignored: readonly Found[];
}

type Found = readonly string[];

/**
 * Takes out of a version what rules and --ignore find in it.
 *
 * @param checker for this version: a rule with conditions applies only where all of them hold
 */
export function bare(
  value: Value,
  checker: ConditionChecker,
  rules: readonly FieldRule[],
  ignored: readonly Ignored[],
): Bare {
  let left: Value = value;
  const take = (pattern: FieldRule['pattern'], placeholder: string | null): Found => {
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
  const byOption = ignored.map(({ pattern }) => take(pattern, null));
  const byRule = rules.map(({ row: { when = [], placeholder = null }, pattern }) =>
    when.every((condition) => checker.meets(condition)) ? take(pattern, placeholder) : [],
  );
  return { value: left, noise: byRule, ignored: byOption };
}

/** Number of values that are not the same, of those that were found in two versions. */
export function countOther(before: Found = [], after: Found = []): number {
  const most = Math.max(before.length, after.length);
  return Array.from({ length: most }, (_, at) => at).filter((at) => before[at] !== after[at]).length;
}
