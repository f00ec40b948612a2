import { type FileHandle, open } from 'node:fs/promises';
import { systemCode } from '../disk/system-error.ts';
import { Failure } from '../words/failure.ts';
import { identitiesOf, LONGEST_IDENTITY_FILE } from './keys.ts';

interface IdentityFile {
  readonly file: string;
  readonly identities: readonly string[];
  /** Permissions that other users of the machine have. */
  readonly exposed: boolean;
}

/** A file is read once: it may be a pipe. */
const known = new Map<string, Promise<IdentityFile>>();

/**
 * The identities in files. Messages name the file and the number of a line, never what it has.
 *
 * @throws Failure (usage) for a file that cannot be read, is too large, or has something else
 */
export async function readIdentities(files: readonly string[]): Promise<readonly string[]> {
  return [...new Set((await readAll(files)).flatMap(({ identities }) => identities))];
}

/** Warnings about files that other users of this machine can read. Throws as readIdentities. */
export async function identityWarnings(files: readonly string[]): Promise<readonly string[]> {
  return (await readAll(files))
    .filter(({ exposed }) => exposed)
    .map(({ file }) => `--identity ${file}: other users of this machine can read it; chmod 600 ${file}`);
}

async function readAll(files: readonly string[]): Promise<IdentityFile[]> {
  return await Promise.all(
    files.map((file) => {
      const reading = known.get(file) ?? readFile(file);
      known.set(file, reading);
      return reading;
    }),
  );
}

async function readFile(file: string): Promise<IdentityFile> {
  let handle: FileHandle | null = null;
  try {
    handle = await open(file, 'r');
    const stat = await handle.stat();
    if (stat.isDirectory()) throw refusal(file, 'is a directory');
    const identities = identitiesOf(file, await textOf(handle, file));
    return { file, identities, exposed: stat.isFile() && (stat.mode & OTHERS) !== 0 };
  } catch (error) {
    const code = systemCode(error);
    if (code === null) throw error;
    throw refusal(file, REASONS[code] ?? `cannot be read (${code})`);
  } finally {
    await handle?.close();
  }
}

/** Also of a pipe, such as `<(pass show backup)` makes. */
async function textOf(handle: FileHandle, file: string): Promise<string> {
  const buffer = Buffer.alloc(LONGEST_IDENTITY_FILE + 1);
  let length = 0;
  for (;;) {
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length, null);
    if (bytesRead === 0) break;
    length += bytesRead;
    if (length > LONGEST_IDENTITY_FILE)
      throw refusal(file, `has more than ${LONGEST_IDENTITY_FILE} bytes, so it is no file of identities`);
  }
  return buffer.toString('utf8', 0, length);
}

/** Not the group: it is how pods share the file of a Secret (fsGroup). */
const OTHERS = 0o007;

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist',
  EISDIR: 'is a directory',
  EACCES: 'cannot be read: permission denied (EACCES)',
  EPERM: 'cannot be read: permission denied (EPERM)',
};

function refusal(file: string, reason: string): Failure {
  return new Failure(`--identity ${file}: ${reason}`, null, 'usage');
}
