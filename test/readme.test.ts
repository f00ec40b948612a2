import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { regenerate } from '../build/readme.ts';
import { RESTORE_TABLES } from '../build/restore-tables.ts';
import { EXIT } from '../src/exit.ts';
import { COMMANDS } from '../src/options.ts';

const read = (file: string) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');

describe('the documents', () => {
  it('README.md holds the commands, options and exit codes of the code (npm run readme makes them anew)', () => {
    const readme = read('README.md');
    assert.equal(readme, regenerate(readme));
  });

  it('docs/restore.md holds the order and the rules of the code (npm run readme makes them anew)', () => {
    const restore = read('docs/restore.md');
    assert.equal(restore, regenerate(restore, RESTORE_TABLES));
  });

  it('docs/design.md names every command and every exit code', () => {
    const design = read('docs/design.md');
    for (const command of Object.keys(COMMANDS)) assert.match(design, new RegExp(`\`${command}\\b`), command);
    for (const code of Object.values(EXIT)) assert.match(design, new RegExp(`\\b${code}\\b`), String(code));
  });

  it('CHANGELOG.md tells of the version in package.json', () => {
    const { version }: { version: string } = JSON.parse(read('package.json'));
    assert.match(read('CHANGELOG.md'), new RegExp(`^## ${version.replaceAll('.', '\\.')}`, 'm'));
  });
});
