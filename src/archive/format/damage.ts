import { systemCode } from '../../disk/system-error.ts';
import { Failure } from '../../words/failure.ts';

/** An archive with invalid content. */
export class Damage extends Failure {
  /** As in the message. */
  readonly file: string;
  /** The error, with entry and offset if they are known, without the name of the file. */
  readonly reason: string;

  constructor(file: string, reason: string) {
    super(
      `${file} is damaged: ${reason}`,
      `openshift-backup verify ${file} lists everything that is wrong with it`,
    );
    this.name = 'Damage';
    this.file = file;
    this.reason = reason;
  }
}

/** An archive that could not be read, or not to its end; its content may be intact. */
export class Unreadable extends Failure {
  readonly file: string;
  readonly reason: string;

  constructor(file: string, reason: string, hint: string) {
    super(`cannot read ${file}: ${reason}`, hint);
    this.name = 'Unreadable';
    this.file = file;
    this.reason = reason;
  }
}

/** A sealed archive that none of the given identities opens. */
export class Sealed extends Unreadable {
  constructor(file: string, reason: string, hint: string) {
    super(file, reason, hint);
    this.message = `${file} is sealed: ${reason}`;
    this.name = 'Sealed';
  }
}

/** What is wrong with bytes that were read: the only error that explain() takes for damage. */
export class Malformed extends Error {}

/**
 * Turns whatever reading an archive threw into a Failure. Only bytes that were read and
 * found wrong are Damage, since retention lets damaged archives age; everything else (the
 * operating system, a network, memory, an unexpected error) is Unreadable.
 *
 * @param place where in the archive: `entry web/configmaps.json at offset 4711`, or ''
 */
export function explain(file: string, place: string, error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof Malformed)
    return new Damage(file, place === '' ? error.message : `${place}: ${error.message}`);
  const code = systemCode(error);
  return new Unreadable(file, code === null ? messageOf(error) : systemReason(code), systemHint(code ?? ''));
}

/** Errors of zlib and Buffer about the bytes; Z_MEM_ERROR is not one. */
const FORMAT_CODES = new Set([
  'Z_DATA_ERROR',
  'Z_BUF_ERROR',
  'Z_NEED_DICT',
  'ERR_BUFFER_TOO_LARGE',
  'ERR_BUFFER_OUT_OF_BOUNDS',
  'ERR_OUT_OF_RANGE',
]);

/**
 * What taking a zip apart threw, as Malformed where zlib or Buffer say by their codes that it is
 * about the zip. It is for code that only looks at bytes: what reads them turns its own failures
 * into Unreadable.
 */
export function asMalformed(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof Failure) return error;
  if (!('code' in error && FORMAT_CODES.has(String(error.code)))) return error;
  // zlib says this when the content exceeds `maxOutputLength`, which is the size of the entry.
  if (error.code === 'ERR_BUFFER_TOO_LARGE')
    return new Malformed('its content is longer than the size in the zip directory');
  return new Malformed(error.message);
}

const LONGEST_MESSAGE = 500;

/** One line with code and cause: `fetch failed` alone does not help. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error).slice(0, LONGEST_MESSAGE);
  const code = 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : '';
  const cause = error.cause instanceof Error ? `: ${messageOf(error.cause)}` : '';
  return `${error.message || error.name}${code}${cause}`.replace(/\s+/g, ' ').slice(0, LONGEST_MESSAGE);
}

function systemReason(code: string): string {
  const known: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such file',
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    EISDIR: 'it is a directory',
    EIO: 'the volume reports an I/O error',
    ESTALE: 'the volume was remounted, or the file was removed in the meantime',
    EMFILE: 'this process has too many open files',
    ENFILE: 'the system has too many open files',
    ENOMEM: 'out of memory',
  };
  return `${known[code] ?? 'the operating system refuses'} (${code})`;
}

function systemHint(code: string): string {
  if (code === 'ENOENT') return 'openshift-backup list names the archives on the volume';
  if (code === 'EACCES' || code === 'EPERM') return 'the file must be readable for the user of this process';
  return 'try again; if it happens again, check the volume and its storage';
}
