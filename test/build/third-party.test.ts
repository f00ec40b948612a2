import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Metafile } from 'esbuild';
import { bundledPackages, thirdPartyText } from '../../build/third-party.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A metafile of one output that holds these files with these bytes. */
function metafile(bytes: Readonly<Record<string, number>>): Metafile {
  const inputs = Object.fromEntries(
    Object.entries(bytes).map(([file, bytesInOutput]) => [file, { bytesInOutput }]),
  );
  return { inputs: {}, outputs: { 'main.js': { bytes: 1, imports: [], exports: [], inputs } } };
}

describe('the licenses of what is bundled', () => {
  const root = mkdtempSync(join(tmpdir(), 'openshift-backup-licenses-'));
  after(() => rmSync(root, { recursive: true }));

  /** Installs a package with these files. */
  function install(
    directory: string,
    files: Readonly<Record<string, string>>,
    license: unknown = 'MIT',
  ): void {
    mkdirSync(join(root, directory), { recursive: true });
    const name = directory.slice(directory.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const all = { 'package.json': JSON.stringify({ name, version: '1.2.3', license }), ...files };
    for (const [file, text] of Object.entries(all)) writeFileSync(join(root, directory, file), text);
  }

  it('are those of every package of which a byte is in the bundle, however deep it is installed', () => {
    install('node_modules/plain', { LICENSE: 'plain text' });
    install('node_modules/@scope/scoped', { 'license.md': 'scoped text' });
    install('node_modules/plain/node_modules/inner', { 'LICENCE.txt': 'inner text' });
    install('node_modules/left-out', { LICENSE: 'not shipped' });
    const packages = bundledPackages(
      metafile({
        'node_modules/plain/lib/a.js': 10,
        'node_modules/plain/b.js': 1,
        'node_modules/@scope/scoped/index.js': 5,
        'node_modules/plain/node_modules/inner/index.js': 5,
        'node_modules/left-out/index.js': 0,
        'src/main.ts': 100,
      }),
      root,
    );
    assert.deepEqual(
      packages.map(({ name, texts }) => [name, ...texts]),
      [
        ['@scope/scoped', 'scoped text'],
        ['inner', 'inner text'],
        ['plain', 'plain text'],
      ],
    );
    assert.match(thirdPartyText(packages), /^plain 1\.2\.3\nLicense: MIT\n\nplain text$/m);
  });

  it('hold the NOTICE, which Apache-2.0 asks to pass on, and a license that is written as an object', () => {
    install('node_modules/noticed', { LICENSE: 'the license', NOTICE: 'the notice' }, { type: 'Apache-2.0' });
    const [noticed] = bundledPackages(metafile({ 'node_modules/noticed/index.js': 1 }), root);
    assert.deepEqual(noticed?.texts, ['the license', 'the notice']);
    assert.equal(noticed?.license, 'Apache-2.0');
  });

  it('must be there: a package without one ends the build', () => {
    install('node_modules/bare', { 'README.md': 'MIT', LICENSE: ' \n' });
    assert.throws(
      () => bundledPackages(metafile({ 'node_modules/bare/index.js': 1 }), root),
      /node_modules\/bare is bundled, but has no license text/,
    );
  });
});

describe('dist/THIRD-PARTY.txt', () => {
  it('names every package that package.json depends on and that the program runs', async () => {
    const text = await readFile(join(ROOT, 'dist/THIRD-PARTY.txt'), 'utf8');
    const { dependencies } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
    for (const name of Object.keys(dependencies)) {
      const license = await readFile(join(ROOT, 'node_modules', name, 'package.json'), 'utf8');
      const { version } = JSON.parse(license);
      assert(text.includes(`\n${name} ${version}\n`), name);
    }
    assert.match(text, /^Permission is hereby granted, free of charge/m);
    assert.match(text, /^\s+Apache License$/m);
  });
});
