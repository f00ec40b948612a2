import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, test } from 'node:test';
import { Guard } from '../../src/control-plane/guard.ts';

const folder = mkdtempSync(join(tmpdir(), 'guard-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const shell = (script: string) => ({ program: '/bin/sh', args: ['-c', script], environment: {} });
const WAITS = shell('exec sleep 60');

test('a shell that ends before it starts the programs leaves no ids, least of all that of our own process group', async () => {
  const guard = await Guard.start(join(folder, 'missing'), WAITS, WAITS);
  await guard.ended;
  assert.deepEqual(guard.pids, []);
  await guard.stop();
});

test('the programs do not get our environment, and temporary files go into the directory', async (t) => {
  process.env.ETCD_CONFIG_FILE = '/nonexistent';
  t.after(() => {
    delete process.env.ETCD_CONFIG_FILE;
  });
  const guard = await Guard.start(
    relative(process.cwd(), folder),
    { ...shell('env'), environment: { GOGC: '200' } },
    WAITS,
  );
  t.after(() => guard.stop());
  assert.equal(await guard.ended, 0);
  const lines = guard.output(0).split('\n');
  assert(lines.includes(`TMPDIR=${folder}`), 'the shell removes it by this path');
  const names = lines
    .flatMap((line) => /^(\w+)=/.exec(line)?.[1] ?? [])
    // The shell that runs `env` sets these itself.
    .filter((name) => !['PWD', 'OLDPWD', 'SHLVL', '_'].includes(name));
  assert.deepEqual(names.sort(), ['GOGC', 'PATH', 'TMPDIR']);
});
