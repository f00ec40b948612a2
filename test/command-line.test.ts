import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CommandLine, parseCommandLine } from '../src/command-line.ts';
import { EXIT } from '../src/exit.ts';
import { COMMAND_NAMES, COMMANDS } from '../src/options/commands.ts';
import { shownValue } from '../src/options/option.ts';
import { OPTIONS, optionsOf } from '../src/options/table.ts';

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

for (const name of COMMAND_NAMES) {
  test(`${name} is understood, with every option that it takes`, () => {
    for (const option of optionsOf(name)) {
      const { flag } = option;
      const isSwitch = shownValue(option, name) === null;
      const { command, flags, errors } = parsed(name, `--${flag}`, ...(isSwitch ? [] : ['text']));
      assert.deepEqual([command, errors], [name, []], `${name} --${flag}`);
      assert.deepEqual([...flags], [[flag, isSwitch ? [] : ['text']]]);
    }
  });

  test(`${name} takes no option of other commands`, () => {
    const own = new Set(optionsOf(name).map(({ flag }) => flag));
    for (const { flag } of OPTIONS.filter((each) => !own.has(each.flag)))
      assert.match(
        parsed(name, `--${flag}`).errors[0] ?? '',
        new RegExp(`^unknown option --${flag}[ ;].*\\(openshift-backup ${name} --help`),
      );
  });
}

test('no command takes two options of the same flag', () => {
  for (const name of COMMAND_NAMES) {
    const flags = optionsOf(name).map(({ flag }) => flag);
    assert.deepEqual(flags, [...new Set(flags)], name);
  }
});

test('a value may be joined to its flag, and a flag may be given again', () => {
  const { flags } = parsed('--project=a', '-p', 'b', '--project', 'c,d', '-o', 'json');
  assert.deepEqual(flags.get('project'), ['a', 'b', 'c,d']);
  assert.deepEqual(parsed('access', '-o', 'json').flags.get('output'), ['json']);
});

test('a flag without its value is an error of its own, not an absent option', () => {
  assert.deepEqual(parsed('--selector').flags.get('selector'), ['']);
  assert.equal(parsed().flags.has('selector'), false);
});

test('arguments are passed to the commands that accept them', () => {
  assert.deepEqual(parsed('show', 'latest', 'shop/configmaps').args, ['latest', 'shop/configmaps']);
  assert.deepEqual(parsed('verify', '--volume', '/b', 'a.zip', 'b.zip').args, ['a.zip', 'b.zip']);
  assert.deepEqual(parsed('list', 'all').errors, ['list takes no arguments, but got all']);
});

test('all unknown commands and options are named', () => {
  const words = ['bakcup', '--retain-dayz=3', '-x'];
  assert.deepEqual(parsed(...words).errors, [
    'unknown option --retain-dayz; did you mean --retain-days? (openshift-backup backup --help lists them)',
    'unknown option -x (openshift-backup backup --help lists them)',
    'unknown command bakcup; did you mean backup? (openshift-backup --help lists them)',
  ]);
});

test('help of an unknown command names similar ones', () => {
  assert.deepEqual(parsed('help', 'diffs').errors, [
    'unknown command diffs; did you mean diff? (openshift-backup --help lists them)',
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
    for (const name of COMMAND_NAMES)
      assert.match(
        text,
        new RegExp(`^  ${name} .*${COMMANDS[name].does.slice(0, 20).replace(/[()]/g, '.')}`, 'm'),
      );
  }
});

for (const name of COMMAND_NAMES) {
  test(`help of ${name} names its options with their defaults, and no others`, () => {
    const text = printed(name, '--help');
    assert.equal(printed('help', name), text);
    const own = new Set(optionsOf(name).map(({ flag }) => flag));
    for (const { flag } of OPTIONS) {
      const mentioned = new RegExp(`^  (-\\w, )?--${flag}( |$)`, 'm').test(text);
      assert.equal(mentioned, own.has(flag), `${name} --${flag}`);
    }
    if (name === 'backup') assert.match(text.replace(/\s+/g, ' '), /--retain-days N .*\(default: 7\)/);
    assert.match(text, /OPENSHIFT_BACKUP_RETAIN_DAYS/);
  });
}

test('every help ends with the exit codes', () => {
  for (const text of [printed('--help'), ...COMMAND_NAMES.map((name) => printed(name, '--help'))]) {
    const codes = text.split('EXIT STATUS\n')[1] ?? '';
    for (const code of Object.values(EXIT)) assert.match(codes, new RegExp(`^  ${code} +\\S`, 'm'));
  }
});

test('help fits a terminal of 80 columns, except for examples', () => {
  for (const name of COMMAND_NAMES) {
    const long = printed(name, '--help')
      .split('\n')
      .filter((line) => line.length > 80 && !/^ {2}openshift-backup |^ {2}oc |=registry\./.test(line));
    assert.deepEqual(long, []);
  }
});

test('help puts commands and options under headings', () => {
  const text = printed('--help');
  const headings = ['Back up:', 'Inspect archives:', 'Restore:', 'Maintain archives:', 'Other commands:'];
  assert.deepEqual(text.match(/^[A-Z][a-z ]+:$/gm), ['Options:', ...headings]);
  const section = (from: string, to: string) => text.slice(text.indexOf(from), text.indexOf(to));
  assert.match(section('Inspect archives:', 'Restore:'), /^ {2}diff /m);
  assert.deepEqual(printed('backup', '--help').match(/^[A-Z][a-z ]+:$/gm), [
    'What is included:',
    'Retention:',
    'Archives:',
    'Copies:',
    'Cluster:',
    'Output:',
  ]);
});

test('every example is one that its command takes', () => {
  const examples = COMMAND_NAMES.flatMap((name) =>
    COMMANDS[name].examples.map(([, example]) => [name, example] as const),
  );
  for (const [name, example] of examples) {
    assert.ok(printed(name, '--help').includes(`  ${example}\n`), example);
    const [, words = ''] = /openshift-backup ([^|>)]*)/.exec(example) ?? [];
    const { command, errors } = parsed(...words.trim().split(' '));
    assert.deepEqual([command, errors], [name, []], example);
  }
});

test('--namespace is accepted for --project', () => {
  assert.deepEqual(parsed('-n', 'a', '--namespace=b', '-p', 'c').flags.get('project')?.toSorted(), [
    'a',
    'b',
    'c',
  ]);
  assert.deepEqual(parsed('list', '-n', 'a').errors.length > 0, true);
  assert.deepEqual(parsed('diff', '--namespace').flags.get('project'), ['']);
});
