/** The nouns for objects in the closing line: singular and plural. */
export type Nouns = readonly [one: string, many: string];

/** A condition of a row about an object; all conditions of a row must hold. */
export type Condition =
  | { readonly kind: 'label'; readonly key: string; readonly value?: string }
  /** A key that ends in `*` matches every key with that prefix. */
  | { readonly kind: 'annotation'; readonly key: string }
  /** The value at a path of keys is this string. */
  | { readonly kind: 'field'; readonly path: readonly string[]; readonly value: string }
  /** An owner of one of these kinds: `Deployment.apps`, or `Pod` for the core group; `name` is a prefix of its name. */
  | { readonly kind: 'owner'; readonly kinds: readonly string[]; readonly name?: string }
  /** An owner of any kind that is marked as the controller. */
  | { readonly kind: 'controlled' }
  /** Every address of an Endpoints object is that of a pod. */
  | { readonly kind: 'addresses of pods' }
  /** The Service of the same name in the project has a selector. */
  | { readonly kind: 'service with selector' };

/** The fields of all rows in both tables. */
interface Row {
  /** Full type names, or globs of them; '*' means every type. */
  readonly types: readonly string[] | '*';
  readonly when?: readonly Condition[];
  /** Why this is not a change that somebody made. */
  readonly reason: string;
  /** Where the behaviour is described. */
  readonly source: string;
  readonly nouns: Nouns;
}

/** Objects that are not compared, whether they are added, removed or changed. */
export type ObjectNoise = Row;

/** A field that is ignored in objects that are compared. */
export interface FieldNoise extends Row {
  /** In the syntax of --ignore, which is that of diff. */
  readonly path: string;
  /** Replaces a string, so that adding or removing it still counts. */
  readonly placeholder?: string;
  /**
   * A controller or the server overwrites the field, so restoring it has no effect: a restore
   * compares objects without it. All other noise counts as a difference in a restore.
   * If conditions are given, one of them must hold.
   */
  readonly bookkeeping?: true | readonly Condition[];
}

/** The object has this label, with this value if one is given. A key that ends in `*` is a prefix. */
export const label = (key: string, value?: string): Condition =>
  value === undefined ? { kind: 'label', key } : { kind: 'label', key, value };
/** The object has this annotation. A key that ends in `*` is a prefix. */
export const annotation = (key: string): Condition => ({ kind: 'annotation', key });
/** The field at this path (keys joined by dots) has this string value. */
export const field = (path: string, value: string): Condition => ({
  kind: 'field',
  path: path.split('.'),
  value,
});
/** The object has an owner of one of these kinds: `Deployment.apps`, or `Pod` for the core group. */
export const owner = (...kinds: readonly string[]): Condition => ({ kind: 'owner', kinds });
