import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { temporaryFolder, writeSample } from '../archive/sample.ts';
import { PROGRAM } from '../support/program.ts';

// The scripts in the shells themselves, with the program behind them.

/** The word that a line becomes, or what it may become, in each shell. */
type Completer = (line: string) => Promise<string[]>;

/** A folder with a volume, a program of our name, and an environment that finds both. */
function shellOptions(test: TestContext) {
  const folder = temporaryFolder(test);
  writeSample(folder, 'openshift-backup202609110015.zip');
  writeSample(folder, 'openshift-backup202609100015.zip');
  mkdirSync(join(folder, 'programs'));
  const program = join(folder, 'programs', 'openshift-backup');
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${PROGRAM}' "$@"\n`);
  chmodSync(program, 0o755);
  const path = `${join(folder, 'programs')}:${process.env.PATH ?? ''}`;
  return {
    cwd: folder,
    timeout: 30_000,
    env: { ...process.env, PATH: path, HOME: folder, OPENSHIFT_BACKUP_VOLUME: folder, TERM: 'dumb' },
  };
}

const run = promisify(execFile);

function bashOf(options: ReturnType<typeof shellOptions>): Completer {
  const script = `source <(openshift-backup completion bash)
    COMP_LINE=$1 COMP_POINT=\${#1}
    _openshift_backup
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  return async (line) => lines((await run('bash', ['--norc', '-c', script, 'bash', line], options)).stdout);
}

function fishOf(options: ReturnType<typeof shellOptions>): Completer {
  const script = 'openshift-backup completion fish | source; complete -C $argv[1]';
  return async (line) =>
    lines((await run('fish', ['--no-config', '-c', script, line], options)).stdout).map((each) =>
      each.replace(/\t.*/, ''),
    );
}

/** Zsh completes only in its line editor, so it gets a terminal of its own; what it would insert is asked for. */
function zshOf(options: ReturnType<typeof shellOptions>): Completer {
  const script = `zmodload zsh/zpty
    zpty shell zsh -f -i
    say() { zpty -w shell "$1"; }
    say 'PS1=; unsetopt zle_bracketed_paste; autoload -Uz compinit; compinit -u -D; source <(openshift-backup completion zsh)'
    say 'compadd() { local -a own; builtin compadd -O own "$@"; print -rl -- $own >>found; builtin compadd "$@"; }'
    say 'bindkey "^I" complete-word; print REA""DY'
    zpty -r shell seen '*READY*'
    zpty -n -w shell "$1"$'\\t'
    zpty -n -w shell $'\\C-a\\C-k: >ended\\n'
    for _ in {1..100}; do [[ -e ended ]] && break; sleep 0.05; done
    zpty -d shell
    [[ -e found ]] && cat found
    rm -f found ended`;
  return async (line) => lines((await run('zsh', ['-f', '-c', script, 'zsh', line], options)).stdout);
}

function lines(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .sort();
}

for (const [shell, completerOf] of [
  ['bash', bashOf],
  ['zsh', zshOf],
  ['fish', fishOf],
] as const) {
  test(`${shell} completes commands, archives, projects, types, objects and values`, async (t) => {
    const complete = completerOf(shellOptions(t));
    assert.deepEqual(await complete('openshift-backup sh'), ['show']);
    assert.deepEqual(await complete('openshift-backup show la'), ['latest']);
    assert.deepEqual(await complete('openshift-backup show 2026'), ['202609100015', '202609110015']);
    assert.deepEqual(await complete('openshift-backup show latest w'), ['web/']);
    assert.deepEqual(await complete('openshift-backup show latest web/d'), ['web/deployments.apps/']);
    assert.deepEqual(await complete('openshift-backup show latest web/deploy/'), ['web/deploy/front']);
    assert.deepEqual(await complete('openshift-backup show -o y'), ['yaml']);
  });

  test(`${shell} offers nothing if the volume does not exist`, async (t) => {
    const options = shellOptions(t);
    const complete = completerOf({
      ...options,
      env: { ...options.env, OPENSHIFT_BACKUP_VOLUME: '/nowhere' },
    });
    assert.deepEqual(await complete('openshift-backup show latest '), []);
  });
}

test('a value is completed after --option=', async (t) => {
  const options = shellOptions(t);
  // Bash takes = for a break between words.
  assert.deepEqual(await bashOf(options)('openshift-backup show --output=y'), ['yaml']);
  assert.deepEqual(await fishOf(options)('openshift-backup show --output=y'), ['--output=yaml']);
  assert.deepEqual(await bashOf(options)('openshift-backup show --volume=prog'), ['programs']);
  assert.deepEqual(await bashOf(options)('openshift-backup show --volume prog'), ['programs']);
  assert.deepEqual(await fishOf(options)('openshift-backup show --volume prog'), ['programs/']);
});

test('completion does not wait for a volume that hangs', async (t) => {
  const { cwd, env, timeout } = shellOptions(t);
  // A directory that is never read, as on a dead NFS server.
  const hang =
    'import fs from "node:fs/promises";import{syncBuiltinESMExports}from"node:module";' +
    'fs.readdir=()=>new Promise(()=>setInterval(()=>{},1e6));syncBuiltinESMExports()';
  const hanging = {
    cwd,
    timeout,
    env: { ...env, NODE_OPTIONS: `--import "data:text/javascript,${hang.replaceAll('"', "'")}"` },
  };
  // A program that waits is killed, and rejects.
  const { stdout } = await run('openshift-backup', ['__complete', 'show', ''], hanging);
  assert.equal(stdout, '');
});
