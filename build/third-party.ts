import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { knownText } from './license-texts.ts';

/** A package of which something is in the bundle. */
export interface BundledPackage {
  /** Where it is installed, relative to the project: `node_modules/NAME`, or deeper. */
  readonly directory: string;
  readonly name: string;
  readonly version: string;
  /** What its package.json calls its licence; `see below` where it says nothing. */
  readonly license: string;
  /** The files that hold licences, copyright notices and the NOTICE that Apache-2.0 asks to pass on. */
  readonly texts: readonly string[];
}

const PACKAGE = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/;
const LEGAL_FILE = /^(licen[cs]e|copying|copyright|notice)/i;

/**
 * The packages that contributed at least a byte to the bundle, by name and version.
 *
 * @throws Error for a package without a licence text: it must not be shipped
 */
export function bundledPackages(metafile: Metafile, root: string): readonly BundledPackage[] {
  const files = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
  );
  const directories = new Set(files.flatMap((file) => PACKAGE.exec(file)?.[0] ?? []));
  return [...directories]
    .map((directory) => readPackage(root, directory))
    .sort((a, b) => (`${a.name} ${a.version}` < `${b.name} ${b.version}` ? -1 : 1));
}

/** The file that goes with the bundle: every package with the text of its licence. */
export function thirdPartyText(packages: readonly BundledPackage[]): string {
  const parts = packages.map(
    ({ name, version, license, texts }) =>
      `${RULE}\n${name} ${version}\nLicense: ${license}\n\n${texts.join('\n\n')}\n`,
  );
  return `${HEAD}${parts.join('\n')}`;
}

const RULE = '='.repeat(80);
const HEAD = `openshift-backup is licensed under the Apache License 2.0. The JavaScript files in the directories beside
this file contain code of the following packages. Each is listed with the text of its license.

`;

function readPackage(root: string, directory: string): BundledPackage {
  const where = join(root, directory);
  const { name, version, license } = JSON.parse(readFileSync(join(where, 'package.json'), 'utf8'));
  const texts = readdirSync(where, { withFileTypes: true })
    .filter((entry) => entry.isFile() && LEGAL_FILE.test(entry.name))
    .map((entry) => readFileSync(join(where, entry.name), 'utf8').replaceAll('\r\n', '\n').trim())
    .filter((text) => text !== '');
  const known = texts.length === 0 ? knownText(name, root) : null;
  if (known !== null) texts.push(known);
  if (texts.length === 0)
    throw new Error(`${directory} is bundled, but has no license text: replace the package, or add its text`);
  return { directory, name, version, license: licenseName(license), texts };
}

/** Older packages write an object with a type. */
function licenseName(license: unknown): string {
  if (typeof license === 'string') return license;
  const type = typeof license === 'object' && license !== null && 'type' in license ? license.type : null;
  return typeof type === 'string' ? type : 'see below';
}
