import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { waitFor } from '../support/wait.ts';

const MODULE = JSON.stringify(new URL('server-process.ts', import.meta.url).href);
const PROGRAM = `
  import { serverFolder, startServer } from ${MODULE};
  const folder = serverFolder();
  const { child } = startServer(folder, 'sleep', ['600'], { stdio: 'ignore' });
  console.log(JSON.stringify({ folder, pid: child.pid }));
`;

/** Whether a process runs: one that has ended, but whose parent has not asked for its status, has no command line. */
function runs(pid: number): boolean {
  const path = `/proc/${pid}/cmdline`;
  return existsSync(path) && readFileSync(path, 'utf8') !== '';
}

test('a server and its folder do not outlive the process that started it, even if that is killed', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', PROGRAM], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await child.stdout.setEncoding('utf8').take(1).toArray();
  const { folder, pid }: { folder: string; pid: number } = JSON.parse(String(line));
  assert.ok(runs(pid));
  child.kill('SIGKILL');
  await waitFor('the server to end', async () => !runs(pid) && !existsSync(folder));
});
