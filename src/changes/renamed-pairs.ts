import type { Value } from '../json/value.ts';
import { areHashes, hashedName } from './hashed-name.ts';
import { Likeness } from './likeness.ts';
import { parseSingle } from './parse-pair.ts';

/** An object that only one of two archives has under its name. */
export interface Lone {
  readonly name: string;
  readonly kind: string;
  readonly bytes: Uint8Array;
}

/** Of several objects, one is a version of another where they have this much in common, */
const ALIKE = 0.5;
/** and so much more than with any other. */
const CLEARLY = 0.1;
/** More objects of one stem, both sides together, are not compared by their content. */
const MOST = 20;

/**
 * Finds which removed and added objects are one object whose name carries a hash of its
 * content. One of each is a pair, whatever they hold; of several, those that are clearly
 * most alike are. What is left was removed and added.
 *
 * @param removed objects whose names have one stem; see hashedName
 * @param added others with that stem
 */
export function renamedPairs<T extends Lone>(removed: readonly T[], added: readonly T[]): Array<[T, T]> {
  if (removed.length + added.length > MOST) return [];
  const candidates = removed.flatMap((before, from) =>
    added.flatMap((after, to) => (mayBeRenamed(before, after) ? [{ before, after, from, to }] : [])),
  );
  const [only, ...others] = candidates;
  if (only === undefined) return [];
  if (others.length === 0) return [[only.before, only.after]];
  const values = [removed, added].map((side) => side.map(({ bytes }) => parseSingle(bytes)));
  const [own, other] = values.map((side) => side.flatMap((value) => (value === null ? [] : [value])));
  if (own?.length !== removed.length || other?.length !== added.length) return [];
  return clearest(candidates, own, other).map(({ before, after }) => [before, after]);
}

function mayBeRenamed(before: Lone, after: Lone): boolean {
  const [own, other] = [hashedName(before.name), hashedName(after.name)];
  if (own === null || other === null || before.kind !== after.kind) return false;
  return own.stem === other.stem && areHashes(own.hash, other.hash);
}

interface Candidate {
  readonly from: number;
  readonly to: number;
}

/** Candidates that are more alike than any other of the same object. */
function clearest<T extends Candidate>(
  candidates: readonly T[],
  removed: readonly Value[],
  added: readonly Value[],
): T[] {
  const likeness = new Likeness(removed, added);
  const scored = candidates.map((candidate) => ({
    candidate,
    score: likeness.of(candidate.from, candidate.to),
  }));
  return scored.flatMap(({ candidate, score }) => {
    const rivals = scored.filter(
      (each) =>
        each.candidate !== candidate &&
        (each.candidate.from === candidate.from || each.candidate.to === candidate.to),
    );
    const isClear = score >= ALIKE && rivals.every((each) => score >= each.score + CLEARLY);
    return isClear ? [candidate] : [];
  });
}
