import type { Fields } from '../json/value.ts';
import type { ArchiveIndex } from './archive-index.ts';
import type { Item } from './item.ts';

/** Values that are changed by options. */
export interface Overrides {
  /** Old storage class → new storage class. */
  readonly storageClasses: ReadonlyMap<string, string>;
  /** Old → new beginning of references to images. */
  readonly images: ReadonlyMap<string, string>;
  /** Labels for everything that is restored. */
  readonly labels: ReadonlyMap<string, string>;
}

/** No changed values. */
export const NO_OVERRIDES: Overrides = { storageClasses: new Map(), images: new Map(), labels: new Map() };

/** Options of a restore that concern the rules. */
export interface RewriteOptions {
  /** Old project → new project. */
  readonly mapping: ReadonlyMap<string, string>;
  readonly overrides: Overrides;
  readonly replacements: readonly { readonly from: string; readonly to: string }[];
  readonly preserveNodePorts: boolean;
  readonly suspend: boolean;
  /** Globs of storage classes whose claims keep their volumes. */
  readonly rebindStorageClasses: readonly string[];
  /** The API server can call no webhooks, so that no object can be converted. */
  readonly withoutConversion?: true;
}

/** What the server reports about a type. */
export interface TypeFacts {
  /** Whether `status` is a subresource; if not, it is a field like any other. */
  readonly hasStatus: boolean;
}

/** What a rule can use in addition to the object. */
export interface RuleContext {
  readonly options: RewriteOptions;
  readonly archiveIndex: ArchiveIndex;
  readonly facts: TypeFacts;
  /** The archived object. */
  readonly item: Item;
  /** The project to which a project is restored; itself if it is not mapped. */
  readonly target: (project: string) => string;
}

/** Whether the object is restored to another project. */
export function isCopied({ item, target }: RuleContext): boolean {
  return item.project !== null && target(item.project) !== item.project;
}

interface Row {
  /** Its name in the report and the documentation. */
  readonly rule: string;
  /** Globs over full type names. */
  readonly types: readonly string[];
  readonly reason: string;
  /** The documentation of the reason. */
  readonly source: string;
}

/** An object that is not restored. */
export interface SkipRow extends Row {
  readonly skips: (item: Item, context: RuleContext) => boolean;
}

/** @param met the value of an option that had an effect, so that others can be reported as unused */
export type TakeNote = (what: string, met?: string) => void;

/** Paths below which an existing object keeps what it holds, and gets what a copy of a project needs. */
export interface SharedFields {
  readonly lists?: readonly string[];
  /** Namespace selectors; of the items of a list: `webhooks[*].namespaceSelector`. */
  readonly selectors?: readonly string[];
}

/** A change of an object. */
export interface ChangeRow extends Row {
  /** Returns the same object if nothing changes; `note` adds details that the reason does not have. */
  readonly change: (fields: Fields, context: RuleContext, note: TakeNote) => Fields;
  /** Not reported, since it concerns nearly every object. */
  readonly silent?: true;
  /** Of an object that serves several projects, what is merged if the object exists; see shared-objects.ts. */
  readonly shared?: SharedFields;
}
