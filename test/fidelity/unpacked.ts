import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** An archive unpacked by `unzip` into a folder of its own, removed with `using`. */
export class Unpacked {
  readonly folder = mkdtempSync(join(tmpdir(), 'unpacked-'));

  /** Throws an Error with what unzip or sha256sum says where the archive is not whole. */
  static async from(archive: string): Promise<Unpacked> {
    const unpacked = new Unpacked();
    try {
      await run('unzip', ['-q', archive, '-d', unpacked.folder]);
      await run('sha256sum', ['--check', '--strict', '--quiet', 'SHA256SUMS'], { cwd: unpacked.folder });
      return unpacked;
    } catch (error) {
      unpacked[Symbol.dispose]();
      throw error;
    }
  }

  /** Every file but SHA256SUMS, in the order of their names. */
  get names(): string[] {
    return readdirSync(this.folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.json'))
      .sort();
  }

  text(name: string): string {
    return readFileSync(join(this.folder, name), 'utf8');
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
