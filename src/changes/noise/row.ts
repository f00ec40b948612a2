/** What objects are called in the closing line: one of them, and several. */
export type Nouns = readonly [one: string, many: string];

/** A fact about an object that a row asks for; all checker of a row must hold. */
export type Condition =
  | { readonly kind: 'label'; readonly key: string; readonly value?: string }
  /** A key that ends in `*` stands for every key that begins so. */
  | { readonly kind: 'annotation'; readonly key: string }
  /** The value at a path of keys is this text. */
  | { readonly kind: 'field'; readonly path: readonly string[]; readonly value: string }
  /** An owner of one of these kinds: `Deployment.apps`, `Pod` for one of the core group; its name begins so. */
  | { readonly kind: 'owner'; readonly kinds: readonly string[]; readonly name?: string }
  /** An owner, of whatever kind, that is marked as the controller. */
  | { readonly kind: 'controlled' }
  /** Every address of an Endpoints object is that of a pod. */
  | { readonly kind: 'addresses of pods' }
  /** The Service of the same name in the project has a selector. */
  | { readonly kind: 'service with selector' };

/** What every row of the two tables tells. */
interface Row {
  /** Full type names, or globs of them; '*' means every type. */
  readonly types: readonly string[] | '*';
  readonly when?: readonly Condition[];
  /** Why a change of this kind is nobody's doing. */
  readonly reason: string;
  /** Where the behaviour is described. */
  readonly source: string;
  readonly nouns: Nouns;
}

/** Objects that are passed over whole: whether they come, go or change. */
export type ObjectNoise = Row;

/** A field that is passed over, in objects that are compared. */
export interface FieldNoise extends Row {
  /** In the syntax of --ignore, which is that of diff. */
  readonly path: string;
  /** What stands in the place of a text, so that it still counts whether there is any. */
  readonly placeholder?: string;
  /**
   * A controller or the server writes the field again whatever is sent, so that restoring it has no
   * effect: a restore compares objects without it. All other noise is a difference to a restore.
   * Where conditions are given, one of them must hold.
   */
  readonly bookkeeping?: true | readonly Condition[];
}

export const label = (key: string, value?: string): Condition =>
  value === undefined ? { kind: 'label', key } : { kind: 'label', key, value };
export const annotation = (key: string): Condition => ({ kind: 'annotation', key });
export const field = (path: string, value: string): Condition => ({
  kind: 'field',
  path: path.split('.'),
  value,
});
export const owner = (...kinds: readonly string[]): Condition => ({ kind: 'owner', kinds });
