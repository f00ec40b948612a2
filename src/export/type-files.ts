import { isUtf8 } from 'node:buffer';
import type { ArchiveWriter } from '../archive/writing/writer.ts';
import { WRITTEN } from '../json/limits.ts';
import { ListMistake } from '../json/list-reader.ts';
import { FULL, Printer, type PrintForm, WHOLE } from '../json/printer.ts';
import { compileRules, type RuleRow } from '../json/pruning-paths.ts';
import { INCOMPLETE, JsonError, valueEnd } from '../json/scan.ts';
import { BINDING, EVERYWHERE, PER_TYPE } from '../plan/pruning-table.ts';
import type { Selection } from '../plan/selection.ts';
import { isGeneratedToken, TOKEN_RULES, tokenSecretOf } from '../plan/token-secrets.ts';
import { Identity } from '../types/identity.ts';
import type { ResourceType } from '../types/resource-type.ts';
import { type ItemSink, Sequence, unquoted } from './item-order.ts';
import { ItemVisitor } from './item-visitor.ts';
import { MetadataItem, StatusItem } from './items-apart.ts';
import { ITEM_DEPTH, ListFiles, ONE_A_LINE } from './list-files.ts';
import type { Turn } from './turns.ts';

/** Number of files, objects and bytes of a type. */
export interface Written {
  files: number;
  objects: number;
  bytes: number;
  /** Objects by project, without those of cluster-scoped types. */
  readonly projects: Map<string, number>;
}

/** What is written in addition to the objects. */
export interface Apart {
  readonly withStatus: boolean;
  readonly withMetadata: boolean;
}

/**
 * Writes the items of one list to the files of its type: one per project, with separate files
 * for status and server metadata, and for PersistentVolumeClaims with their binding. Items must
 * be sorted (otherwise OutOfOrder is thrown).
 */
export class TypeFiles implements ItemSink {
  readonly written: Written = { files: 0, objects: 0, bytes: 0, projects: new Map() };
  /** Whether any object had its apiVersion or kind only in the head of its list. */
  sawBare = false;
  readonly #type: ResourceType;
  readonly #writer: ArchiveWriter;
  readonly #group: number;
  readonly #selection: Selection;
  readonly #turn: Turn;
  readonly #printer = new Printer();
  readonly #identity = new Identity();
  readonly #sequence = new Sequence();
  readonly #visitor: ItemVisitor;
  /** The files of objects, in each form in which they are stored. */
  readonly #objects: readonly ListFiles[];
  readonly #status: ListFiles | null;
  readonly #statusItem = new StatusItem();
  readonly #metadata: ListFiles | null;
  readonly #metadataItem = new MetadataItem();
  readonly #all: readonly ListFiles[];
  #full: ListFiles | null = null;
  #discarded = false;
  #wanted = false;

  constructor(
    type: ResourceType,
    writer: ArchiveWriter,
    group: number,
    selection: Selection,
    { withStatus, withMetadata }: Apart,
    turn: Turn,
  ) {
    this.#type = type;
    this.#writer = writer;
    this.#group = group;
    this.#selection = selection;
    this.#turn = turn;
    this.#visitor = new ItemVisitor(type);
    const head = this.#visitor.head(ITEM_DEPTH);
    const pruned = (...rows: readonly RuleRow[]): PrintForm => ({
      rules: compileRules([...EVERYWHERE, ...PER_TYPE, ...rows], type.name),
      depth: ITEM_DEPTH,
      head,
      visitor: this.#visitor,
    });
    const binds = BINDING.some((row) => row.types.includes(type.name));
    this.#objects = binds
      ? [new ListFiles('', pruned(...BINDING)), new ListFiles('_bound', pruned())]
      : [new ListFiles('', pruned())];
    this.#status = withStatus ? new ListFiles('_status', { ...WHOLE, depth: ITEM_DEPTH, head }) : null;
    this.#metadata = withMetadata ? new ListFiles('_metadata', WHOLE, ONE_A_LINE) : null;
    this.#all = [...this.#objects, this.#status, this.#metadata].flatMap((files) => files ?? []);
  }

  /** @throws JsonError if it is not an object; ListMistake if it is of another type; OutOfOrder */
  item(src: Buffer, i: number, end: number): number {
    this.#assertWanted();
    if (this.#identity.find(src, i, end) === INCOMPLETE) return INCOMPLETE;
    if (!this.#enterProject(src)) return FULL;
    if (!this.#wanted) return valueEnd(src, i, end);
    let next = INCOMPLETE;
    for (const files of this.#objects) {
      next = this.#noted(files, this.#printObject(files, src, i, end));
      if (next < 0 || this.#visitor.leftOut) return next;
    }
    if (!isUtf8(src.subarray(i, next))) throw new JsonError('bytes that are not UTF-8', i);
    const mistake = this.#visitor.mistake;
    if (mistake !== null) throw new ListMistake(mistake);
    this.sawBare ||= this.#visitor.isBare;
    if (this.#status !== null && this.#visitor.statusStart >= 0) {
      const printed = this.#noted(this.#status, this.#printStatus(this.#status, src));
      if (printed < 0) return printed;
    }
    if (this.#metadata !== null) {
      const printed = this.#noted(this.#metadata, this.#printMetadata(this.#metadata, src));
      if (printed < 0) return printed;
    }
    this.#sequence.checkName(this.#identity, src);
    this.#commit();
    return next;
  }

  async makeRoom(): Promise<void> {
    const files = this.#full;
    if (files === null) return;
    if (files.needsTurn) await this.#turn.take('writing');
    await files.makeRoom(async () => {
      const sink = await this.#writer.openSink(this.#group);
      // If everything was discarded in the meantime, this file is not included.
      if (this.#discarded) sink.discard();
      return sink;
    });
    this.#assertWanted();
    this.#full = null;
    if (!this.#all.some(({ isLarge }) => isLarge)) this.#turn.give('writing');
  }

  /** Ends all files. */
  async finish(): Promise<void> {
    for (const files of this.#all) while (!this.#endFile(files)) await this.makeRoom();
    for (const { sink } of this.#all) sink?.close();
  }

  /**
   * Takes back everything: the list failed, or is begun again. An item that still
   * waits for room then, as when the connection breaks meanwhile, is refused.
   */
  discard(): void {
    this.#discarded = true;
    this.#writer.withdraw(
      this.#group,
      this.#all.flatMap(({ sink }) => sink ?? []),
    );
  }

  #assertWanted(): void {
    if (this.#discarded) throw new Error(`the files of ${this.#type.name} were discarded`);
  }

  /** Ends the files of the project if the item belongs to another one; false if this needs room first. */
  #enterProject(src: Buffer): boolean {
    const { nameStart, nameEnd } = this.#identity;
    if (!this.#type.namespaced) {
      this.#wanted =
        this.#type.name !== 'namespaces' || this.#selection.hasProject(unquoted(src, nameStart, nameEnd));
      return true;
    }
    if (this.#sequence.project !== '' && this.#sequence.continues(this.#identity, src)) return true;
    if (!this.#all.every((files) => this.#endFile(files))) return false;
    this.#sequence.enter(this.#identity, src);
    this.#wanted = this.#selection.hasProject(this.#sequence.project);
    return true;
  }

  #printObject(files: ListFiles, src: Buffer, i: number, end: number): number {
    return files.print(this.#printer, (out, at, indented) => {
      this.#printer.indents = indented;
      let { form } = files;
      const print = (by: PrintForm) => this.#printer.print(src, i, end, out, at, by);
      this.#visitor.begin();
      let next = print(form);
      if (next >= 0 && this.#visitor.isToken) {
        this.#visitor.leftOut = isGeneratedToken(tokenSecretOf(src.subarray(i, next)));
        if (this.#visitor.leftOut) return next;
        // The type of a Secret follows its data, so only now it is known whether it is excluded.
        form = { ...form, rules: TOKEN_RULES };
        this.#visitor.again();
        next = print(form);
      }
      if (next < 0 || this.#visitor.own === null) return next;
      this.#visitor.again();
      return print(this.#ownForm(form));
    });
  }

  #printStatus(files: ListFiles, src: Buffer): number {
    const item = this.#statusItem.of(src, this.#identity, this.#visitor);
    const form = this.#visitor.own === null ? files.form : this.#ownForm(files.form);
    return files.print(this.#printer, (out, at, indented) => {
      this.#printer.indents = indented;
      return this.#printer.print(item, 0, item.length, out, at, form);
    });
  }

  /** For an object with another apiVersion or kind than its list. */
  #ownForm(form: PrintForm): PrintForm {
    return { ...form, head: this.#visitor.head(ITEM_DEPTH) };
  }

  #printMetadata(files: ListFiles, src: Buffer): number {
    return files.print(this.#metadataItem, (out, at) =>
      this.#metadataItem.print(src, this.#identity, this.#visitor, out, at),
    );
  }

  /** Records which files need room. */
  #noted(files: ListFiles, result: number): number {
    if (result === FULL) this.#full = files;
    return result;
  }

  #commit(): void {
    if (this.written.objects >= WRITTEN.objects)
      throw new ListMistake(`it has more than ${WRITTEN.objects} objects`);
    const project = this.#type.namespaced ? this.#sequence.project : null;
    for (const files of this.#all)
      files.commit(project, this.#type.name, files !== this.#metadata || this.#visitor.isBeingDeleted);
    this.written.objects++;
    if (!this.#type.namespaced) return;
    const { projects } = this.written;
    if (projects.size >= WRITTEN.projects && !projects.has(this.#sequence.project))
      throw new ListMistake(`it has objects in more than ${WRITTEN.projects} projects`);
    projects.set(this.#sequence.project, (projects.get(this.#sequence.project) ?? 0) + 1);
  }

  /** False if the end needs room first. */
  #endFile(files: ListFiles): boolean {
    const bytes = this.#noted(files, files.end());
    if (bytes > 0) {
      this.written.bytes += bytes;
      this.written.files++;
    }
    return bytes !== FULL;
  }
}
