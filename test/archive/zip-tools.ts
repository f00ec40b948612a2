import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openPromise } from 'yauzl';

const run = promisify(execFile);
const OUTPUT = { maxBuffer: 64 * 1024 * 1024 };

/** A folder for a test, removed with `using`. */
export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), 'archive-'));

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** Number of entries, each of which `unzip` has tested. Throws an Error where it finds anything to complain about. */
export async function testedByUnzip(path: string): Promise<number> {
  const { stdout } = await run('unzip', ['-t', path], OUTPUT);
  return stdout.match(/ OK$/gm)?.length ?? 0;
}

/** The same from Python's zipfile, which checks names, sizes and CRCs by means of its own. */
export async function testedByPython(path: string): Promise<number> {
  const script =
    'import sys, zipfile\nz = zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\nprint(len(z.namelist()))';
  return Number((await run('python3', ['-c', script, path], OUTPUT)).stdout);
}

/** The content of every entry as yauzl reads it, by name, in the order of the directory. */
export async function contentsOf(path: string): Promise<Map<string, Buffer>> {
  const zip = await openPromise(path, { strictFileNames: true, autoClose: false });
  const contents = new Map<string, Buffer>();
  try {
    for await (const entry of zip.eachEntry()) {
      const pieces: Buffer[] = [];
      for await (const piece of await zip.openReadStreamPromise(entry)) pieces.push(piece);
      contents.set(entry.fileName, Buffer.concat(pieces));
    }
  } finally {
    zip.close();
  }
  return contents;
}
