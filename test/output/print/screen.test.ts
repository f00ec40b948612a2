import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { screenOn, styled } from '../../../src/output/print/screen.ts';

/** Steals the clipboard, clears the screen, turns the direction of writing. */
const HOSTILE = '\u001b]52;c;Y3VybCBldmls\u0007\u001b[2J\u009b31m\u202e';
const SHOWN = '\\u001b]52;c;Y3VybCBldmls\\u0007\\u001b[2J\\u009b31m\\u202e';

const ESC = '\u001b';

function screen(isTTY: boolean) {
  const [out, err]: [string[], string[]] = [[], []];
  const made = screenOn(
    { isTTY, write: (text) => out.push(text) },
    { isTTY, write: (text) => err.push(text) },
  );
  return { ...made, out: () => out.join(''), err: () => err.join('') };
}

for (const isTTY of [true, false]) {
  const where = isTTY ? 'on a terminal' : 'in a pipe';

  test(`nothing that a terminal obeys gets through, ${where}`, () => {
    const { print, tell, progress, out, err } = screen(isTTY);
    print(`a\t${HOSTILE}\n`);
    assert.equal(out(), `a\t${SHOWN}\n`);
    tell(`b ${HOSTILE}\n`);
    progress(`c ${HOSTILE}`);
    assert.equal(err(), `b ${SHOWN}\n\r\u001b[2Kc ${SHOWN}`);
  });
}

test('our own colours are printed only on a terminal', () => {
  const text = `${styled('red', `gone ${HOSTILE}`)} ${styled('bold', 'x')} \u001b[8mhidden\n`;
  const terminal = screen(true);
  terminal.print(text);
  assert.equal(terminal.out(), `\u001b[31mgone ${SHOWN}\u001b[39m \u001b[1mx\u001b[22m \\u001b[8mhidden\n`);
  const pipe = screen(false);
  pipe.print(text);
  assert.ok(!pipe.out().includes(ESC));
  const errors = screen(true);
  errors.tell(text);
  assert.ok(!errors.err().includes(ESC));
});

test('a name in colour cannot end its colour', () => {
  assert.equal(styled('green', 'a\u001b[39mb'), '\u001b[32ma\\u001b[39mb\u001b[39m');
});

test('only main.ts has the streams of the process, and it writes text only through the screen', () => {
  const source = join(import.meta.dirname, '../../../src');
  const uses = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => {
      const text = readFileSync(join(source, file), 'utf8');
      const found = text.match(
        /\bconsole\.\w+|process\.std(?:out|err)\b(?!\.(?:isTTY|columns|on)\b)(?:\.write\([^,)]*)?/g,
      );
      return (found ?? []).map((use) => `${file}: ${use}`);
    });
  // The process that compares tells nobody but the run that started it.
  const others = uses.filter((use) => !use.startsWith('comparison/comparison-process.ts: '));
  assert.deepEqual(others, [
    'main.ts: process.stdout',
    'main.ts: process.stderr',
    // What extract owes, and nothing, to see when that has gone.
    'main.ts: process.stdout.write(bytes',
    "main.ts: process.stdout.write(''",
  ]);
});
