import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
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

test('a comparison ends when the process that wants it was killed', async () => {
  // A shell gives the program of a comparison its own stdin, which stays open: no request ever comes.
  const script = '"$0" "$1" $$ <&3 & echo $!; wait';
  const parent = spawn('/bin/sh', ['-c', `exec 3<&0; ${script}`, process.execPath, PROGRAM], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const [line] = await once(parent.stdout, 'data');
  const pid = Number(String(line));
  assert.ok(runs(pid));
  parent.kill('SIGKILL');
  await waitFor('the end of the comparison', async () => !runs(pid));
  parent.stdin.destroy();
});
