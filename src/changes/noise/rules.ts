import { globMatcher, isLiteral } from '../../words/glob.ts';
import { type PatternStep, parsePattern } from '../path.ts';
import type { ConditionChecker } from './condition-checker.ts';
import { FIELD_NOISE } from './fields.ts';
import { OBJECT_NOISE } from './objects.ts';
import type { FieldNoise, ObjectNoise } from './row.ts';

/** A row about fields, with its path parsed. */
export interface FieldRule {
  readonly row: FieldNoise;
  readonly pattern: readonly PatternStep[];
}

/** The rows of both tables that concern one type. */
export interface TypeNoise {
  readonly objects: readonly ObjectNoise[];
  readonly fields: readonly FieldRule[];
}

const compiled = new Map<string, TypeNoise>();

/** @param type full name: `deployments.apps` */
export function noiseOf(type: string): TypeNoise {
  const known = compiled.get(type);
  if (known !== undefined) return known;
  const noise = {
    objects: OBJECT_NOISE.filter(({ types }) => concerns(types, type)),
    fields: FIELD_NOISE.filter(({ types }) => concerns(types, type)).map((row) => ({
      row,
      pattern: parsePattern(row.path),
    })),
  };
  compiled.set(type, noise);
  return noise;
}

function concerns(types: FieldNoise['types'], type: string): boolean {
  return types === '*' || types.some((each) => (isLiteral(each) ? each === type : globMatcher([each])(type)));
}

/**
 * The rows of fields that a controller or the server overwrites, so that a restore cannot
 * restore them.
 *
 * @param type full name: `deployments.apps`
 */
export function bookkeepingOf(type: string): readonly FieldRule[] {
  return noiseOf(type).fields.flatMap((rule) => {
    const { bookkeeping = [], when = [] } = rule.row;
    if (bookkeeping === true) return [rule];
    return bookkeeping.map((condition) => ({ ...rule, row: { ...rule.row, when: [...when, condition] } }));
  });
}

/** The row that excludes an object from the comparison, or null; rows about other objects are not tried. */
export function objectRow({ objects }: TypeNoise, checker: ConditionChecker): ObjectNoise | null {
  return objects.find(({ when = [] }) => when.every((condition) => checker.meets(condition))) ?? null;
}
