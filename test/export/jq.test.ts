import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { FilterFault } from '../../src/export/filter.ts';
import { openFilter } from '../../src/export/jq.ts';
import { temporaryFolder } from '../archive/sample.ts';

const LIMITS = { seconds: 1, memory: 256 * 1024 * 1024, output: 1024 * 1024 };
const OBJECTS = ['{"metadata":{"name":"a"}}', '{"metadata":{"name":"b"}}'].map((text) => Buffer.from(text));
const nameOf = (index: number) => `web/configmaps/${'ab'[index]}`;
const environment = { PATH: process.env.PATH };
/** Does nothing without end, and takes no memory for it. */
const ENDLESS = 'def loop: loop; if .metadata.name == "b" then loop else . end';

/** Numbers of the processes that run a jq program with this text. */
function running(text: string): string[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' }).split('\n');
  return lines.filter((line) => line.includes('jq --unbuffered') && line.includes(text));
}

async function gone(text: string): Promise<void> {
  for (let tries = 0; running(text).length > 0; tries++) {
    assert(tries < 1200, running(text).join('\n'));
    await sleep(50);
  }
}

test('a program that does not end is ended, and after three times not tried again', async () => {
  const { signal } = new AbortController();
  const { filter } = await openFilter(ENDLESS, environment, signal, LIMITS);
  const fault = (said: RegExp) => (error: unknown) =>
    error instanceof FilterFault && said.test(error.message);
  for (let times = 0; times < 3; times++) {
    await assert.rejects(
      filter.run(OBJECTS, nameOf),
      fault(/^--filter: web\/configmaps\/[ab]: jq did not finish within 1 s$/),
    );
  }
  await assert.rejects(
    filter.run(OBJECTS, nameOf),
    fault(/it did not finish within 1 s 3 times, so it is not run/),
  );
  assert.deepEqual(running('def loop'), []);
});

test('a jq that the system kills has not run out of time', async (t) => {
  const jq = join(temporaryFolder(t), 'jq');
  writeFileSync(jq, '#!/bin/sh\n[ "$1" = --unbuffered ] && kill -9 $$\necho jq-1.8.1\n', { mode: 0o755 });
  const { signal } = new AbortController();
  const { filter } = await openFilter('.', { JQ_PATH: jq }, signal, { ...LIMITS, seconds: 60 });
  for (let times = 0; times < 4; times++)
    await assert.rejects(
      filter.run(OBJECTS, nameOf),
      /^FilterFault: --filter: web\/configmaps\/a: jq was killed/,
    );
});

test('a jq that crashes is not blamed on the program; its failed check is named, and nothing else it printed', async (t) => {
  const jq = join(temporaryFolder(t), 'jq');
  const crash =
    "echo 'secret-value' >&2; echo \"jq: src/jv_print.c:129: jvp_dump_string: Assertion \\`c != -1' failed.\" >&2; kill -ABRT $$";
  writeFileSync(jq, `#!/bin/sh\n[ "$1" = --unbuffered ] && { ${crash}; }\necho jq-1.6\n`, { mode: 0o755 });
  const { filter } = await openFilter('.', { JQ_PATH: jq }, new AbortController().signal, LIMITS);
  await assert.rejects(filter.run(OBJECTS, nameOf), {
    message:
      '--filter: web/configmaps/a: jq itself crashed (src/jv_print.c:129: c != -1 is not true); a newer version of jq may not',
  });
});

test('a run that is interrupted leaves no jq behind', async () => {
  const stop = new AbortController();
  const { filter } = await openFilter(`${ENDLESS} # interrupted`, environment, stop.signal, {
    ...LIMITS,
    seconds: 60,
  });
  const waits = filter.run(OBJECTS, nameOf);
  stop.abort(new Error('enough'));
  await assert.rejects(waits, /enough/);
  await gone('# interrupted');
});

for (const [what, end] of [
  ['exits', 'setTimeout(() => process.exit(0), 500)'],
  ['is killed', 'setTimeout(() => process.kill(process.pid, "SIGKILL"), 500)'],
] as const) {
  test(`a process that ${what} leaves no jq behind for longer than its time`, async () => {
    const jq = fileURLToPath(new URL('../../src/export/jq.ts', import.meta.url));
    const mark = `# ${what}`;
    const script = `
      import { openFilter } from ${JSON.stringify(jq)};
      const limits = { seconds: 2, memory: 2 ** 28, output: 2 ** 20 };
      const { filter } = await openFilter(${JSON.stringify(`${ENDLESS} ${mark}`)}, process.env, new AbortController().signal, limits);
      filter.run([Buffer.from('{"metadata":{"name":"b"}}')], () => 'b').catch(() => {});
      ${end};`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore' });
    await new Promise((resolve) => child.on('close', resolve));
    await gone(mark);
  });
}

test('what the program changes keeps its numbers; what it says twice is counted', async () => {
  const { signal } = new AbortController();
  const run = async (program: string) =>
    (await openFilter(program, environment, signal)).filter.run(OBJECTS, nameOf);
  assert.deepEqual(await run('.'), ['same', 'same']);
  assert.deepEqual(await run('select(.metadata.name == "b")'), ['out', 'same']);
  const [first] = await run('.x = {same: true}');
  assert.equal(String(first), '{"metadata":{"name":"a"},"x":{"same":true}}');
  await assert.rejects(run('., ., .'), /it yields 3 values instead of one/);
  await assert.rejects(run('(.x = 1), .'), /it yields 2 values instead of one/);
});
