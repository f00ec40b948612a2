import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Manifest } from '../../src/archive/format/manifest.ts';
import { isJsonObject, type JsonObject, listAt, textAt } from '../support/kube-object.ts';
import { PROGRAM } from '../support/program.ts';

const { PATH = '', NODE_COMPILE_CACHE, TMPDIR } = process.env;

/** All of the caller's environment that reaches the program: where programs are, what Node has compiled, and the temporary directory. */
export const OWN: Readonly<Record<string, string>> = {
  PATH,
  ...(NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE }),
  // Where run.ts finds what the program has left.
  ...(TMPDIR === undefined ? {} : { TMPDIR }),
};

/** As in a pod, so that tests can read the log line by line. */
export const LOGGING = { OPENSHIFT_BACKUP_LOG_FORMAT: 'json' };

/** How a run of the program ended, and all that it said. */
export interface CliRun {
  /** Exit code; null where a signal ended it. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The lines of stderr that are JSON. */
  readonly log: readonly JsonObject[];
}

/** What surrounds a run; nothing of the caller's own environment but OWN reaches it. */
export interface RunOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Words before `node`, such as `unshare -m`. */
  readonly through?: readonly string[];
  /** What is run; default: node with the built program. */
  readonly program?: readonly string[];
}

/** Runs `openshift-backup WORDS`; it finds no credentials but those that words and environment name. */
export async function runCli(
  words: readonly string[],
  { environment = {}, through = [], program = [process.execPath, PROGRAM] }: RunOptions = {},
): Promise<CliRun> {
  const [command = '', ...rest] = [...through, ...program, ...words];
  const env = { ...OWN, HOME: '/nonexistent', ...LOGGING, ...environment };
  const child = spawn(command, rest, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const [stdout, stderr, status] = await Promise.all([textOf(child.stdout), textOf(child.stderr), ended]);
  return { status, stdout, stderr, log: logLines(stderr) };
}

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts).toString();
}

/** The lines of a log that are JSON. */
export function logLines(stderr: string): JsonObject[] {
  return stderr.split('\n').flatMap(jsonLine);
}

function jsonLine(line: string): JsonObject[] {
  if (!line.startsWith('{')) return [];
  const value: unknown = JSON.parse(line);
  return isJsonObject(value) ? [value] : [];
}

/** A directory for archives, removed with `using`. */
export class Volume {
  readonly path = mkdtempSync(join(tmpdir(), 'volume-'));

  /** Names of the archives, the oldest first. */
  archives(): string[] {
    return readdirSync(this.path)
      .filter((file) => file.endsWith('.zip'))
      .sort();
  }

  /** Everything that lies there, also what is hidden. */
  files(): string[] {
    return readdirSync(this.path).sort();
  }

  /** The newest archive. Throws an Error where there is none. */
  latest(): ZipFile {
    const name = this.archives().at(-1);
    if (name === undefined) throw new Error(`no archive in ${this.path}, but ${this.files().join(', ')}`);
    return new ZipFile(join(this.path, name));
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** An archive as `unzip` reads it, which knows nothing of the code under test. Throws where unzip fails. */
export class ZipFile {
  readonly path: string;
  readonly names: readonly string[];

  constructor(path: string) {
    this.path = path;
    this.names = unzip('-Z1', path).toString().trim().split('\n').sort();
  }

  /** The files of types, without status and binding. */
  get typeFiles(): string[] {
    return this.names.filter(
      (name) => name.endsWith('.json') && name !== 'manifest.json' && !name.includes('_'),
    );
  }

  text(name: string): string {
    return unzip('-p', this.path, name).toString();
  }

  json(name: string): unknown {
    return JSON.parse(this.text(name));
  }

  /** Names of the objects in a type file, in its order. */
  objects(name: string): string[] {
    return this.items(name).map((item) => textAt(item, 'metadata', 'name'));
  }

  items(name: string): readonly unknown[] {
    return listAt(this.json(name), 'items');
  }

  /** The object of that name. Throws an Error where it is missing. */
  object(file: string, name: string): unknown {
    const found = this.items(file).find((item) => textAt(item, 'metadata', 'name') === name);
    if (found === undefined) throw new Error(`no ${name} in ${file}, but ${this.objects(file).join(', ')}`);
    return found;
  }

  get manifest(): Manifest {
    const manifest: Manifest = JSON.parse(this.text('manifest.json'));
    return manifest;
  }

  /** What the manifest tells of a type. Throws an Error where it does not. */
  type(name: string): Manifest['resourceTypes'][number] {
    const found = this.manifest.resourceTypes.find((row) => row.name === name);
    if (found === undefined) throw new Error(`${this.path} tells nothing of ${name}`);
    return found;
  }
}

function unzip(...words: string[]): Buffer {
  return execFileSync('unzip', words, { maxBuffer: 256 * 1024 * 1024 });
}
