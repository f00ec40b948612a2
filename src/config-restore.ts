import { PROJECT } from './restore-rules/item.ts';

/** What `restore` needs to know besides what other commands know, too. */
export interface RestoreConfig {
  /** The text of the preference file. */
  readonly preference: string | null;
  /** Old project → new project. */
  readonly mapping: ReadonlyMap<string, string>;
  readonly replacements: readonly { readonly from: string; readonly to: string }[];
  /** Null where nobody said, so that a preference file may. */
  readonly existing: 'skip' | 'update' | 'replace' | 'fail' | null;
  readonly forceConflicts: boolean;
  /** Globs of types whose status is written. */
  readonly status: readonly string[];
  readonly preserveNodePorts: boolean;
  readonly suspend: boolean;
  /** Globs of storage classes whose claims keep their volumes. */
  readonly rebindStorageClasses: readonly string[];
  /** Milliseconds. */
  readonly wait: number;
}

/** `shop=shop-copy`. Throws Error where one of them can be no project. */
export function projectPair(text: string): readonly [string, string] {
  const [from, to] = textPair(text);
  for (const name of [from, to])
    if (!PROJECT.test(name)) throw new Error(`"${name}" can be no project; write OLD=NEW`);
  return [from, to];
}

/** `old.example.com=new.example.com`; what stands behind the first = is the new text. Throws Error. */
export function textPair(text: string): readonly [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new Error('needs OLD=NEW');
  return [text.slice(0, at), text.slice(at + 1)];
}

/** What is wrong with pairs of an option, a sentence each: of two new names for one old the last would win. */
export function pairMistakes(flag: string, pairs: ReadonlyArray<readonly [string, string]>): string[] {
  const known = new Map<string, string>();
  return pairs.flatMap(([from, to]) => {
    const before = known.get(from);
    known.set(from, to);
    return before === undefined || before === to
      ? []
      : [`--${flag}: ${from} cannot become both ${before} and ${to}`];
  });
}
