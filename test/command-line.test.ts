import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EXAMPLES } from '../src/command-help.ts';
import { type CommandLine, parseCommandLine } from '../src/command-line.ts';
import { EXIT } from '../src/exit.ts';
import { COMMANDS, type CommandName, OPTIONS, type OptionRow } from '../src/options.ts';

const NAMES = Object.keys(COMMANDS) as CommandName[];

function parsed(...words: string[]): Extract<CommandLine, { kind: 'command' }> {
  const line = parseCommandLine(words, '1.2.3');
  if (line.kind === 'text') throw new Error(line.text);
  return line;
}

function printed(...words: string[]): string {
  const line = parseCommandLine(words, '1.2.3');
  assert.equal(line.kind, 'text');
  return line.kind === 'text' ? line.text : '';
}

test('no command means backup', () => {
  for (const words of [[], ['--retain-days', '3'], ['backup', '--retain-days', '3']]) {
    const { command, errors } = parsed(...words);
    assert.equal(command, 'backup');
    assert.deepEqual(errors, []);
  }
});

for (const name of NAMES) {
  test(`${name} is understood, with every option that it takes`, () => {
    const rows: readonly OptionRow[] = OPTIONS;
    for (const { flag } of rows) {
      // A flag may be a switch for one command and take a value for another.
      const of = rows.filter((each) => each.flag === flag);
      const row = of.find((each) => each.commands.includes(name)) ?? of[0];
      if (row === undefined) continue;
      const given = row.value === null ? [`--${row.flag}`] : [`--${row.flag}`, 'text'];
      const { command, flags, errors } = parsed(name, ...given);
      assert.equal(command, name);
      if (row.commands.includes(name)) {
        assert.deepEqual([...flags], [[row.flag, row.value === null ? [] : ['text']]]);
        assert.deepEqual(errors, [], `${name} --${row.flag}`);
      } else
        assert.match(
          errors[0] ?? '',
          new RegExp(`^unknown option --${row.flag} \\(openshift-backup ${name} --help`),
        );
    }
  });
}

test('a value may be joined to its flag, and a flag may be given again', () => {
  const { flags } = parsed('--project=a', '-p', 'b', '--project', 'c,d', '-o', 'json');
  assert.deepEqual(flags.get('project'), ['a', 'b', 'c,d']);
  assert.deepEqual(parsed('access', '-o', 'json').flags.get('output'), ['json']);
});

test('a flag whose value is missing is told from one that was not given', () => {
  assert.deepEqual(parsed('--selector').flags.get('selector'), ['']);
  assert.equal(parsed().flags.has('selector'), false);
});

test('arguments reach the commands that take some', () => {
  assert.deepEqual(parsed('show', 'latest', 'shop/configmaps').args, ['latest', 'shop/configmaps']);
  assert.deepEqual(parsed('verify', '--volume', '/b', 'a.zip', 'b.zip').args, ['a.zip', 'b.zip']);
  assert.deepEqual(parsed('list', 'all').errors, ['list takes no arguments, but got all']);
});

test('unknown commands and options are named, all of them', () => {
  const words = ['bakcup', '--retain-dayz=3', '-x'];
  assert.deepEqual(parsed(...words).errors, [
    'unknown option --retain-dayz (openshift-backup backup --help lists them)',
    'unknown option -x (openshift-backup backup --help lists them)',
    'unknown command bakcup (openshift-backup --help lists them)',
  ]);
});

test('a switch takes no value', () => {
  assert.notDeepEqual(parsed('--no-secrets=true').errors, []);
  assert.notDeepEqual(parsed('--no-secrets', 'true').errors, []);
});

test('a repeated switch is one switch', () => {
  const { flags, errors } = parsed('--no-secrets', '--no-secrets', '--no-status');
  assert.deepEqual([...flags.keys()], ['no-secrets', 'no-status']);
  assert.deepEqual(errors, []);
});

test('version', () => {
  assert.equal(printed('--version'), '1.2.3\n');
  assert.equal(printed('-V'), '1.2.3\n');
});

test('help names every command', () => {
  for (const text of [printed('--help'), printed('-h'), printed('help')]) {
    for (const name of NAMES)
      assert.match(
        text,
        new RegExp(`^  ${name} .*${COMMANDS[name].slice(0, 20).replace(/[()]/g, '.')}`, 'm'),
      );
  }
});

for (const name of NAMES) {
  test(`help of ${name} names its options with their defaults, and no others`, () => {
    const text = printed(name, '--help');
    assert.equal(printed('help', name), text);
    for (const row of OPTIONS as readonly OptionRow[]) {
      const mentioned = new RegExp(`^  (-\\w, )?--${row.flag}( |$)`, 'm').test(text);
      const rows = (OPTIONS as readonly OptionRow[]).filter(({ flag }) => flag === row.flag);
      const takes = rows.some(({ commands }) => commands.includes(name));
      assert.equal(mentioned, takes, `${name} --${row.flag}`);
    }
    if (name === 'backup') assert.match(text.replace(/\s+/g, ' '), /--retain-days N .*\(default: 7\)/);
    assert.match(text, /OPENSHIFT_BACKUP_RETAIN_DAYS/);
  });
}

test('every help ends with the exit codes', () => {
  for (const text of [printed('--help'), ...NAMES.map((name) => printed(name, '--help'))]) {
    const codes = text.split('EXIT STATUS\n')[1] ?? '';
    for (const code of Object.values(EXIT)) assert.match(codes, new RegExp(`^  ${code} +\\S`, 'm'));
  }
});

test('help puts commands and options under headings', () => {
  const text = printed('--help');
  const headings = ['Back up:', 'Look into archives:', 'Restore:', 'Maintain:', 'Other commands:'];
  assert.deepEqual(text.match(/^[A-Z][a-z ]+:$/gm), ['Options:', ...headings]);
  const section = (from: string, to: string) => text.slice(text.indexOf(from), text.indexOf(to));
  assert.match(section('Look into archives:', 'Restore:'), /^ {2}diff /m);
  assert.deepEqual(printed('backup', '--help').match(/^[A-Z][a-z ]+:$/gm), [
    'What is included:',
    'Retention:',
    'Archives:',
    'Cluster:',
    'Output:',
  ]);
});

test('every example is one that its command takes', () => {
  const examples = Object.entries(EXAMPLES).flatMap(([name, lines]) => lines.map((each) => [name, ...each]));
  assert.deepEqual(Object.keys(EXAMPLES), NAMES);
  for (const [name = '', , example = ''] of examples) {
    assert.ok(printed(name, '--help').includes(`  ${example}\n`), example);
    const [, words = ''] = /openshift-backup ([^|>)]*)/.exec(example) ?? [];
    const { command, errors } = parsed(...words.trim().split(' '));
    assert.deepEqual([command, errors], [name, []], example);
  }
});

test('a project may be called a namespace', () => {
  assert.deepEqual(parsed('-n', 'a', '--namespace=b', '-p', 'c').flags.get('project')?.toSorted(), [
    'a',
    'b',
    'c',
  ]);
  assert.deepEqual(parsed('list', '-n', 'a').errors.length > 0, true);
  assert.deepEqual(parsed('diff', '--namespace').flags.get('project'), ['']);
});
