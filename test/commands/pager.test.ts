import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setImmediate as nextEvents } from 'node:timers/promises';
import { printPaged } from '../../src/commands/pager.ts';
import { temporaryFolder } from '../archive/sample.ts';
import { contextOf } from './context.ts';

interface Paged {
  /** What went to stdout directly. */
  readonly direct: string;
  /** What the pager wrote to the file that `FILE` in its command stands for. */
  readonly paged: string;
}

async function paged(
  t: TestContext,
  pager: string | undefined,
  texts: AsyncIterable<string>,
  { words = [] as readonly string[], columns = 80, more = {} } = {},
): Promise<Paged> {
  const file = join(temporaryFolder(t), 'paged');
  const { context, text } = contextOf(['log', ...words], { columns });
  const environment = {
    PATH: process.env.PATH,
    ...(pager === undefined ? {} : { PAGER: pager.replaceAll('FILE', file) }),
    ...more,
  };
  await printPaged({ ...context, environment }, texts);
  return { direct: text(), paged: contentOf(file) };
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

async function* lines(count = 3): AsyncGenerator<string> {
  for (let at = 0; at < count; at += 1) yield `line ${at}\n`;
}

const THREE = 'line 0\nline 1\nline 2\n';

test('on a terminal, the text goes through the pager', async (t) => {
  assert.deepEqual(await paged(t, 'cat > FILE', lines()), { direct: '', paged: THREE });
  assert.deepEqual(await paged(t, 'tee FILE >/dev/null', lines()), { direct: '', paged: THREE });
});

test('without a terminal, with --no-pager, or if PAGER is empty or cat, it is printed directly', async (t) => {
  const direct = { direct: THREE, paged: '' };
  assert.deepEqual(await paged(t, 'cat > FILE', lines(), { columns: 0 }), direct);
  assert.deepEqual(await paged(t, 'cat > FILE', lines(), { words: ['--no-pager'] }), direct);
  assert.deepEqual(await paged(t, 'cat > FILE', lines(), { more: { TERM: 'dumb' } }), direct);
  for (const none of ['', ' ', 'cat']) assert.deepEqual(await paged(t, none, lines()), direct);
});

test('a pager that does not start loses nothing', async (t) => {
  const direct = { direct: THREE, paged: '' };
  assert.deepEqual(await paged(t, 'no-such-pager-anywhere', lines()), direct);
  assert.deepEqual(await paged(t, '/proc/version --quick', lines()), direct);
  // A shell starts, and then says that there is no such program.
  assert.deepEqual(await paged(t, '"no such pager" 2>/dev/null', lines()), direct);
  assert.deepEqual(await paged(t, 'exit 127', lines(50_000)), {
    direct: Array.from({ length: 50_000 }, (_, at) => `line ${at}\n`).join(''),
    paged: '',
  });
});

test('without the program of the pager, everything is printed, however long the text takes', async (t) => {
  async function* slow(): AsyncGenerator<string> {
    for await (const line of lines(5_000)) {
      yield line;
      // As while archives are read: other events come in between.
      if (line.endsWith('00\n')) await nextEvents();
    }
  }
  const { direct } = await paged(t, 'no-such-pager-anywhere', slow());
  assert.equal(direct.split('\n').length, 5_001);
});

test('a pager that is closed early ends the work without an error', async (t) => {
  let wasEnded = false;
  async function* endless(): AsyncGenerator<string> {
    try {
      for (let at = 0; ; at += 1) yield `line ${at}\n`;
    } finally {
      wasEnded = true;
    }
  }
  const { direct, paged: text } = await paged(t, 'head -n 2 > FILE', endless());
  assert.deepEqual([direct, text, wasEnded], ['', 'line 0\nline 1\n', true]);
});

test('an error while the text is made is thrown, after the pager has ended', async (t) => {
  async function* failing(): AsyncGenerator<string> {
    yield 'before\n';
    throw new Error('cannot go on');
  }
  await assert.rejects(paged(t, 'cat > FILE', failing()), /cannot go on/);
});

test('a pager that never reads does not take all memory', async (t) => {
  let made = 0;
  async function* large(): AsyncGenerator<string> {
    for (; made < 200; made += 1) yield 'x'.repeat(1024 * 1024);
  }
  await paged(t, 'sleep 0.3; exit 0', large());
  assert.ok(made < 10, `${made} MiB were made for a pager that reads nothing`);
});

test('less is told as by git to end on short texts and to pass colours; a setting of the user counts', async (t) => {
  const print = 'cat >/dev/null; printf "%s" "$LESS" > FILE';
  assert.equal((await paged(t, print, lines())).paged, 'FRX');
  assert.equal((await paged(t, print, lines(), { more: { LESS: 'S' } })).paged, 'S');
});

test('nothing that controls a terminal gets to the pager but colours', async (t) => {
  async function* hostile(): AsyncGenerator<string> {
    yield '\u001b[32mgreen\u001b[39m \u001b]0;title\u0007 \u202e\n';
  }
  assert.equal(
    (await paged(t, 'cat > FILE', hostile())).paged,
    '\u001b[32mgreen\u001b[39m \\u001b]0;title\\u0007 \\u202e\n',
  );
});
