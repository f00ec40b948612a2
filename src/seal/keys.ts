import { type FileHandle, open } from 'node:fs/promises';
import { Decrypter, Encrypter } from 'age-encryption';
import { systemCode } from '../disk/system-error.ts';
import { Failure } from '../words/failure.ts';

/** A file has one identity per line; this is room for thousands. */
const LONGEST_FILE = 1024 * 1024;

/** Checks recipients completely. Throws Failure (usage) for one with a wrong checksum. */
export function checkRecipients(recipients: readonly string[]): void {
  for (const recipient of recipients) {
    try {
      new Encrypter().addRecipient(recipient);
    } catch {
      const shown = recipient.length > 80 ? `${recipient.slice(0, 40)}…` : recipient;
      const message = `--seal-to ${shown}: is not a whole recipient; a part may be missing, or a letter wrong`;
      throw new Failure(message, null, 'usage');
    }
  }
}

/**
 * The identities in the text of a file, as age-keygen writes it: one per line; lines that begin with # are comments.
 *
 * @param file for messages, which never quote the file
 * @throws Failure (usage) with the number of a line that is not an identity
 */
export function identitiesOf(file: string, text: string): readonly string[] {
  const refuse = (line: number | null, reason: string): never => {
    throw refusal(line === null ? file : `${file}, line ${line}`, reason);
  };
  if (/^(age-encryption\.org\/v1|-----BEGIN AGE ENCRYPTED FILE-----)/.test(text))
    refuse(null, 'is protected by a passphrase; decrypt it first: age --decrypt --output key.txt FILE');
  const identities = text.split('\n').flatMap((line, index) => {
    const identity = line.trim();
    if (identity === '' || identity.startsWith('#')) return [];
    if (identity.startsWith('-----BEGIN'))
      refuse(index + 1, 'ssh and PEM keys are not supported: make a key with age-keygen');
    if (identity.startsWith('AGE-PLUGIN-')) refuse(index + 1, 'identities of plugins are not supported');
    if (identity.startsWith('age1'))
      refuse(index + 1, 'is a recipient; reading needs the identity (AGE-SECRET-KEY-…)');
    try {
      new Decrypter().addIdentity(identity);
    } catch {
      refuse(index + 1, 'is not an identity of age (AGE-SECRET-KEY-…)');
    }
    return [identity];
  });
  if (identities.length === 0) refuse(null, 'has no identity (AGE-SECRET-KEY-…)');
  return identities;
}

/**
 * The identities in files, without duplicates. Messages contain the name of the file and the number of a line, but
 * never the line itself.
 *
 * @throws Failure (usage) for a file that cannot be read, is too large, or contains something else
 */
export async function readIdentities(files: readonly string[]): Promise<readonly string[]> {
  return [...new Set((await readAll(files)).flatMap(({ identities }) => identities))];
}

/** Warnings about files that other users of this machine can read. Throws as readIdentities does. */
export async function identityWarnings(files: readonly string[]): Promise<readonly string[]> {
  return (await readAll(files))
    .filter(({ exposed }) => exposed)
    .map(({ file }) => `--identity ${file}: other users of this machine can read it; chmod 600 ${file}`);
}

interface IdentityFile {
  readonly file: string;
  readonly identities: readonly string[];
  /** Whether other users of the machine can read it. */
  readonly exposed: boolean;
}

/** Each file is read only once, since it may be a pipe. */
const known = new Map<string, Promise<IdentityFile>>();

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

/** Also reads a pipe, such as that of `<(pass show backup)`. */
async function textOf(handle: FileHandle, file: string): Promise<string> {
  const buffer = Buffer.alloc(LONGEST_FILE + 1);
  let length = 0;
  for (;;) {
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length, null);
    if (bytesRead === 0) break;
    length += bytesRead;
    if (length > LONGEST_FILE)
      throw refusal(file, `has more than ${LONGEST_FILE} bytes, so it is no file of identities`);
  }
  return buffer.toString('utf8', 0, length);
}

/** Permissions of other users. The group is not one of them: pods share the file of a Secret through it (fsGroup). */
const OTHERS = 0o007;

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist',
  EISDIR: 'is a directory',
  EACCES: 'cannot be read: permission denied (EACCES)',
  EPERM: 'cannot be read: permission denied (EPERM)',
};

function refusal(where: string, reason: string): Failure {
  return new Failure(`--identity ${where}: ${reason}`, null, 'usage');
}
