import { Failure } from '../snapshot/failure.ts';
import { systemCode } from './system-error.ts';

/** An archive whose content is not what it should be. */
export class Damage extends Failure {
  /** What is wrong, with entry and offset where they are known, without the file's name. */
  readonly reason: string;

  constructor(file: string, reason: string) {
    super(`${file} is damaged: ${reason}`, `openshift-backup verify ${file} tells all that is wrong with it`);
    this.name = 'Damage';
    this.reason = reason;
  }
}

/** An archive that could not be read at all; its content may well be whole. */
export class Unreadable extends Failure {
  readonly reason: string;

  constructor(file: string, reason: string, hint: string) {
    super(`cannot read ${file}: ${reason}`, hint);
    this.name = 'Unreadable';
    this.reason = reason;
  }
}

/**
 * Turns whatever reading an archive threw into a Failure: what the operating
 * system says is Unreadable, what yauzl and zlib say is Damage.
 *
 * @param place where in the archive: `entry web/configmaps.json at offset 4711`, or ''
 */
export function explain(file: string, place: string, error: unknown): Failure {
  if (error instanceof Failure) return error;
  const code = systemCode(error);
  if (code !== null) return new Unreadable(file, systemReason(code), systemHint(code));
  const message = error instanceof Error ? error.message : String(error);
  return new Damage(file, place === '' ? message : `${place}: ${message}`);
}

function systemReason(code: string): string {
  const known: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such file',
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    EISDIR: 'it is a directory',
    EIO: 'the volume reports an I/O error',
    ESTALE: 'the volume was mounted anew or the file was removed meanwhile',
  };
  return `${known[code] ?? 'the operating system refuses'} (${code})`;
}

function systemHint(code: string): string {
  if (code === 'ENOENT') return 'openshift-backup list names the archives on the volume';
  if (code === 'EACCES' || code === 'EPERM') return 'the file must be readable for the user of this process';
  return 'try again; if it stays, look at the volume and its storage';
}
