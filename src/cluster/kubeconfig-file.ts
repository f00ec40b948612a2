import { createReadStream, readFileSync, type Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { Failure } from '../words/failure.ts';

/** A kubeconfig that can be read again when credentials may have changed. */
export interface KubeconfigFile {
  /** For messages: its path, or `stdin`. */
  readonly name: string;
  /** The base of relative paths in it; null if it comes from a pipe, which has no directory. */
  readonly directory: string | null;
  /** The content; throws what Node throws. */
  readonly read: () => string;
}

/** Returns the stream for `-`; a function, since Node opens stdin at the first access. */
export type Stdin = () => AsyncIterable<Uint8Array>;

/** The longest kubeconfig in bytes; one with thousands of contexts has less than a tenth. */
const LONGEST = 8 * 1024 * 1024;
const STDIN: ReadonlySet<string> = new Set(['-', '/dev/stdin', '/dev/fd/0', '/proc/self/fd/0']);

/**
 * Opens a kubeconfig. A file is read again each time, since renewed credentials are written to
 * it. Stdin and pipes (`<(oc config view --raw)`) can be read only once, so their content
 * stays in memory; it is never written to disk.
 *
 * @param file `-` is stdin
 * @throws Failure if it cannot be read; its ending is `usage` if there is no such file
 */
export async function openKubeconfig(
  file: string,
  stdin: Stdin,
  signal: AbortSignal | null,
): Promise<KubeconfigFile> {
  if (STDIN.has(file)) return piped('stdin', await textOf('stdin', stdin(), signal));
  const stats = await statsOf(file);
  if (stats.isDirectory()) throw unreadable(file, 'it is a directory');
  if (!stats.isFile()) return piped(file, await textOf(file, createReadStream(file), signal));
  if (stats.size > LONGEST) throw unreadable(file, `it has more than ${LONGEST} bytes`);
  return { name: file, directory: path.dirname(file), read: () => readFileSync(file, 'utf8') };
}

function piped(name: string, text: string): KubeconfigFile {
  if (text.trim() !== '') return { name, directory: null, read: () => text };
  throw new Failure(
    `cannot load the kubeconfig from ${name}: it is empty`,
    'pass yours with kubectl config view --raw --flatten --minify | kubectl exec -i …; -i is required',
  );
}

async function statsOf(file: string): Promise<Stats> {
  try {
    return await stat(file);
  } catch (error) {
    const message = messageOf(error);
    const isMissing = /^(ENOENT|ENOTDIR)/.test(message);
    throw unreadable(file, message, isMissing ? 'usage' : 'failed');
  }
}

/** Waits for the end of input, as every filter does; the signal ends it. */
async function textOf(
  name: string,
  stream: AsyncIterable<Uint8Array>,
  signal: AbortSignal | null,
): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  const reading = (async () => {
    for await (const chunk of stream) {
      bytes += chunk.length;
      if (bytes > LONGEST) throw new Error(`it has more than ${LONGEST} bytes`);
      chunks.push(chunk);
    }
  })();
  try {
    signal?.throwIfAborted();
    await Promise.race([reading, aborted.promise]);
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    throw unreadable(name, messageOf(error));
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function unreadable(file: string, why: string, ending: 'usage' | 'failed' = 'failed'): Failure {
  return new Failure(
    `cannot load the kubeconfig ${file}: ${why}`,
    'name a readable kubeconfig with --kubeconfig FILE, or pipe one into --kubeconfig -',
    ending,
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
