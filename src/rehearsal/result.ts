import type { Change, ObjectName } from '../changes/change.ts';

/** An object that came back otherwise than it is in the archive. */
export interface Differing extends ObjectName {
  /** From the archive to what came back; secrets masked. Empty if it is missing. */
  readonly changes: readonly Change[];
  /** What no list of changes says: that it is missing; null for all others. */
  readonly reason: string | null;
}

/** An object that the server did not accept. */
export interface Refused extends ObjectName {
  /** In the server's words. */
  readonly reason: string;
}

/** Refused objects of a type. */
export interface RefusedType {
  readonly type: string;
  /** The version in the archive. */
  readonly apiVersion: string;
  readonly objects: number;
  /** About the first of them. */
  readonly reason: string;
  /** The version that replaces it, if the server does not serve the archived one and it is known. */
  readonly replacedBy: string | null;
}

/** Objects of a type that a rehearsal can say nothing about. */
export interface NotRehearsed {
  readonly type: string;
  readonly reason: string;
  readonly objects: number;
}

/** What a rule of the restore changed on purpose. */
export interface Rewritten {
  readonly rule: string;
  readonly type: string;
  /** About the first of them. */
  readonly text: string;
  readonly objects: number;
}

/** How many objects there are by outcome; their sum is `objects`. */
export interface Outcomes {
  readonly objects: number;
  readonly proven: number;
  readonly differs: number;
  readonly refused: number;
  readonly notRehearsed: number;
}

/** All that a rehearsal found. */
export interface Rehearsal {
  readonly outcomes: Outcomes;
  /** The first MOST_LISTED. */
  readonly differs: readonly Differing[];
  /** The first MOST_LISTED. */
  readonly refused: readonly Refused[];
  readonly refusedTypes: readonly RefusedType[];
  readonly notRehearsed: readonly NotRehearsed[];
  readonly rewritten: readonly Rewritten[];
  /** Sentences about what a rehearsal cannot show of these objects. */
  readonly notes: readonly string[];
}

/** Objects that are listed of one outcome; all are counted. */
export const MOST_LISTED = 1000;

/** Whether everything came back, but for what a rehearsal can say nothing about. */
export function isProven({ differs, refused }: Pick<Outcomes, 'differs' | 'refused'>): boolean {
  return differs + refused === 0;
}
