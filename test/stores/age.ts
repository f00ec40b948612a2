import { execFileSync } from 'node:child_process';
import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROVIDE = fileURLToPath(new URL('provide.sh', import.meta.url));
let path: string | null = null;

/** PATH with the real `age` and `age-keygen` first: those of the system may be missing, or too old for post-quantum keys. */
export function pathWithAge(): string {
  path ??= [execFileSync('bash', [PROVIDE], { encoding: 'utf8' }).trim(), process.env.PATH].join(delimiter);
  return path;
}

/** What `age` opens with the identity in a file. Throws if it does not. */
export function openedByAge(key: string, sealed: string): Buffer {
  return age(['--decrypt', '--identity', key, sealed]);
}

/** What `age` prints. */
export function age(words: readonly string[], input: Buffer | null = null): Buffer {
  const env = { ...process.env, PATH: pathWithAge() };
  return execFileSync('age', words, { maxBuffer: 1e9, env, ...(input === null ? {} : { input }) });
}
