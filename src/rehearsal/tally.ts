import type { ObjectName } from '../changes/change.ts';
import type { Outcome } from '../restore-rules/outcome.ts';
import { replacementOf } from '../restore-rules/versions.ts';
import { objectPath } from '../types/archive-paths.ts';
import type { KnownType } from '../types/type-words.ts';
import { brief } from '../words/names.ts';
import { notesOf, whyUnserved } from './limits.ts';
import {
  type Differing,
  MOST_LISTED,
  type NotRehearsed,
  type Refused,
  type RefusedType,
  type Rehearsal,
  type Rewritten,
} from './result.ts';

type ObjectKey = Pick<ObjectName, 'project' | 'type' | 'name'>;

/** Characters of what a server says, which may quote long values of an object. */
const LONGEST_REASON = 2000;

const UNLISTED = 'the server accepted these objects, but does not list them';

/** Gathers the outcomes of a rehearsal: of the restore first, then of the comparison. */
export class Tally {
  /** What was not restored, so that the comparison says nothing about it. */
  readonly #unrestored = new Set<string>();
  readonly #restored = new Map<string, number>();
  readonly #refused: Refused[] = [];
  readonly #differs: Differing[] = [];
  readonly #refusedTypes = new Map<string, { first: Refused; objects: number }>();
  readonly #notRehearsed = new Map<string, { row: NotRehearsed; objects: number }>();
  readonly #rewritten = new Map<string, { row: Rewritten; objects: number }>();
  readonly #types: ReadonlyMap<string, KnownType>;
  #numRefused = 0;
  #numDiffers = 0;

  /** @param types of the archive */
  constructor(types: readonly KnownType[]) {
    this.#types = new Map(types.map((each) => [each.name, each]));
  }

  /** An object that a rule left out, or that is in the cluster after the restore. */
  restored(outcome: Outcome): void {
    const { result, type, reason } = outcome;
    if (result === 'excluded') {
      this.#leaveOut(outcome, reason ?? '');
      return;
    }
    this.#restored.set(type, (this.#restored.get(type) ?? 0) + 1);
    for (const { rule, text } of outcome.notes)
      counted(this.#rewritten, `${rule} ${type}`, { rule, type, text: shortened(text), objects: 0 });
  }

  /** @param isServed whether the server has the type in any version */
  failed(outcome: Outcome, isServed: boolean): void {
    const unserved = isServed ? null : whyUnserved(outcome.type);
    if (unserved === null) this.#refuse(outcome, outcome.reason ?? '');
    else this.#leaveOut(outcome, unserved);
  }

  /** Types of which an object was restored. */
  get restoredTypes(): readonly string[] {
    return [...this.#restored.keys()];
  }

  hasRestored(type: string): boolean {
    return this.#restored.has(type);
  }

  /** Whether an object of such a type was restored, so that it has to come back. */
  isRestored(object: ObjectKey): boolean {
    return !this.#unrestored.has(keyOf(object));
  }

  /** An object that came back otherwise, or not at all. */
  differs(row: Differing): void {
    this.#numDiffers += 1;
    if (this.#differs.length < MOST_LISTED) this.#differs.push(row);
  }

  /** The server could not list a type whose objects it accepted. */
  unlisted(type: string): void {
    const objects = this.#restored.get(type) ?? 0;
    this.#restored.delete(type);
    this.#notRehearsed.set(`${type} ${UNLISTED}`, { row: { type, reason: UNLISTED, objects }, objects });
  }

  /** @param notes about this run */
  rehearsal(notes: readonly string[]): Rehearsal {
    const notRehearsed = rowsOf(this.#notRehearsed);
    const restored = [...this.#restored.values()].reduce((sum, each) => sum + each, 0);
    const left = notRehearsed.reduce((sum, { objects }) => sum + objects, 0);
    return {
      outcomes: {
        objects: restored + left + this.#numRefused,
        proven: restored - this.#numDiffers,
        differs: this.#numDiffers,
        refused: this.#numRefused,
        notRehearsed: left,
      },
      differs: this.#differs,
      refused: this.#refused,
      refusedTypes: [...this.#refusedTypes].map(([type, { first, objects }]) =>
        this.#refusedType(type, first, objects),
      ),
      notRehearsed,
      rewritten: rowsOf(this.#rewritten),
      notes: [...notes, ...notesOf(this.#restored)],
    };
  }

  #leaveOut(name: ObjectName, reason: string): void {
    this.#unrestored.add(keyOf(name));
    const { type } = name;
    counted(this.#notRehearsed, `${type} ${reason}`, { type, reason, objects: 0 });
  }

  #refuse({ project, type, kind, name }: ObjectName, reason: string): void {
    const row = { project, type, kind, name, reason: shortened(reason) };
    this.#unrestored.add(keyOf(row));
    this.#numRefused += 1;
    if (this.#refused.length < MOST_LISTED) this.#refused.push(row);
    const known = this.#refusedTypes.get(type) ?? { first: row, objects: 0 };
    known.objects += 1;
    this.#refusedTypes.set(type, known);
  }

  #refusedType(type: string, { reason }: Refused, objects: number): RefusedType {
    const apiVersion = this.#types.get(type)?.apiVersion ?? '';
    return { type, apiVersion, objects, reason, replacedBy: replacementOf(type, apiVersion) };
  }
}

/** A text that is kept: shortened, and without a reference to the whole. */
export function shortened(text: string): string {
  return text.length <= LONGEST_REASON ? text : Buffer.from(brief(text, LONGEST_REASON - 1)).toString();
}

function keyOf({ project, type, name }: ObjectKey): string {
  return objectPath(project, type, name);
}

function counted<T>(rows: Map<string, { row: T; objects: number }>, key: string, row: T): void {
  const known = rows.get(key) ?? { row, objects: 0 };
  known.objects += 1;
  rows.set(key, known);
}

/** In the order of types, the most objects of a type first. */
function rowsOf<T extends { readonly type: string; readonly objects: number }>(
  rows: ReadonlyMap<string, { readonly row: T; readonly objects: number }>,
): T[] {
  return [...rows.values()]
    .map(({ row, objects }) => ({ ...row, objects }))
    .sort((a, b) => (a.type === b.type ? b.objects - a.objects : a.type < b.type ? -1 : 1));
}
