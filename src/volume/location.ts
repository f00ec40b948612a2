/** The clouds whose buckets can hold archives, by the scheme of their URLs. */
export type BucketScheme = 's3' | 'azblob' | 'gs';

/** A bucket, or the part of it whose keys begin with a prefix. */
export interface BucketLocation {
  readonly kind: 'bucket';
  /** As the user wrote it. */
  readonly text: string;
  readonly scheme: BucketScheme;
  /** Azure calls it a container. */
  readonly bucket: string;
  /** '' or a path that ends with a slash. */
  readonly prefix: string;
}

/** Where archives are kept, as `--volume` names it. */
export type Location = BucketLocation | { readonly kind: 'directory'; readonly text: string };

const URL_START = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/(.*)$/s;
const SCHEMES: Readonly<Record<string, BucketScheme>> = { s3: 's3', azblob: 'azblob', gs: 'gs' };
/** What S3, Azure and Google Cloud Storage accept; each is stricter than this. */
const BUCKET = /^[a-z0-9$][a-z0-9._-]{1,221}$/i;
const LONGEST_PREFIX = 900;

/** Whether a text is a URL and no path: `s3://bucket/archive.zip`. */
export function isUrl(text: string): boolean {
  return URL_START.test(text);
}

/**
 * Reads a location: `/backups`, `s3://bucket/prefix`.
 *
 * @throws Error that says what is wrong with a URL
 */
export function parseLocation(text: string): Location {
  const url = URL_START.exec(text);
  if (url === null) return { kind: 'directory', text };
  const [, scheme = '', rest = ''] = url;
  const known = SCHEMES[scheme.toLowerCase()];
  if (known === undefined)
    throw new Error('must be a directory or a URL: s3://BUCKET, azblob://CONTAINER or gs://BUCKET');
  const slash = rest.indexOf('/');
  const bucket = slash < 0 ? rest : rest.slice(0, slash);
  if (!BUCKET.test(bucket)) throw new Error(`"${bucket}" is not the name of a bucket`);
  const path = slash < 0 ? '' : rest.slice(slash + 1).replace(/\/+$/, '');
  const mistake = prefixMistake(path);
  if (mistake !== null) throw new Error(mistake);
  return { kind: 'bucket', text, scheme: known, bucket, prefix: path === '' ? '' : `${path}/` };
}

/** Keys of buckets are texts, not paths: `a//b` and `a/../b` are keys like any other, but never meant. */
function prefixMistake(path: string): string | null {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
  if (/[?#\\\u0000-\u001f\u007f]/.test(path))
    return 'the prefix must not contain ?, #, backslashes or control characters';
  if (path !== '' && path.split('/').some((part) => part === '' || part === '.' || part === '..'))
    return 'the prefix must not contain empty parts, . or ..';
  return path.length > LONGEST_PREFIX ? `the prefix must have at most ${LONGEST_PREFIX} characters` : null;
}

/**
 * Splits the URL of an archive into its store and its file name.
 *
 * @returns null if it names a bucket and no archive
 * @throws as parseLocation
 */
export function parseArchiveUrl(text: string): { store: Location; file: string } | null {
  const slash = text.lastIndexOf('/');
  const file = text.slice(slash + 1);
  // The slashes of s3:// do not end a store.
  const store = /^[^/]+:\/$/.test(text.slice(0, slash)) ? null : parseLocation(text.slice(0, slash));
  return store === null || file === '' ? null : { store, file };
}
