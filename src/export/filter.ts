import { ListMistake } from '../json/list-reader.ts';
import { FULL, Printer, type PrintForm } from '../json/printer.ts';
import { compileRules } from '../json/pruning-paths.ts';
import { INCOMPLETE, valueEnd } from '../json/scan.ts';
import { EVERYWHERE, PER_TYPE } from '../plan/pruning-table.ts';
import type { Selection } from '../plan/selection.ts';
import { isGeneratedToken, TOKEN_RULES, tokenSecretOf } from '../plan/token-secrets.ts';
import { objectPath } from '../types/archive-paths.ts';
import { Identity } from '../types/identity.ts';
import type { ResourceType } from '../types/resource-type.ts';
import { brief } from '../words/names.ts';
import type { ItemSink } from './item-order.ts';
import { ItemVisitor } from './item-visitor.ts';
import { LARGE, type Turn } from './turns.ts';

/** The result of a user's jq program for an object: dropped, unchanged, or replaced by these bytes. */
export type Verdict = 'out' | 'same' | Buffer;

/** The program fails on an object. Its type fails, since objects must not be archived unfiltered. */
export class FilterFault extends Error {
  constructor(what: string) {
    super(`--filter: ${what}`);
    this.name = 'FilterFault';
  }
}

/** Runs a jq program on a batch of objects; see jq.ts. */
export interface JqFilter {
  /**
   * @param objects one JSON text each
   * @param nameOf returns the name of the object at an index, for messages
   * @throws FilterFault that names the object for which the program fails
   */
  run(objects: readonly Buffer[], nameOf: (index: number) => string): Promise<readonly Verdict[]>;
}

/** One process per batch: starting jq takes longer than filtering an object. */
const MOST_OBJECTS = 500;
const MOST_BYTES = 1024 * 1024;
const SMALLEST = 256 * 1024;

/**
 * Passes each item through a jq program. The program receives the object as it will be
 * archived, with its status. If it does not change the object, the bytes of the server are
 * used; a changed object gets the server metadata back, which the program does not receive.
 */
export class FilteredItems implements ItemSink {
  readonly #filter: JqFilter;
  readonly #type: ResourceType;
  readonly #selection: Selection;
  readonly #target: ItemSink;
  readonly #turn: Turn;
  readonly #printer = new Printer();
  readonly #identity = new Identity();
  readonly #visitor: ItemVisitor;
  readonly #form: PrintForm;
  #out = Buffer.allocUnsafeSlow(SMALLEST);
  /** Whether the next object needs more memory than the share of a list. */
  #needsTurn = false;
  #held: Array<{ name: string; printed: Buffer; raw: Buffer; apart: Buffer }> = [];
  #heldBytes = 0;

  constructor(filter: JqFilter, type: ResourceType, selection: Selection, target: ItemSink, turn: Turn) {
    this.#filter = filter;
    this.#type = type;
    this.#selection = selection;
    this.#target = target;
    this.#turn = turn;
    this.#printer.indents = false;
    this.#visitor = new ItemVisitor(type, true);
    const rules = compileRules([...EVERYWHERE, ...PER_TYPE], type.name);
    this.#form = { rules, depth: 0, head: this.#visitor.head(0), visitor: this.#visitor };
  }

  item(src: Buffer, i: number, end: number): number {
    if (this.#held.length >= MOST_OBJECTS || this.#heldBytes >= MOST_BYTES || this.#needsTurn) return FULL;
    if (this.#identity.find(src, i, end) === INCOMPLETE) return INCOMPLETE;
    const { project, name } = namesOf(this.#identity, src);
    const owner = this.#type.name === 'namespaces' ? name : project;
    if (owner !== null && !this.#selection.hasProject(owner)) return valueEnd(src, i, end);
    const next = this.#print(src, i, end);
    if (next < 0 || this.#visitor.leftOut) return next;
    if (this.#visitor.mistake !== null) throw new ListMistake(this.#visitor.mistake);
    const printed = Buffer.from(this.#out.subarray(0, this.#printer.at));
    this.#held.push({
      name: objectName(this.#type, project, name),
      printed,
      raw: Buffer.from(src.subarray(i, next)),
      apart: this.#visitor.apartMembers(src),
    });
    this.#heldBytes += printed.length;
    return next;
  }

  /** Prints without indentation; FULL if this needs the turn for large objects first. */
  #print(src: Buffer, i: number, end: number): number {
    for (;;) {
      this.#visitor.begin();
      const print = (form: PrintForm) => this.#printer.print(src, i, end, this.#out, 0, form);
      let next = print(this.#form);
      if (next >= 0 && this.#visitor.isToken) {
        this.#visitor.leftOut = isGeneratedToken(tokenSecretOf(src.subarray(i, next)));
        if (this.#visitor.leftOut) return next;
        this.#visitor.again();
        next = print({ ...this.#form, rules: TOKEN_RULES });
      }
      if (next !== FULL) return next;
      if (this.#out.length >= LARGE && !this.#turn.has('filtering')) {
        this.#needsTurn = true;
        return FULL;
      }
      this.#out = Buffer.allocUnsafeSlow(this.#out.length * 2);
    }
  }

  async makeRoom(): Promise<void> {
    const held = this.#held;
    this.#held = [];
    this.#heldBytes = 0;
    if (this.#needsTurn) {
      await this.#turn.take('filtering');
      this.#needsTurn = false;
      if (held.length === 0) return;
    }
    if (held.length === 0) return this.#target.makeRoom();
    const verdicts = await this.#filter.run(
      held.map((each) => each.printed),
      (index) => held[index]?.name ?? '',
    );
    for (const [index, { name, raw, apart }] of held.entries()) {
      const verdict = verdicts[index] ?? 'out';
      if (verdict === 'out') continue;
      if (verdict !== 'same') this.#checkIdentity(name, raw, verdict);
      const bytes = verdict === 'same' ? raw : this.#withApart(verdict, apart);
      while (this.#target.item(bytes, 0, bytes.length) < 0) await this.#target.makeRoom();
    }
    if (this.#out.length <= LARGE || this.#heldBytes > 0) return;
    this.#out = Buffer.allocUnsafeSlow(SMALLEST);
    this.#turn.give('filtering');
  }

  /** The object with members added to its metadata, at the identity found by #checkIdentity. */
  #withApart(object: Buffer, members: Buffer): Buffer {
    const brace = valueEnd(object, this.#identity.metadataStart, object.length) - 1;
    return Buffer.concat([object.subarray(0, brace), members, object.subarray(brace)]);
  }

  /** Passes on what is still in the batch. */
  async finish(): Promise<void> {
    if (this.#held.length > 0) await this.makeRoom();
  }

  /** Files are organized by project and name, so a filter must not change these. */
  #checkIdentity(name: string, before: Buffer, after: Buffer): void {
    this.#identity.find(before, 0, before.length);
    const wanted = namesOf(this.#identity, before);
    let found: ReturnType<typeof namesOf> | null = null;
    try {
      this.#identity.find(after, 0, after.length);
      found = namesOf(this.#identity, after);
    } catch {
      // Not an object, or without a name: handled below.
    }
    if (found?.name !== wanted.name || found.project !== wanted.project) {
      throw new FilterFault(
        `for ${name} it yields something else than this object; a filter may change or drop an object, not its name or namespace`,
      );
    }
  }
}

function namesOf(identity: Identity, src: Buffer): { project: string | null; name: string } {
  const unquoted = (start: number, end: number) => String(JSON.parse(src.toString('utf8', start, end)));
  const { namespaceStart, namespaceEnd, nameStart, nameEnd } = identity;
  return {
    project: namespaceStart < 0 ? null : unquoted(namespaceStart, namespaceEnd),
    name: unquoted(nameStart, nameEnd),
  };
}

function objectName(type: ResourceType, project: string | null, name: string): string {
  return objectPath(project, type.name, brief(name));
}
