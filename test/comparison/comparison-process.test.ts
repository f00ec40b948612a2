import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../archive/sample.ts';
import { waitFor } from '../support/wait.ts';

const PROGRAM = fileURLToPath(new URL('../../src/comparison/comparison-process.ts', import.meta.url));

/** Nobody may have buried it yet: a zombie does not run any more. */
function runs(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat[stat.lastIndexOf(')') + 2] !== 'Z';
  } catch {
    return false;
  }
}

test('a comparison ends when the process that wants it was killed', async (t) => {
  const fifo = join(temporaryFolder(t), 'request');
  execFileSync('mkfifo', [fifo]);
  // Open for writing, too: no request ever comes, and no end of it.
  const request = openSync(fifo, 'r+');
  const script = '"$0" "$1" $$ <&3 & echo $!; wait';
  const parent = spawn('/bin/sh', ['-c', script, process.execPath, PROGRAM], {
    stdio: ['ignore', 'pipe', 'ignore', request],
  });
  assert.ok(parent.stdout !== null);
  const [line] = await once(parent.stdout, 'data');
  const pid = Number(String(line));
  assert.ok(runs(pid));
  parent.kill('SIGKILL');
  await waitFor('the end of the comparison', async () => !runs(pid));
  closeSync(request);
});
