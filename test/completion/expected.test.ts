import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectedAfter } from '../../src/completion/expected.ts';
import { COMMAND_NAMES } from '../../src/options/commands.ts';
import { optionsOf } from '../../src/options/table.ts';

function wordsFor(...words: string[]): string[] {
  const expected = expectedAfter(words);
  assert.equal(expected.kind, 'words', words.join(' '));
  return expected.kind === 'words' ? expected.candidates.map(({ word }) => word) : [];
}

test('the first word is a command', () => {
  assert.deepEqual(wordsFor(''), COMMAND_NAMES);
  assert.deepEqual(wordsFor('sh'), COMMAND_NAMES);
});

for (const name of COMMAND_NAMES) {
  test(`${name} is offered its options, and no others`, () => {
    assert.deepEqual(wordsFor(name, '-'), [...optionsOf(name).map(({ flag }) => `--${flag}`), '--help']);
  });
}

test('without a command the options are those of backup', () => {
  assert.deepEqual(wordsFor('-'), wordsFor('backup', '-'));
  assert.deepEqual(wordsFor('--no-status', '--cluster-resources', ''), ['auto', 'yes', 'no']);
});

test('the values of an option, joined to it or not, by long and by short name', () => {
  for (const words of [['--output', ''], ['-o', ''], ['--output='], ['latest', '-o', 'y']]) {
    assert.deepEqual(wordsFor('show', ...words), ['text', 'json', 'yaml']);
  }
  assert.deepEqual(wordsFor('diff', 'latest', '-o', ''), ['text', 'json', 'markdown', 'html']);
  assert.deepEqual(wordsFor('list', '--output='), ['text', 'wide', 'json', 'yaml', 'html']);
  for (const [words, kind] of [
    [['--kubeconfig', ''], 'files'],
    [['--volume', '/'], 'directories'],
    [['--volume=/'], 'directories'],
    [['--zone', 'E'], 'zone'],
    [['-p', ''], 'project'],
    [['-n', ''], 'project'],
    [['--namespace', ''], 'project'],
    [['--namespace='], 'project'],
    [['--exclude-project', ''], 'project'],
    [['--resource', ''], 'resource'],
    [['--include', ''], 'resource'],
    [['--filter', ''], 'nothing'],
    [['--selector', ''], 'nothing'],
  ] as const) {
    assert.equal(expectedAfter(['backup', ...words]).kind, kind, words.join(' '));
  }
});

test('the options of log', () => {
  const flags = wordsFor('log', '--');
  for (const flag of ['--since', '--until', '--no-pager', '--status', '--ignore', '--project', '--copy-to'])
    assert.ok(flags.includes(flag), flag);
  assert.deepEqual(wordsFor('log', '-o', ''), ['text', 'json', 'markdown', 'html']);
});

test('arguments are what the usage of the command says', () => {
  for (const [words, expected] of [
    [['show', ''], { kind: 'archive', words: [] }],
    [['show', '--show-secrets', '--volume', '/b', ''], { kind: 'archive', words: [] }],
    [['show', 'latest', ''], { kind: 'address', archive: 'latest', depth: 3, withLogs: true }],
    [['show', '-o', 'yaml', '2026', 'web/'], { kind: 'address', archive: '2026', depth: 3, withLogs: true }],
    [['show', 'latest', 'web', ''], { kind: 'nothing' }],
    [['extract', 'latest', ''], { kind: 'address', archive: 'latest', depth: 1, withLogs: false }],
    [['extract', 'latest', 'web', '--to', ''], { kind: 'directories' }],
    [['verify', ''], { kind: 'archive', words: [] }],
    [['verify', 'a.zip', 'b.zip', ''], { kind: 'archive', words: [] }],
    [['diff', ''], { kind: 'archive', words: [] }],
    [['diff', 'latest', ''], { kind: 'archive', words: ['live'] }],
    [['log', ''], { kind: 'address', archive: 'latest', depth: 3, withLogs: false }],
    [['log', 'shop', 'web/'], { kind: 'address', archive: 'latest', depth: 3, withLogs: false }],
    [['log', '--since', ''], { kind: 'nothing' }],
    [['list', ''], { kind: 'nothing' }],
  ] as const) {
    assert.deepEqual(expectedAfter(words), expected, words.join(' '));
  }
  assert.deepEqual(wordsFor('completion', ''), ['bash', 'zsh', 'fish']);
});
