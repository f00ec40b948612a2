import type { Fields } from '../json/value.ts';
import type { ArchiveIndex } from './archive-index.ts';
import type { Item } from './item.ts';

/** What somebody wants otherwise than it stands in the archive. */
export interface Overrides {
  /** Old storage class → new storage class. */
  readonly storageClasses: ReadonlyMap<string, string>;
  /** Old → new beginning of references to images. */
  readonly images: ReadonlyMap<string, string>;
  /** Labels for everything that is restored. */
  readonly labels: ReadonlyMap<string, string>;
}

/** Everything as it stands in the archive. */
export const NO_OVERRIDES: Overrides = { storageClasses: new Map(), images: new Map(), labels: new Map() };

/** What somebody chose of the ways to bring objects back. */
export interface RewriteOptions {
  /** Old project → new project. */
  readonly mapping: ReadonlyMap<string, string>;
  readonly overrides: Overrides;
  readonly replacements: readonly { readonly from: string; readonly to: string }[];
  readonly preserveNodePorts: boolean;
  readonly suspend: boolean;
  /** Globs of storage classes whose claims keep their volumes. */
  readonly rebindStorageClasses: readonly string[];
  /** No webhook can be called where it is restored, so that no object can be converted. */
  readonly withoutConversion?: true;
}

/** What the server says of a type. */
export interface TypeFacts {
  /** Whether `status` is a subresource; where it is none, it is a field like any other. */
  readonly hasStatus: boolean;
}

/** What a rule may ask besides the object. */
export interface RuleContext {
  readonly options: RewriteOptions;
  readonly archiveIndex: ArchiveIndex;
  readonly facts: TypeFacts;
  /** The object as it stands in the archive. */
  readonly item: Item;
  /** Where a project is restored to; itself where it is not mapped. */
  readonly target: (project: string) => string;
}

/** Whether the object comes back in another project, beside the first or instead of it. */
export function isCopied({ item, target }: RuleContext): boolean {
  return item.project !== null && target(item.project) !== item.project;
}

interface Row {
  /** What the report and the documentation call it. */
  readonly rule: string;
  /** Globs over full type names. */
  readonly types: readonly string[];
  readonly reason: string;
  /** Where it is written that it has to be so. */
  readonly source: string;
}

/** An object that is not restored. */
export interface SkipRow extends Row {
  readonly skips: (item: Item, context: RuleContext) => boolean;
}

/** @param met the value of an option that met something, so that others can be reported as unused */
export type TakeNote = (what: string, met?: string) => void;

/** Paths below which an existing object keeps what it holds, and gets what a copy of a project needs. */
export interface SharedFields {
  readonly lists?: readonly string[];
  /** Namespace selectors; of the items of a list: `webhooks[*].namespaceSelector`. */
  readonly selectors?: readonly string[];
}

/** Something about an object that is restored otherwise. */
export interface ChangeRow extends Row {
  /** The very same fields where there is nothing to change; `note` says what changed where the reason does not. */
  readonly change: (fields: Fields, context: RuleContext, note: TakeNote) => Fields;
  /** Not worth a note: it is so with every object. */
  readonly silent?: true;
  /** Of an object that serves several projects, what is merged if the object exists; see shared-objects.ts. */
  readonly shared?: SharedFields;
}
