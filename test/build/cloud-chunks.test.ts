import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { PROGRAM } from '../support/program.ts';

/** Writes the name of each module of a cloud to stderr when it is loaded. */
const HOOK = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  registerHooks({
    load(url, context, next) {
      const name = /\\/(s3|azure|google)-\\w+\\.js$/.exec(url);
      if (name) process.stderr.write('loaded ' + name[1] + '\\n');
      return next(url, context);
    },
  });
`)}`;

describe('the clients of the clouds', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cloud-chunks-'));
  after(() => rmSync(folder, { recursive: true }));

  function loadedBy(location: string): Promise<string[]> {
    const words = ['--import', HOOK, PROGRAM, 'list', '--volume', location, '--retry-for', '0'];
    const env = { PATH: process.env.PATH, HOME: folder, STORAGE_EMULATOR_HOST: 'http://127.0.0.1:9' };
    return new Promise((resolve) => {
      execFile(process.execPath, words, { env }, (_error, _stdout, stderr) =>
        resolve([...stderr.matchAll(/^loaded (\w+)$/gm)].map(([, name = '']) => name)),
      );
    });
  }

  it('are not loaded for a directory', async () => {
    assert.deepEqual(await loadedBy(folder), []);
  });

  it('are loaded one by one for a URL', async () => {
    assert.deepEqual(await loadedBy('gs://backups'), ['google']);
  });
});
