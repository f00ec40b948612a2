import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { MANIFEST_SCHEMA_FILE, manifestSchema } from '../build/manifest-schema.ts';
import { DOCUMENTS, regenerate } from '../build/readme.ts';
import { EXIT } from '../src/exit.ts';
import { COMMAND_NAMES } from '../src/options/commands.ts';
import { brokenLinks } from './support/document-links.ts';

const read = (file: string) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');

describe('the documents', () => {
  for (const [name, tables] of Object.entries(DOCUMENTS))
    it(`${name} has the tables of the code (npm run readme updates them)`, () => {
      const text = read(name);
      assert.equal(text, regenerate(text, tables));
    });

  it(`${MANIFEST_SCHEMA_FILE} is generated from the code (npm run readme updates it)`, () => {
    assert.equal(read(MANIFEST_SCHEMA_FILE), manifestSchema());
  });

  it('every link to a file or heading of this repository has a target', () => {
    assert.deepEqual(brokenLinks(new URL('../', import.meta.url)), []);
  });

  it('docs/design.md names every command and every exit code', () => {
    const design = read('docs/design.md');
    for (const command of COMMAND_NAMES) assert.match(design, new RegExp(`\`${command}\\b`), command);
    for (const code of Object.values(EXIT)) assert.match(design, new RegExp(`\\b${code}\\b`), String(code));
  });

  it('CHANGELOG.md has the version in package.json', () => {
    const { version }: { version: string } = JSON.parse(read('package.json'));
    assert.match(read('CHANGELOG.md'), new RegExp(`^## ${version.replaceAll('.', '\\.')}`, 'm'));
  });
});
