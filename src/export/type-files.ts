import { isUtf8 } from 'node:buffer';
import type { Sink } from '../archive/sink.ts';
import type { ArchiveWriter } from '../archive/writer.ts';
import { BINDING, EVERYWHERE, PER_TYPE } from '../snapshot/housekeeping.ts';
import { Identity } from '../snapshot/identity.ts';
import { INCOMPLETE, JsonError, valueEnd } from '../snapshot/json.ts';
import { FULL, Printer } from '../snapshot/printer.ts';
import type { ResourceType } from '../snapshot/resource-type.ts';
import { compileRules, type RuleNode } from '../snapshot/rules.ts';
import type { Selection } from '../snapshot/selection.ts';
import { ItemVisitor } from './item-visitor.ts';

/** The items did not come in the order of their names, so they have to be gathered and sorted. */
export class Disorder extends Error {}

/** How many files, objects and bytes came of a type. */
export interface Written {
  files: number;
  objects: number;
  bytes: number;
  /** Objects by project; the objects of cluster-scoped types count for none. */
  readonly projects: Map<string, number>;
}

/** One of the forms in which a type's objects are kept. */
interface Form {
  /** '' for the objects themselves, `_bound/`, `_status/`. */
  readonly folder: string;
  readonly rules: RuleNode | null;
  sink: Sink | null;
  /** Whether a file is open; it is begun with its first item. */
  open: boolean;
  /** Where the item that is being printed ends, until it is committed; else -1. */
  next: number;
}

/** Items stand inside the list's object and its items. */
const DEPTH = 2;
const FILE_HEAD = Buffer.from('{\n  "apiVersion": "v1",\n  "kind": "List",\n  "items": [');
const FILE_TAIL = Buffer.from('\n  ]\n}\n');
const FIRST = Buffer.from('\n    ');
const BETWEEN = Buffer.from(',\n    ');
const PROJECT_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/**
 * Writes what one list gives into the files of its type: one a project, the
 * status apart. Give it the items one by one; what does not fit returns FULL and
 * is to be given again after makeRoom().
 */
export class TypeFiles {
  readonly written: Written = { files: 0, objects: 0, bytes: 0, projects: new Map() };
  readonly #type: ResourceType;
  readonly #writer: ArchiveWriter;
  readonly #group: number;
  readonly #selection: Selection;
  readonly #printer = new Printer();
  readonly #identity = new Identity();
  readonly #visitor: ItemVisitor;
  readonly #head: Buffer;
  readonly #forms: readonly Form[];
  readonly #status: Form | null;
  #full: Form | null = null;
  #discarded = false;
  #project = '';
  #projectBytes = Buffer.alloc(0);
  #wanted = false;
  readonly #seen = new Set<string>();
  #lastName = Buffer.alloc(0);
  #scratch = Buffer.alloc(0);

  constructor(
    type: ResourceType,
    writer: ArchiveWriter,
    group: number,
    selection: Selection,
    withStatus: boolean,
  ) {
    this.#type = type;
    this.#writer = writer;
    this.#group = group;
    this.#selection = selection;
    this.#visitor = new ItemVisitor(type);
    this.#head = this.#visitor.head(DEPTH);
    const kept = compileRules([...EVERYWHERE, ...PER_TYPE], type.name);
    const clean = compileRules([...EVERYWHERE, ...PER_TYPE, ...BINDING], type.name);
    const binds = BINDING.some((row) => row.types.includes(type.name));
    this.#forms = binds ? [form('', clean), form('_bound/', kept)] : [form('', kept)];
    this.#status = withStatus ? form('_status/', null) : null;
  }

  /**
   * Takes the item at `i`.
   *
   * @returns the offset behind it, INCOMPLETE, or FULL
   * @throws JsonError where it is no object; Disorder
   */
  item(src: Buffer, i: number, end: number): number {
    this.#assertWanted();
    if (this.#identity.find(src, i, end) === INCOMPLETE) return INCOMPLETE;
    if (!this.#enterProject(src, i)) return FULL;
    if (!this.#wanted) return valueEnd(src, i, end);
    let next = INCOMPLETE;
    for (const each of this.#forms) {
      next = this.#print(each, src, i, end);
      if (next < 0) return next;
      if (this.#visitor.leftOut) return next;
    }
    if (!isUtf8(src.subarray(i, next))) throw new JsonError('bytes that are no UTF-8', i);
    if (this.#status !== null && this.#visitor.statusStart >= 0) {
      const printed = this.#printStatus(this.#status, src);
      if (printed < 0) return printed;
    }
    this.#checkOrder(src);
    this.#commit();
    return next;
  }

  /** After FULL: sends the full buffer away; waits for the volume if it must. */
  async makeRoom(): Promise<void> {
    const full = this.#full;
    if (full === null) return;
    if (full.sink === null) {
      const sink = await this.#writer.openSink(this.#group);
      if (this.#discarded) sink.discard();
      else full.sink = sink;
    } else await full.sink.makeRoom();
    this.#assertWanted();
    this.#full = null;
  }

  /** Ends all files. */
  async finish(): Promise<void> {
    for (const each of this.#all()) await this.#endFile(each);
    for (const each of this.#all()) each.sink?.close();
  }

  /**
   * Takes back everything: the list failed, or is begun again. An item that still
   * waits for room then, as when the connection breaks meanwhile, is refused.
   */
  discard(): void {
    this.#discarded = true;
    const sinks = this.#all().flatMap((each) => (each.sink === null ? [] : [each.sink]));
    this.#writer.withdraw(this.#group, sinks);
  }

  #assertWanted(): void {
    if (this.#discarded) throw new Error(`the files of ${this.#type.name} were discarded`);
  }

  /** Ends the project's files where the item belongs to another; false where that needs room first. */
  #enterProject(src: Buffer, at: number): boolean {
    const { namespaceStart, namespaceEnd, nameStart, nameEnd } = this.#identity;
    if (!this.#type.namespaced) {
      this.#wanted =
        this.#type.name !== 'namespaces' || this.#selection.hasProject(unquoted(src, nameStart, nameEnd));
      return true;
    }
    if (namespaceStart < 0) throw new JsonError(`an object of ${this.#type.name} without a namespace`, at);
    const known = this.#projectBytes;
    if (
      known.length === namespaceEnd - namespaceStart &&
      src.compare(known, 0, known.length, namespaceStart, namespaceEnd) === 0
    )
      return true;
    for (const each of this.#all()) {
      if (!each.open) continue;
      if (!this.#tryEndFile(each)) return false;
    }
    const project = unquoted(src, namespaceStart, namespaceEnd);
    if (!PROJECT_NAME.test(project))
      throw new JsonError(`${JSON.stringify(project)} is no name of a project`, namespaceStart);
    if (this.#seen.has(project)) throw new Disorder();
    this.#seen.add(project);
    this.#project = project;
    this.#projectBytes = Buffer.from(src.subarray(namespaceStart, namespaceEnd));
    this.#lastName = Buffer.alloc(0);
    this.#wanted = this.#selection.hasProject(project);
    return true;
  }

  #print(each: Form, src: Buffer, i: number, end: number): number {
    const at = this.#beginItem(each);
    if (at < 0) return FULL;
    const sink = each.sink as Sink;
    this.#visitor.begin();
    let next = this.#printer.print(src, i, end, sink.out, at, each.rules, DEPTH, this.#head, this.#visitor);
    if (next >= 0 && this.#visitor.own !== null) {
      const head = this.#visitor.head(DEPTH);
      next = this.#printer.print(src, i, end, sink.out, at, each.rules, DEPTH, head, this.#visitor);
    }
    if (next === FULL) this.#full = each;
    else if (next >= 0) each.next = this.#printer.at;
    return next;
  }

  #printStatus(each: Form, src: Buffer): number {
    const at = this.#beginItem(each);
    if (at < 0) return FULL;
    const { nameStart, nameEnd, namespaceStart, namespaceEnd } = this.#identity;
    const { statusStart, statusEnd } = this.#visitor;
    const namespace =
      namespaceStart < 0 ? '' : `,"namespace":${src.toString('utf8', namespaceStart, namespaceEnd)}`;
    const before = Buffer.from(
      `{"metadata":{"name":${src.toString('utf8', nameStart, nameEnd)}${namespace}},"status":`,
    );
    const length = before.length + statusEnd - statusStart + 1;
    if (this.#scratch.length < length) this.#scratch = Buffer.allocUnsafeSlow(length * 2);
    before.copy(this.#scratch);
    src.copy(this.#scratch, before.length, statusStart, statusEnd);
    this.#scratch[length - 1] = 0x7d;
    const sink = each.sink as Sink;
    const head = this.#visitor.own === null ? this.#head : this.#visitor.head(DEPTH);
    const next = this.#printer.print(this.#scratch, 0, length, sink.out, at, null, DEPTH, head);
    if (next === FULL) this.#full = each;
    else if (next >= 0) each.next = this.#printer.at;
    return next;
  }

  /** Writes what stands before an item, and before the first one of a file; the offset behind it, or FULL. */
  #beginItem(each: Form): number {
    each.next = -1;
    const sink = each.sink;
    if (sink === null || sink.out.length - sink.at < FILE_HEAD.length + BETWEEN.length) {
      this.#full = each;
      return FULL;
    }
    let at = sink.at;
    if (!each.open) at += FILE_HEAD.copy(sink.out, at);
    return at + (each.open ? BETWEEN : FIRST).copy(sink.out, at);
  }

  /** Names must ascend, byte by byte, for files to be the same when nothing has changed. */
  #checkOrder(src: Buffer): void {
    const { nameStart, nameEnd } = this.#identity;
    const last = this.#lastName;
    if (last.length > 0 && src.compare(last, 0, last.length, nameStart, nameEnd - 1) <= 0)
      throw new Disorder();
    this.#lastName = Buffer.from(src.subarray(nameStart, nameEnd - 1));
  }

  #commit(): void {
    for (const each of this.#all()) {
      if (each.next < 0 || each.sink === null) continue;
      if (!each.open) {
        const folder = this.#type.namespaced ? `${this.#project}/` : '';
        each.sink.begin(`${folder}${each.folder}${this.#type.name}.json`);
        each.open = true;
      }
      each.sink.at = each.next;
      each.next = -1;
    }
    this.written.objects++;
    if (this.#type.namespaced)
      this.written.projects.set(this.#project, (this.written.projects.get(this.#project) ?? 0) + 1);
  }

  #tryEndFile(each: Form): boolean {
    const sink = each.sink as Sink;
    if (sink.out.length - sink.at < FILE_TAIL.length) {
      this.#full = each;
      return false;
    }
    FILE_TAIL.copy(sink.out, sink.at);
    sink.at += FILE_TAIL.length;
    this.written.bytes += sink.end();
    this.written.files++;
    each.open = false;
    return true;
  }

  async #endFile(each: Form): Promise<void> {
    while (each.open && !this.#tryEndFile(each)) await this.makeRoom();
  }

  #all(): readonly Form[] {
    return this.#status === null ? this.#forms : [...this.#forms, this.#status];
  }
}

function form(folder: string, rules: RuleNode | null): Form {
  return { folder, rules, sink: null, open: false, next: -1 };
}

function unquoted(src: Buffer, start: number, end: number): string {
  return String(JSON.parse(src.toString('utf8', start, end)));
}
